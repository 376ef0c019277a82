import type { Evidence, OrderFact, PaymentFact } from "./evidence.ts";
import type { Purchase } from "./purchase.ts";
import type { Kind, Operation } from "./recorder.ts";
import type { Answer } from "./wire.ts";

/** What the buyers were told, held against what is there. */
export interface Remembered {
	/** Acknowledged and not there, or not the same. */
	readonly lost: readonly string[];
	/** One key, two effects or two answers. */
	readonly doubled: readonly string[];
	/** Without an answer to the end, and not to be explained as done or not done. */
	readonly unexplained: readonly string[];
	/** Acknowledged answers that were read back. */
	readonly acknowledged: number;
	/** Operations that were without an answer at first and got one later, and those that never got one. */
	readonly unknown: { readonly answeredLater: number; readonly neverAnswered: number };
}

const PAID_LATER: ReadonlySet<string> = new Set(["APPROVED", "CANCELLED", "CANCELLING"]);

/** Reads every acknowledged answer back, and explains every request that got none. */
export function remember(
	operations: readonly Operation[],
	purchases: readonly Purchase[],
	evidence: Evidence,
): Remembered {
	const byWish = new Map(purchases.map((purchase) => [String(purchase.number), purchase]));
	const shopping = operations.filter(({ kind }) => kind !== "signup" && kind !== "login" && kind !== "notice");
	const acknowledged = shopping.filter(({ outcome }) => outcome === "ok");
	const lost = acknowledged.flatMap((operation) => {
		const purchase = byWish.get(operation.wish);
		const problem = purchase === undefined ? "was never wished for" : problemOf(operation, purchase, evidence);
		return problem === null ? [] : [`${operation.key}: ${problem}`];
	});
	const open = shopping.filter(({ outcome }) => outcome === "unknown");
	return {
		lost,
		doubled: operations.flatMap(({ key, contradictions }) => contradictions.map((text) => `${key}: ${text}`)),
		unexplained: strangers(shopping, byWish, evidence),
		acknowledged: acknowledged.length,
		unknown: {
			answeredLater: shopping.filter(({ outcome, unknowns }) => outcome !== "unknown" && unknowns > 0).length,
			neverAnswered: open.length,
		},
	};
}

function problemOf({ kind, answer }: Operation, purchase: Purchase, { orders, payments }: Evidence): string | null {
	const told = answer?.body["orderId"];
	const orderId = typeof told === "string" ? told : (purchase.orderId ?? "");
	const order = orders.get(orderId);
	const payment = payments.get(orderId);
	if (order === undefined || payment === undefined) return `${orderId} is gone`;
	return answer === null || CHECKS[kind]({ answer, order, payment }) ? null : changed(order, payment);
}

type Check = (seen: { answer: NonNullable<Answer>; order: OrderFact; payment: PaymentFact }) => boolean;

const ANYTHING: Check = () => true;

/** What an acknowledged answer promises for ever, by what was asked for. */
const CHECKS: Readonly<Record<Kind, Check>> = {
	signup: ANYTHING,
	login: ANYTHING,
	notice: ANYTHING,
	order: ({ answer, order }) => order.amount === answer.body["amount"],
	// APPROVED stays paid, or was given back on purpose.
	confirm: ({ answer, payment }) =>
		answer.body["status"] !== "APPROVED" ||
		(PAID_LATER.has(payment.status) && payment.paymentKey === answer.body["paymentKey"]),
	cancel: ({ answer, order }) => answer.body["status"] !== "CANCELLED" || order.status === "CANCELLED",
	refund: ({ answer, payment }) => Number(answer.body["cancelledAmount"]) <= payment.cancelledAmount,
};

function changed(order: OrderFact, payment: PaymentFact): string {
	return `order ${order.orderId} is ${order.status} for ${order.amount}, payment ${payment.status}, given back ${payment.cancelledAmount}`;
}

/** An order nobody was told about must be what somebody asked for without getting an answer, one each. */
function strangers(
	operations: readonly Operation[],
	byWish: ReadonlyMap<string, Purchase>,
	{ orders }: Evidence,
): string[] {
	const told = new Set(
		operations
			.filter(({ kind, outcome }) => kind === "order" && outcome === "ok")
			.map(({ answer }) => answer?.body["orderId"]),
	);
	const open = operations
		.filter(({ kind, outcome }) => kind === "order" && outcome === "unknown")
		.flatMap(({ wish }) => byWish.get(wish) ?? []);
	return [...orders.values()].flatMap((order) => {
		if (told.has(order.orderId)) return [];
		const index = open.findIndex((purchase) => isWishOf(purchase, order));
		if (index === -1) return [`${order.orderId} (${order.name}, ${order.status}) was ordered by nobody`];
		open.splice(index, 1);
		return [];
	});
}

function isWishOf({ buyer, wish, lines }: Purchase, order: OrderFact): boolean {
	if (buyer.userId !== order.userId) return false;
	const [line] = lines;
	if (line === undefined) return wish["productName"] === order.name;
	return order.items.some(({ productId, quantity }) => productId === line.productId && quantity === line.quantity);
}
