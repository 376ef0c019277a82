import { auditDocuments, brokenIn, type AuditDeps } from "../../../mixins/actor/audit.ts";
import type { Envelope } from "../../shared/events.ts";
import type { AuditPage, AuditRequest } from "../../shared/audit.ts";
import { eventOf } from "../application/view.ts";
import type { PaymentAudit, PaymentEvents } from "../contract.ts";
import type { Payment } from "../domain/model.ts";
import { paymentAggregate } from "./payment.aggregate.ts";

/** A page of payments, each held against its own events and its payment key. */
export async function auditPayments(deps: AuditDeps, request: AuditRequest): Promise<AuditPage<PaymentAudit>> {
	const page = await auditDocuments<Payment>(paymentAggregate.kind, deps, request, (document) =>
		brokenIn(paymentAggregate, deps, document, wrongAmount),
	);
	const items = page.items.map(({ id, state, broken }) => ({ paymentId: id, facts: factsOf(state), broken }));
	return { ...page, items };
}

/** What is charged is the whole amount, and what is given back adds up. */
function wrongAmount(envelope: Envelope, stored: Payment, before: Payment): string | null {
	if (stored.status === "none" || before.status === "none") return null;
	const event = eventOf(envelope);
	if (event.type === "payment.approved" && event.data.amount !== stored.amount)
		return `it tells of ${event.data.amount} won`;
	return event.type === "payment.cancelled" ? wrongRefund(event.data, stored.amount, before.cancelledAmount) : null;
}

function wrongRefund(
	{ amount, cancelledAmount, isPartial }: PaymentEvents["payment.cancelled"],
	charged: number,
	before: number,
): string | null {
	const isWhole = cancelledAmount === charged || amount === 0;
	if (before + amount === cancelledAmount && isPartial !== isWhole) return null;
	return `it tells of ${amount} won given back, ${cancelledAmount} altogether`;
}

function factsOf(state: Payment | null): PaymentAudit["facts"] {
	if (state === null || state.status === "none") return null;
	const { orderId, userId, amount, status, paymentKey, approvedAt, cancelledAmount, unsettledSince } = state;
	const isApproved = approvedAt !== null;
	return { orderId, userId, amount, status, paymentKey, isApproved, cancelledAmount, unsettledSince };
}
