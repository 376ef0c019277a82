import { auditDocuments, brokenIn, type AuditDeps } from "../../../mixins/actor/audit.ts";
import type { Envelope } from "../../shared/events.ts";
import type { AuditPage, AuditRequest } from "../../shared/audit.ts";
import type { OrderAudit } from "../contract.ts";
import type { Order } from "../domain/model.ts";
import { orderAggregate } from "./order.aggregate.ts";

/** A page of orders, each held against its own events. */
export async function auditOrders(deps: AuditDeps, request: AuditRequest): Promise<AuditPage<OrderAudit>> {
	const page = await auditDocuments<Order>(orderAggregate.kind, deps, request, (document) =>
		brokenIn(orderAggregate, deps, document, wrongAmount),
	);
	return {
		...page,
		items: page.items.map(({ id, state, broken }) => ({ orderId: id, facts: factsOf(state), broken })),
	};
}

/** Every event that names an amount names the order's. */
function wrongAmount({ data }: Envelope, stored: Order): string | null {
	if (stored.status === "none" || !("amount" in data) || data.amount === stored.amount) return null;
	return `it tells of ${String(data.amount)} won`;
}

function factsOf(state: Order | null): OrderAudit["facts"] {
	if (state === null || state.status === "none") return null;
	const { userId, amount, status, items, paymentId = null, cancelRequest } = state;
	return { userId, amount, status, items, paymentId, isCancelRequested: cancelRequest !== null };
}
