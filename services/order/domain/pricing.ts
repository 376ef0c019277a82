import { minorUnits } from "../../shared/money.ts";
import type { OrderItem } from "../contract.ts";
import { OrderRejected } from "./model.ts";

/** The catalogue's answer for the lines that were asked for. */
export interface PricedLines {
	readonly items: readonly (Omit<OrderItem, "productId"> & { readonly productId: string })[];
	readonly total: number;
}

/** An order as it was asked for, before it is priced. */
export interface OrderRequest {
	readonly items?: readonly { readonly productId: string; readonly quantity: number; readonly option?: string }[];
	readonly productName?: string;
	readonly orderName?: string;
	readonly amount?: number;
	readonly productId?: string;
	readonly quantity?: number;
	readonly customerEmail?: string;
	readonly customerName?: string;
}

/** Which amounts an order may have, in won. */
export interface AmountLimits {
	readonly min: number;
	readonly max: number;
}

/** What an order comes to be: its name and priced lines. */
export interface OrderDraft {
	readonly orderName: string;
	readonly items: readonly OrderItem[];
}

const NAME_MAX = 100;

/** Won of all lines. */
export function totalOf(items: readonly OrderItem[]): number {
	return items.reduce((sum, { subtotal }) => minorUnits(sum + subtotal), 0);
}

/** The lines the catalogue has to price; none for an item outside the catalogue. An optional field that is null is absent. */
export function linesToPrice(request: OrderRequest): { productId: string; quantity: number; option?: string }[] {
	const { items, productId, quantity } = request;
	if (Array.isArray(items)) return request.items?.map(lineOf) ?? [];
	return typeof productId === "string" ? [{ productId, quantity: quantity ?? 1 }] : [];
}

function lineOf({ productId, quantity, option }: { productId: string; quantity: number; option?: string }) {
	return typeof option === "string" ? { productId, quantity, option } : { productId, quantity };
}

/** The contact data that came with the request; empty when there was none. */
export function givenContact({ customerEmail, customerName }: OrderRequest): {
	customerEmail?: string;
	customerName?: string;
} {
	return {
		...(typeof customerEmail === "string" ? { customerEmail } : {}),
		...(typeof customerName === "string" ? { customerName } : {}),
	};
}

/** Puts name, lines and amount together; refuses what does not fit. `priced` is null when there was nothing to price. */
export function draftOf(request: OrderRequest, priced: PricedLines | null, limits: AmountLimits): OrderDraft {
	const given = givenName(request);
	const amount = typeof request.amount === "number" ? request.amount : null;
	if (priced === null) {
		if (given === null) throw invalid("orderName", "required");
		if (amount === null) throw invalid("amount", "required");
		assertWithin(amount, limits);
		return { orderName: given, items: [outsideCatalogue(given, amount)] };
	}
	if (amount !== null && amount !== priced.total)
		throw new OrderRejected("AMOUNT_MISMATCH", { expected: priced.total, amount });
	assertWithin(priced.total, limits);
	return { orderName: given ?? nameOf(priced.items), items: priced.items };
}

function givenName({ productName, orderName }: OrderRequest): string | null {
	const names = [orderName, productName].filter((name) => typeof name === "string");
	const [first, second] = names;
	if (second !== undefined && first !== second) throw invalid("productName", "differsFromOrderName");
	return first ?? null;
}

function outsideCatalogue(name: string, amount: number): OrderItem {
	return { productId: null, name, unitPrice: amount, quantity: 1, subtotal: amount };
}

function nameOf(items: readonly { readonly name: string }[]): string {
	const first = items[0]?.name ?? "";
	return (items.length > 1 ? `${first} 외 ${items.length - 1}건` : first).slice(0, NAME_MAX);
}

function assertWithin(amount: number, { min, max }: AmountLimits): void {
	if (amount < min) throw invalid("amount", "numberMin", { min });
	if (amount > max) throw invalid("amount", "numberMax", { max });
}

function invalid(field: string, code: string, limits: Readonly<Record<string, number>> = {}): OrderRejected {
	return new OrderRejected("VALIDATION_ERROR", { errors: [{ field, code, ...limits }] });
}
