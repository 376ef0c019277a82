import type { SagaAudit } from "../../saga/contract.ts";
import { finding, type Certainty, type Finding } from "./finding.ts";

/** Times before which a saga should have gone on, ISO 8601. */
export interface Patience {
	/** Deadlines before this are over. */
	readonly overdueBefore: string;
	/** A saga that was due before this was taken up by nobody. */
	readonly stalledBefore: string;
}

/** What is wrong with a saga by itself: damaged, in need of somebody, past its deadline without a reason, or left alone. */
export function sagaFindings({ sagaId, facts, broken }: SagaAudit, patience: Patience): readonly Finding[] {
	const subjects = { sagaId, orderId: facts?.orderId ?? null };
	const report = (kind: Finding["kind"], expected: string, found: string, certainty?: Certainty) =>
		finding("sagas", kind, sagaId, [expected, found], subjects, certainty);
	const sound = "the document that its events tell of";
	const findings = broken.map((sentence) => report("saga-broken", sound, sentence, "certain"));
	if (facts === null) return findings;
	const isRunning = facts.status === "STARTED" || facts.status === "COMPENSATING";
	return isRunning ? [...findings, ...lateFindings(facts, patience, report)] : findings;
}

function lateFindings(
	{ status, needsAttention, trouble, deadlineAt, dueAt }: NonNullable<SagaAudit["facts"]>,
	{ overdueBefore, stalledBefore }: Patience,
	report: (kind: Finding["kind"], expected: string, found: string) => Finding,
): Finding[] {
	const findings: Finding[] = [];
	if (needsAttention) findings.push(report("saga-needs-attention", "an end by itself", trouble ?? status));
	else if (deadlineAt < overdueBefore && trouble === null)
		findings.push(report("saga-overdue", `an end before ${deadlineAt}`, `${status} without a reason`));
	if (dueAt !== null && dueAt < stalledBefore)
		findings.push(report("saga-stalled", `taken up at ${dueAt}`, "nobody is at work on it"));
	return findings;
}
