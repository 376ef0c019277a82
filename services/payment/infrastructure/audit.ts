import { auditDocuments, brokenIn, type AuditDeps } from "../../../mixins/actor/audit.ts";
import type { AuditPage, AuditRequest } from "../../shared/audit.ts";
import type { PaymentAudit } from "../contract.ts";
import type { Payment } from "../domain/model.ts";
import { paymentAggregate } from "./payment.aggregate.ts";

/** A page of payments, each held against its own events and its payment key. */
export async function auditPayments(deps: AuditDeps, request: AuditRequest): Promise<AuditPage<PaymentAudit>> {
	const page = await auditDocuments<Payment>(paymentAggregate.kind, deps, request, (document) =>
		brokenIn(paymentAggregate, deps, document),
	);
	const items = page.items.map(({ id, state, broken }) => ({ paymentId: id, facts: factsOf(state), broken }));
	return { ...page, items };
}

function factsOf(state: Payment | null): PaymentAudit["facts"] {
	if (state === null || state.status === "none") return null;
	const { orderId, userId, amount, status, paymentKey, approvedAt, cancelledAmount, unsettledSince } = state;
	const isApproved = approvedAt !== null;
	return { orderId, userId, amount, status, paymentKey, isApproved, cancelledAmount, unsettledSince };
}
