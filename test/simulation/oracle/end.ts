import { fold } from "../../../services/shared/decider.ts";
import type { Decider } from "../../../services/shared/decider.ts";
import { isDeepStrictEqual } from "node:util";
import { orderAggregate } from "../../../services/order/infrastructure/order.aggregate.ts";
import { paymentAggregate } from "../../../services/payment/infrastructure/payment.aggregate.ts";
import { stockAggregate } from "../../../services/inventory/infrastructure/stock.aggregate.ts";
import { accountAggregate } from "../../../services/points/infrastructure/account.aggregate.ts";
import type { Disk } from "../world/disk.ts";
import type { Charge } from "../world/provider-books.ts";
import type { Goods } from "./goods.ts";
import type { Money, PaymentModel } from "./money.ts";
import type { OrderModel, Orders, SagaModel } from "./orders.ts";
import { must } from "./violation.ts";

/** Everything that must agree when all has ended. */
export interface EndOptions {
	readonly disk: Disk;
	readonly charges: Iterable<Charge>;
	readonly money: Money;
	readonly orders: Orders;
	readonly goods: Goods;
	readonly rateBps: number;
}

const AGGREGATES = [orderAggregate, paymentAggregate, stockAggregate, accountAggregate];
const BPS = 10_000;

/** Holds provider, payments, orders, stock, points and sagas against each other, and documents against their events. */
export function checkAgreement(options: EndOptions): void {
	const { disk, orders } = options;
	const netOf = netByOrder(options.charges);
	for (const order of orders.orders.values()) checkOrder(options, order, netOf.get(order.orderId) ?? 0);
	for (const { kind, decider } of AGGREGATES)
		checkFolds(disk, kind, decider as unknown as Decider<object, never, never>);
	checkFigures(options);
}

/** Won that the provider has kept, by order. */
function netByOrder(charges: Iterable<Charge>): Map<string, number> {
	const net = new Map<string, number>();
	for (const { orderId, balance } of charges) net.set(orderId, balance + (net.get(orderId) ?? 0));
	return net;
}

function checkOrder(options: EndOptions, order: OrderModel, kept: number): void {
	const { money, orders } = options;
	const { orderId, status } = order;
	const payment = [...money.payments.values()].find((candidate) => candidate.orderId === orderId);
	must("agreement", payment !== undefined, () => `${orderId} has no payment`);
	if (payment === undefined) return;
	const net = payment.approved - payment.refunded;
	must("agreement", kept === net, () => `the provider has ${kept} of ${orderId}, the payment says ${net}`);
	const isKept = status === "CONFIRMED" || status === "COMPLETED";
	must("agreement", isKept === net > 0, () => `${orderId} is ${status}, and ${net} won are paid for it`);
	const sagas = [...orders.sagas.values()].filter(({ reference }) => reference === orderId);
	const checkout = sagas.find(({ saga }) => saga === "checkout");
	if (checkout !== undefined) checkSaga(checkout, order, payment);
	checkGoods(options, order, isKept);
	checkPoints(options, order, payment);
}

function checkSaga({ sagaId, status }: SagaModel, { orderId, seen }: OrderModel, payment: PaymentModel): void {
	must("agreement", payment.approved > 0, () => `${sagaId} runs for ${orderId}, which was never paid`);
	if (status === "COMPLETED")
		must("agreement", seen.has("CONFIRMED"), () => `${sagaId} is complete, ${orderId} never was confirmed`);
	else {
		must("agreement", !seen.has("CONFIRMED"), () => `${sagaId} is undone, and ${orderId} was confirmed`);
		must(
			"agreement",
			payment.refunded === payment.approved,
			() => `${sagaId} is undone, and ${orderId} keeps ${payment.approved - payment.refunded}`,
		);
	}
}

/** Goods leave with a kept order, stay with one that was never confirmed, and come back with one that was given back. */
function checkGoods({ goods }: EndOptions, order: OrderModel, isKept: boolean): void {
	const { orderId, seen } = order;
	const allowed = isKept ? ["CONFIRMED"] : seen.has("CONFIRMED") ? ["RESTOCKED"] : ["none", "UNMADE", "RELEASED"];
	for (const [productId, quantity] of piecesOf(order)) {
		const reservation = goods.reservations.get(`${orderId} ${productId}`);
		const state = reservation?.status ?? "none";
		must("agreement", allowed.includes(state), () => `${orderId} is ${order.status}, its ${productId} is ${state}`);
		if (isKept)
			must(
				"agreement",
				reservation?.quantity === quantity,
				() => `${orderId} has ${reservation?.quantity ?? 0} of ${quantity} ${productId}`,
			);
	}
}

/** A purchase keeps the points of the money that was kept. */
function checkPoints(
	{ goods, rateBps }: EndOptions,
	{ orderId, amount, seen }: OrderModel,
	payment: PaymentModel,
): void {
	const earned = seen.has("CONFIRMED") ? Math.floor((amount * rateBps) / BPS) : 0;
	const due = payment.approved === 0 ? 0 : earned - Math.floor((earned * payment.refunded) / payment.approved);
	const grant = goods.grants.get(orderId);
	const held = (grant?.points ?? 0) - (grant?.lost ?? 0);
	must("agreement", held === due, () => `${orderId} has ${held} points, due are ${due}`);
}

function piecesOf({ items }: OrderModel): Map<string, number> {
	const pieces = new Map<string, number>();
	for (const { productId, quantity } of items)
		if (productId !== null) pieces.set(productId, quantity + (pieces.get(productId) ?? 0));
	return pieces;
}

function checkFolds(disk: Disk, kind: string, decider: Decider<object, never, never>): void {
	for (const { id, text, sequence } of disk.rows(kind).values()) {
		const events = disk.events(kind, id, 1, Infinity, Infinity);
		must(
			"history-whole",
			events.length === sequence,
			() => `${kind} ${id} has ${events.length} events, its document says ${sequence}`,
		);
		const folded = JSON.parse(JSON.stringify(fold(decider, events as never))) as object;
		must(
			"history-whole",
			isDeepStrictEqual(withoutLast(folded), withoutLast(JSON.parse(text) as object)),
			() => `${kind} ${id} is not what its events add up to`,
		);
	}
}

/** The last event is kept with the document in its stored form, which has more fields than the event of the domain. */
function withoutLast(state: object): object {
	return { ...state, last: null };
}

function checkFigures({ disk, money }: EndOptions): void {
	const figures = disk.document<{ approvedCount: number; approvedAmount: number; cancelledAmount: number }>(
		"payment-figures",
		"all",
	)?.state;
	const payments = [...money.payments.values()];
	const approved = payments.filter((payment) => payment.approved > 0);
	const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
	const counted = [
		approved.length,
		sum(approved.map((payment) => payment.approved)),
		sum(payments.map(({ refunded }) => refunded)),
	];
	const shown = [figures?.approvedCount ?? 0, figures?.approvedAmount ?? 0, figures?.cancelledAmount ?? 0];
	must(
		"figures",
		isDeepStrictEqual(counted, shown),
		() => `the dashboard shows ${shown.join(", ")}, counted are ${counted.join(", ")}`,
	);
}
