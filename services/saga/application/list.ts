import { SAGA_KIND } from "../../../mixins/saga/aggregate.ts";
import type { Query, Store } from "../../../mixins/store/port.ts";
import type { SagaName, SagaStatus } from "../contract.ts";
import { cursorAfter, sagaIdOf } from "./cursor.ts";
import type { ShownSaga } from "./view.ts";

/** Which sagas a page shows. */
export interface Wanted {
	readonly names: readonly SagaName[];
	readonly status: SagaStatus | "NEEDS_ATTENTION" | null;
	readonly cursor: string | null;
	readonly limit: number;
}

/** A page of sagas, newest first, of all the definitions together: each is looked up by its own index. */
export async function pageOf(
	store: Pick<Store, "find">,
	{ names, status, cursor, limit }: Wanted,
): Promise<{ readonly states: readonly ShownSaga[]; readonly nextCursor: string | null }> {
	const query: Omit<Query, "where"> = {
		direction: "desc",
		limit: limit + 1,
		...(cursor === null ? {} : { after: [sagaIdOf(cursor)] }),
	};
	const found = await Promise.all(
		names.map((saga) => {
			return store.find<ShownSaga>(SAGA_KIND, { ...query, where: { saga, ...stateOf(status) } });
		}),
	);
	const newest = found.flat().sort((left, right) => (left.id < right.id ? 1 : -1));
	const states = newest.slice(0, limit).map(({ state }) => state);
	const last = states.at(-1);
	return { states, nextCursor: newest.length > limit && last !== undefined ? cursorAfter(last.sagaId) : null };
}

function stateOf(status: Wanted["status"]): Query["where"] & object {
	if (status === null) return {};
	return status === "NEEDS_ATTENTION" ? { needsAttention: true } : { status };
}
