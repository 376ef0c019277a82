import { isDeepStrictEqual } from "node:util";
import type { CommitResult, State, Store } from "../store/port.ts";

/** What a change did: the state that is stored now, or why it is not. */
export type Changed<S> = { readonly state: S } | "refused";

const TRIES_MAX = 10;
const NOTHING = { version: 0, state: null };

/** The record could not be written; whether it was is not known. */
export class RecordUnknown extends Error {
	constructor(kind: string, id: string) {
		super(`${kind} ${id} could not be written`);
		this.name = "RecordUnknown";
	}
}

/**
 * Changes one record by compare and set: `change` sees the stored state (null for none) and returns the next one, or
 * null to refuse. A reply that was lost is settled by looking whether the very state is there.
 */
export async function changeRecord<S extends State>(
	store: Store,
	kind: string,
	id: string,
	change: (state: S | null) => S | null,
): Promise<Changed<S>> {
	const doubtful: S[] = [];
	for (let tries = 0; tries < TRIES_MAX; tries++) {
		const { version, state } = (await store.load<S>(kind, id)) ?? NOTHING;
		const mine = doubtful.find((attempted) => isDeepStrictEqual(attempted, state));
		if (mine !== undefined) return { state: mine };
		const next = change(state);
		if (next === null) return "refused";
		const status = await write(store, kind, id, version, next);
		if (status === "ok") return { state: next };
		if (status === "unknown") doubtful.push(next);
	}
	throw new RecordUnknown(kind, id);
}

async function write(
	store: Store,
	kind: string,
	id: string,
	expectedVersion: number,
	state: State,
): Promise<CommitResult["status"]> {
	const [result] = await store.commit([{ kind, id, expectedVersion, state, events: [], commands: [] }]);
	return result?.status ?? "conflict";
}
