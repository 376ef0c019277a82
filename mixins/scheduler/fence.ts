import type { State, Store } from "../store/port.ts";
import { type Changed, changeRecord } from "./records.ts";

/** A holder of an old lease has woken up too late. */
export class StaleToken extends Error {
	constructor(what: string, token: number) {
		super(`${what} is past token ${token}`);
		this.name = "StaleToken";
	}
}

/** A state that remembers the highest token it was written with. */
export interface Fenced {
	readonly fencingToken: number;
}

/** The highest token after `token` has asked; throws `StaleToken` for one below what was seen before. */
export function admitToken(target: string, highest: number, token: number): number {
	if (token < highest) throw new StaleToken(target, token);
	return token;
}

/**
 * Changes a record under a lease: the token is checked and stored in the very write it guards. `change` sees the
 * stored state (null for none) and returns the next one, or null to leave it. Throws `StaleToken`.
 */
export async function changeFenced<S extends State>(
	store: Store,
	kind: string,
	id: string,
	token: number,
	change: (state: (S & Fenced) | null) => S | null,
): Promise<Changed<S & Fenced>> {
	return changeRecord<S & Fenced>(store, kind, id, (state) => {
		const fencingToken = admitToken(`${kind} ${id}`, state?.fencingToken ?? 0, token);
		const next = change(state);
		return next === null ? null : { ...next, fencingToken };
	});
}
