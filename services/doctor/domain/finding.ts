import type { CheckName, Difference, DifferenceKind } from "../contract.ts";

/** A difference, and whether something is under way that would explain it. */
export interface Finding extends Difference {
	readonly isMoving: boolean;
	/** It was seen within one thing, not between two that were read at different moments: no second look is needed. */
	readonly isCertain: boolean;
}

/** How sure a finding is. */
export type Certainty = "certain" | "suspected" | "moving";

/** What a finding is about. */
export interface Subjects {
	readonly orderId?: string | null;
	readonly paymentId?: string | null;
	readonly sagaId?: string | null;
}

/** A finding with the page to look at. */
export function finding(
	check: CheckName,
	kind: DifferenceKind,
	subject: string,
	[expected, found]: readonly [expected: string, found: string],
	{ orderId = null, paymentId = null, sagaId = null }: Subjects = {},
	certainty: Certainty = "suspected",
): Finding {
	const link = linkOf(check, { orderId, sagaId });
	const [isMoving, isCertain] = [certainty === "moving", certainty === "certain"];
	return { check, kind, subject, orderId, paymentId, sagaId, expected, found, link, isMoving, isCertain };
}

/** Two findings with the same signature say the same of the same thing. */
export function signatureOf({ kind, subject, expected, found }: Difference): string {
	return [kind, subject, expected, found].join("|");
}

/** The difference as it is shown. */
export function differenceOf(found: Finding): Difference {
	const { check, kind, subject, orderId, paymentId, sagaId, expected, found: seen, link } = found;
	return { check, kind, subject, orderId, paymentId, sagaId, expected, found: seen, link };
}

function linkOf(check: CheckName, { orderId, sagaId }: Subjects): string | null {
	if (check === "sagas" && sagaId) return `/sagas/${encodeURIComponent(sagaId)}`;
	if (orderId) return `/orders/${encodeURIComponent(orderId)}`;
	return sagaId ? `/sagas/${encodeURIComponent(sagaId)}` : null;
}
