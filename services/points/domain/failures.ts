/** What makes the earning fail on purpose, for tests and demos: ids of users or products. */
export type FailureList = readonly string[];

/** The reason an earning on the list fails with; null where it may go on. */
export function plannedFailure(
	list: FailureList,
	{ userId, productIds }: { readonly userId: string; readonly productIds: readonly string[] },
): string | null {
	const hit = [userId, ...productIds].find((id) => list.includes(id));
	return hit === undefined ? null : "POINTS_UNAVAILABLE";
}
