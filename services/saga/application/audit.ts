import { auditDocuments, brokenIn, type AuditDeps } from "../../../mixins/actor/audit.ts";
import { SAGA_KIND, sagaAggregate } from "../../../mixins/saga/aggregate.ts";
import type { RunningSaga } from "../../../mixins/saga/model.ts";
import type { SagaPlan } from "../../../mixins/saga/plan.ts";
import type { StoredDocument } from "../../../mixins/store/port.ts";
import type { AuditPage, AuditRequest } from "../../shared/audit.ts";
import type { SagaAudit } from "../contract.ts";

/** What every saga of this service is about. */
interface Input {
	readonly orderId?: string;
}

type Stored = RunningSaga<Input>;

/** A page of sagas; those of a definition in `plans` are held against their own events. */
export async function auditSagas(
	plans: readonly SagaPlan<never>[],
	deps: AuditDeps,
	request: AuditRequest,
): Promise<AuditPage<SagaAudit>> {
	const aggregates = new Map(plans.map((plan) => [plan.name, sagaAggregate(plan as unknown as SagaPlan<Input>)]));
	const check = async (document: StoredDocument<Stored>): Promise<readonly string[]> => {
		const aggregate = aggregates.get(document.state.saga);
		return aggregate === undefined ? [] : brokenIn(aggregate, deps, document);
	};
	const page = await auditDocuments<Stored>(SAGA_KIND, deps, request, check);
	return { ...page, items: page.items.map(({ id, state, broken }) => ({ sagaId: id, facts: factsOf(state), broken })) };
}

function factsOf(state: Stored | null): SagaAudit["facts"] {
	if (state === null) return null;
	const { saga, reference, input, status, needsAttention, trouble, dueAt, deadlineAt, facts } = state;
	const points = typeof facts["points"] === "number" ? facts["points"] : null;
	return { saga, orderId: input.orderId ?? reference, status, needsAttention, trouble, dueAt, deadlineAt, points };
}
