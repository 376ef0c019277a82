import type { OrderStatus } from "../../order/contract.ts";
import type { PaymentStatus } from "../../payment/contract.ts";
import type { SagaStatus } from "../../saga/contract.ts";
import { finding, type Certainty, type Finding } from "./finding.ts";
import { checkoutOf, hasRunningSaga, paymentOf, type PaymentFacts, type Purchase, type Setting } from "./purchase.ts";

type OrderFacts = NonNullable<NonNullable<Purchase["order"]>["facts"]>;
type Report = (kind: Finding["kind"], expected: string, found: string, certainty?: Certainty) => Finding;

/** Where a payment may be while its order is there, and nobody is at work. */
const FITTING: Readonly<Record<OrderStatus, readonly PaymentStatus[]>> = {
	CREATED: ["PENDING", "APPROVING"],
	PENDING: ["PENDING", "APPROVING"],
	PAID: ["APPROVED", "CANCELLING"],
	CONFIRMED: ["APPROVED", "CANCELLING"],
	COMPLETED: ["APPROVED", "CANCELLING"],
	FAILED: ["FAILED", "CANCELLED", "EXPIRED"],
	CANCELLED: ["CANCELLED", "EXPIRED", "FAILED"],
};
/** What a checkout's end leaves of the order. */
const AFTER: Readonly<Partial<Record<SagaStatus, readonly [fitting: readonly OrderStatus[], expected: string]>>> = {
	COMPLETED: [["CONFIRMED", "COMPLETED", "CANCELLED"], "an order that was confirmed"],
	COMPENSATED: [["CANCELLED", "FAILED"], "an order that was given up"],
};

/** Order = payment = saga = points: who stands where. */
export function standingFindings(purchase: Purchase, setting: Setting, certainty: Certainty): readonly Finding[] {
	const payment = paymentOf(purchase);
	const subjects = {
		orderId: purchase.orderId,
		paymentId: payment?.paymentId ?? null,
		sagaId: checkoutOf(purchase)?.sagaId ?? null,
	};
	const report: Report = (kind, expected, found, sure = certainty) =>
		finding("purchases", kind, purchase.orderId, [expected, found], subjects, sure);
	return [
		...brokenFindings(purchase, report),
		...existenceFindings(purchase, report),
		...(payment === null ? [] : unresolvedFindings(payment.facts, setting, report)),
		...pairFindings(purchase, report),
		...sagaFindings(purchase, report),
		...pointsFindings(purchase, report),
	];
}

function brokenFindings({ order, payments }: Purchase, report: Report): Finding[] {
	const sound = "the document that its events tell of";
	return [
		...(order?.broken ?? []).map((sentence) => report("order-broken", sound, sentence, "certain")),
		...payments.flatMap(({ broken }) => broken.map((sentence) => report("payment-broken", sound, sentence, "certain"))),
	];
}

function existenceFindings(purchase: Purchase, report: Report): Finding[] {
	const { order, payments, provider, ledger, stock, points, sagas } = purchase;
	if (order === null) {
		const sides = Object.entries({ payments, provider, ledger, stock, points, sagas });
		const names = sides.filter(([, known]) => known.length > 0).map(([name]) => name);
		return [report("order-missing", "an order", `none, but known to ${names.join(", ")}`)];
	}
	return payments.length === 1 ? [] : [report("payment-missing", "one payment", `${payments.length}`)];
}

function unresolvedFindings({ unsettledSince }: PaymentFacts, setting: Setting, report: Report): Finding[] {
	if (unsettledSince === null || unsettledSince >= setting.unresolvedBefore) return [];
	return [report("payment-unresolved", "the provider's word", `missing since ${unsettledSince}`, "suspected")];
}

function pairFindings(purchase: Purchase, report: Report): Finding[] {
	const order = purchase.order?.facts ?? null;
	const payment = paymentOf(purchase);
	if (order === null || payment === null) return [];
	return [...termsFindings(order, payment, report), ...fitFindings(order, payment.facts, report)];
}

function fitFindings(order: OrderFacts, { status }: PaymentFacts, report: Report): Finding[] {
	if (FITTING[order.status].includes(status)) return [];
	return [report("order-status", `an order that fits a payment ${status}`, order.status)];
}

function termsFindings(
	order: OrderFacts,
	{ facts, paymentId }: NonNullable<ReturnType<typeof paymentOf>>,
	report: Report,
): Finding[] {
	const findings: Finding[] = [];
	if (facts.amount !== order.amount)
		findings.push(report("payment-terms", `${order.amount} won ordered`, `a payment of ${facts.amount} won`));
	if (facts.userId !== order.userId) findings.push(report("payment-terms", order.userId, facts.userId));
	if (order.paymentId !== null && order.paymentId !== paymentId)
		findings.push(report("payment-terms", paymentId, `the order names ${order.paymentId}`));
	return findings;
}

function sagaFindings(purchase: Purchase, report: Report): Finding[] {
	const order = purchase.order?.facts ?? null;
	if (order === null) return [];
	const checkout = checkoutOf(purchase);
	return checkout === null ? missingSaga(purchase, order, report) : endFindings(checkout, order, report);
}

function endFindings(checkout: { readonly status: SagaStatus }, order: OrderFacts, report: Report): Finding[] {
	const [fitting, expected] = AFTER[checkout.status] ?? [];
	if (fitting === undefined || expected === undefined || fitting.includes(order.status)) return [];
	return [report("saga-status", expected, order.status)];
}

/** Paid, and nobody sees to the rest; or goods and points of a saga that is not there. */
function missingSaga(purchase: Purchase, order: OrderFacts, report: Report): Finding[] {
	const known = new Set(purchase.sagas.map(({ sagaId }) => sagaId));
	const isNamed = purchase.stock.some(({ sagaId }) => sagaId !== null && !known.has(sagaId));
	const isNeeded = order.status === "PAID" || purchase.points.some(({ kind }) => kind === "AWARDED");
	return isNamed || isNeeded ? [report("saga-missing", "a checkout", `none, the order is ${order.status}`)] : [];
}

function pointsFindings(purchase: Purchase, report: Report): Finding[] {
	const { points, order } = purchase;
	const awards = points.filter(({ kind }) => kind === "AWARDED");
	const findings = awards.flatMap((award) => awardFindings(award, order?.facts ?? null, report));
	if (awards.length > 1) findings.push(report("points-award", "one award", `${awards.length}`));
	const given = sumOf(awards);
	const taken = sumOf(points.filter(({ kind }) => kind === "REVOKED"));
	return [...findings, ...balanceFindings(purchase, given, taken, report)];
}

function awardFindings(award: Purchase["points"][number], order: OrderFacts | null, report: Report): Finding[] {
	const findings: Finding[] = [];
	if (award.points !== award.due) findings.push(report("points-award", `${award.due} points`, `${award.points}`));
	if (order === null) return findings;
	if (award.amount !== order.amount)
		findings.push(report("points-award", `points for ${order.amount} won`, `for ${award.amount ?? 0} won`));
	if (award.userId !== order.userId) findings.push(report("points-award", `to ${order.userId}`, `to ${award.userId}`));
	return findings;
}

function balanceFindings(purchase: Purchase, given: number, taken: number, report: Report): Finding[] {
	return [
		...toldFindings(purchase, given, report),
		...(hasEnded(purchase)
			? endedFindings(purchase, given, taken, report)
			: keptFindings(purchase, given, taken, report)),
	];
}

function toldFindings(purchase: Purchase, given: number, report: Report): Finding[] {
	const checkout = checkoutOf(purchase);
	if (checkout?.status !== "COMPLETED" || checkout.points === null || checkout.points === given) return [];
	return [report("points-award", `${checkout.points} points, as the checkout was told`, `${given}`)];
}

/** Of an order that has ended nobody keeps points. */
function endedFindings(purchase: Purchase, given: number, taken: number, report: Report): Finding[] {
	if (taken === given || hasRunningSaga(purchase)) return [];
	return [report("points-kept", `${given} points taken back, the order has ended`, `${taken}`)];
}

/** Of points whose money went back in part, that share is taken back, rounded down. */
function keptFindings(purchase: Purchase, given: number, taken: number, report: Report): Finding[] {
	const facts = paymentOf(purchase)?.facts;
	if (facts === undefined || hasRunningSaga(purchase)) return [];
	const { cancelledAmount, amount } = facts;
	const share = amount === 0 ? 0 : Number((BigInt(given) * BigInt(cancelledAmount)) / BigInt(amount));
	if (taken === share) return [];
	return [report("points-kept", `${share} points taken back for ${cancelledAmount} won`, `${taken}`)];
}

function hasEnded({ order }: Purchase): boolean {
	return order?.facts?.status === "CANCELLED" || order?.facts?.status === "FAILED";
}

function sumOf(grants: Purchase["points"]): number {
	return grants.reduce((sum, { points }) => sum + points, 0);
}
