import type { EntryKind } from "../../ledger/contract.ts";
import type { OrderAudit } from "../../order/contract.ts";
import type { PaymentAudit } from "../../payment/contract.ts";
import type { PointsGrant } from "../../points/contract.ts";
import type { ReservationMovement } from "../../inventory/contract.ts";
import type { SagaAudit, SagaStatus } from "../../saga/contract.ts";
import type { ProviderMovement } from "../../toss/contract.ts";

/** One fact about a purchase, from one of those who know of it. */
export type Fact =
	| { readonly side: "order"; readonly value: OrderAudit }
	| { readonly side: "payment"; readonly value: PaymentAudit }
	| { readonly side: "provider"; readonly value: ProviderMovement }
	| {
			readonly side: "ledger";
			readonly value: { readonly kind: EntryKind; readonly entries: number; readonly amount: number };
	  }
	| { readonly side: "stock"; readonly value: ReservationMovement }
	| { readonly side: "points"; readonly value: PointsGrant }
	| { readonly side: "saga"; readonly value: SagaAudit };

/** Everything that everybody knows of one purchase. */
export interface Purchase {
	readonly orderId: string;
	readonly order: OrderAudit | null;
	readonly payments: readonly PaymentAudit[];
	readonly provider: readonly ProviderMovement[];
	readonly ledger: readonly { readonly kind: EntryKind; readonly entries: number; readonly amount: number }[];
	readonly stock: readonly ReservationMovement[];
	readonly points: readonly PointsGrant[];
	readonly sagas: readonly SagaAudit[];
}

/** What the rules are given besides the purchase; times ISO 8601. */
export interface Setting {
	readonly now: string;
	/** Payments without an outcome since before this are differences. */
	readonly unresolvedBefore: string;
	/** Reservations whose time was over before this should have been released. */
	readonly expiredBefore: string;
	/** Whether the provider's books could be read. */
	readonly hasBooks: boolean;
}

/** Puts the facts about one order together. */
export function purchaseOf(orderId: string, facts: readonly Fact[]): Purchase {
	const purchase = {
		orderId,
		order: null as OrderAudit | null,
		payments: [] as PaymentAudit[],
		provider: [] as ProviderMovement[],
		ledger: [] as Purchase["ledger"][number][],
		stock: [] as ReservationMovement[],
		points: [] as PointsGrant[],
		sagas: [] as SagaAudit[],
	};
	for (const fact of facts) {
		if (fact.side === "order") purchase.order = fact.value;
		else if (fact.side === "payment") purchase.payments.push(fact.value);
		else if (fact.side === "provider") purchase.provider.push(fact.value);
		else if (fact.side === "ledger") purchase.ledger.push(fact.value);
		else if (fact.side === "stock") purchase.stock.push(fact.value);
		else if (fact.side === "points") purchase.points.push(fact.value);
		else purchase.sagas.push(fact.value);
	}
	return purchase;
}

/** The facts of a payment that was not damaged. */
export type PaymentFacts = NonNullable<PaymentAudit["facts"]>;

/** The one payment of a purchase, as far as it can be read. */
export function paymentOf({ payments }: Purchase): { readonly paymentId: string; readonly facts: PaymentFacts } | null {
	for (const { paymentId, facts } of payments) if (facts !== null) return { paymentId, facts };
	return null;
}

/** The checkout of a purchase, as far as it can be read. */
export function checkoutOf({
	sagas,
}: Purchase): { readonly sagaId: string; readonly status: SagaStatus; readonly points: number | null } | null {
	for (const { sagaId, facts } of sagas)
		if (facts?.saga === "checkout") return { sagaId, status: facts.status, points: facts.points };
	return null;
}

/** Whether a saga of the order is at work. */
export function hasRunningSaga({ sagas }: Purchase): boolean {
	return sagas.some(({ facts }) => facts?.status === "STARTED" || facts?.status === "COMPENSATING");
}

/** Whether somebody is at work on the purchase, so that its parts need not agree yet. */
export function isMoving(purchase: Purchase): boolean {
	return isAsking(purchase) || hasRunningSaga(purchase) || purchase.order?.facts?.isCancelRequested === true;
}

/** Whether the provider's word is awaited. */
function isAsking(purchase: Purchase): boolean {
	const payment = paymentOf(purchase)?.facts ?? null;
	return payment !== null && (payment.unsettledSince !== null || payment.status === "CANCELLING");
}
