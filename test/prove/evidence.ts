import type { Buyer } from "./purchase.ts";
import { inParallel, type Facts, type Wire } from "./wire.ts";

/** An order as its owner is shown it at the end. */
export interface OrderFact {
	readonly orderId: string;
	readonly userId: string;
	readonly name: string;
	readonly amount: number;
	readonly status: string;
	readonly isCancelRequested: boolean;
	readonly items: readonly { readonly productId: string | null; readonly quantity: number }[];
	readonly createdAt: string;
}

/** A payment as an administrator is shown it at the end. */
export interface PaymentFact {
	readonly orderId: string;
	readonly status: string;
	readonly amount: number;
	readonly cancelledAmount: number;
	readonly paymentKey: string | null;
	readonly isApproved: boolean;
}

/** A charge or refund that really happened. */
export interface Movement {
	readonly orderId: string;
	readonly paymentKey: string;
	readonly amount: number;
}

/** An entry of the platform's books: what it adds to an account's debit side, less what it takes. */
export interface Posting {
	readonly orderId: string;
	readonly cause: string;
	readonly kind: string;
	readonly amount: number;
}

/** A product's stock. */
export interface Shelf {
	readonly quantity: number;
	readonly reserved: number;
}

/** Everything that can be seen from outside once all is quiet. */
export interface Evidence {
	readonly orders: ReadonlyMap<string, OrderFact>;
	readonly payments: ReadonlyMap<string, PaymentFact>;
	readonly charges: readonly Movement[];
	readonly refunds: readonly Movement[];
	readonly money: readonly Posting[];
	readonly pointsMoved: readonly Posting[];
	readonly shelves: ReadonlyMap<string, Shelf>;
	/** Balances by user. */
	readonly points: ReadonlyMap<string, number>;
	readonly chain: { readonly isIntact: boolean; readonly difference: number };
}

const AT_ONCE = 24;

/** Reads everything; the buyers' tokens and an administrator's are good. */
export async function gather(platform: Wire, twin: Wire, buyers: readonly Buyer[], admin: string): Promise<Evidence> {
	const orders = await ordersOf(platform, buyers);
	const payments = await paymentsOf(platform, [...orders.keys()], admin);
	const points = new Map<string, number>();
	await inParallel(buyers, AT_ONCE, async ({ token, userId }) => {
		points.set(userId ?? "", Number((await platform.read("/api/points/my", token ?? ""))["balance"]));
	});
	const { charges, refunds } = await booksOf(twin);
	return {
		orders,
		payments,
		charges,
		refunds,
		money: await postingsOf(platform, "checkout:receivable", admin),
		pointsMoved: await postingsOf(platform, "points:expense", admin),
		shelves: await shelvesOf(platform, admin),
		points,
		chain: await chainOf(platform, admin),
	};
}

/** Stock of every product. */
export async function shelvesOf(platform: Wire, token: string): Promise<Map<string, Shelf>> {
	const items = await platform.readAll("/api/inventory", token);
	return new Map(
		items.map(({ productId, quantity, reservedQuantity }) => [
			String(productId),
			{ quantity: Number(quantity), reserved: Number(reservedQuantity) },
		]),
	);
}

/** All orders of the buyers, by id. */
export async function ordersOf(platform: Wire, buyers: readonly Buyer[]): Promise<Map<string, OrderFact>> {
	const orders = new Map<string, OrderFact>();
	await inParallel(buyers, AT_ONCE, async ({ token }) => {
		for (const order of await platform.readAll("/api/orders", token ?? "")) {
			const fact = orderFact(order);
			orders.set(fact.orderId, fact);
		}
	});
	return orders;
}

/** The payments of these orders. */
export async function paymentsOf(
	platform: Wire,
	orderIds: readonly string[],
	admin: string,
): Promise<Map<string, PaymentFact>> {
	const payments = new Map<string, PaymentFact>();
	await inParallel(orderIds, AT_ONCE, async (orderId) => {
		payments.set(orderId, paymentFact(await platform.read(`/api/payments/${orderId}`, admin)));
	});
	return payments;
}

function orderFact(order: Facts): OrderFact {
	const items = order["items"] as readonly { productId: string | null; quantity: number }[];
	return {
		orderId: String(order["orderId"]),
		userId: String(order["userId"]),
		name: String(order["orderName"]),
		amount: Number(order["amount"]),
		status: String(order["status"]),
		isCancelRequested: order["isCancelRequested"] === true,
		items: items.map(({ productId, quantity }) => ({ productId, quantity })),
		createdAt: String(order["createdAt"]),
	};
}

function paymentFact(payment: Facts): PaymentFact {
	const { orderId, status, amount, cancelledAmount, paymentKey, approvedAt } = payment;
	return {
		orderId: String(orderId),
		status: String(status),
		amount: Number(amount),
		cancelledAmount: Number(cancelledAmount),
		paymentKey: typeof paymentKey === "string" ? paymentKey : null,
		isApproved: typeof approvedAt === "string",
	};
}

async function booksOf(twin: Wire): Promise<{ charges: Movement[]; refunds: Movement[] }> {
	const charges: Movement[] = [];
	const refunds: Movement[] = [];
	for (let after: number | null = 0; after !== null;) {
		const page: Facts = await twin.read(`/twin/books?after=${after}`);
		charges.push(...(page["charges"] as readonly Movement[]));
		refunds.push(...(page["refunds"] as readonly Movement[]));
		after = page["next"] as number | null;
	}
	return { charges, refunds };
}

async function postingsOf(platform: Wire, account: string, admin: string): Promise<Posting[]> {
	const entries = await platform.readAll(`/api/ledger/entries?account=${encodeURIComponent(account)}`, admin);
	return entries.map(({ orderId, cause, kind, legs }) => ({
		orderId: String(orderId),
		cause: String(cause),
		kind: String(kind),
		amount: (legs as readonly { account: string; side: string; amount: number }[])
			.filter((leg) => leg.account === account)
			.reduce((sum, { side, amount }) => sum + (side === "debit" ? amount : -amount), 0),
	}));
}

async function chainOf(platform: Wire, admin: string): Promise<Evidence["chain"]> {
	const answer = await platform.ask("POST", "/api/ledger/verify", { token: admin, body: {} });
	const { isIntact, trialBalance } = answer?.body ?? {};
	const { difference } = (trialBalance ?? {}) as { difference?: number };
	return { isIntact: answer?.status === 200 && isIntact === true, difference: difference ?? Number.NaN };
}
