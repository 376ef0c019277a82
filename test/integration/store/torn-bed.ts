import { readFileSync, statSync, writeFileSync } from "node:fs";
import { systemClock } from "../../../mixins/clock/system.ts";
import type { Commit } from "../../../mixins/store/port.ts";
import { openSqliteStore, type SqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { commitAll, commitOf, eventsOf, turnOf } from "../../support/specifications/store/bed.ts";

const PAGE = 100_000;
const ROUNDS = 3;
/** Longer than a page of the file, so that a commit spans pages of its own. */
const LONG = "long ".repeat(900);

/** A data file while it runs: the bytes of file and log, and what was to be seen after each commit. */
export interface History {
	readonly file: Buffer;
	readonly log: Buffer;
	/** Length of the log after commit n, starting with the empty history. */
	readonly lengths: readonly number[];
	/** Everything visible after commit n. */
	readonly pictures: readonly string[];
}

/** The store as the platform opens it, with the kinds of these tests. */
export async function openThings(file: string): Promise<SqliteStore> {
	const store = await openSqliteStore({ file, clock: systemClock() });
	store.define({ kind: "thing", indexes: [{ fields: ["owner"] }] });
	store.define({ kind: "note" });
	return store;
}

/** Commits of every shape, each one transaction. The tables exist before the first. */
export async function writeHistory(file: string): Promise<History> {
	const tables = await openThings(file);
	await tables.close();
	const store = await openThings(file);
	const lengths = [logLength(file)];
	const pictures = [await pictureOf(store)];
	for (const work of transactions()) {
		if (Array.isArray(work)) await commitAll(store, work);
		else await store.remove("note", [work.remove]);
		lengths.push(logLength(file));
		pictures.push(await pictureOf(store));
	}
	const history = { file: readFileSync(file), log: readFileSync(`${file}-wal`), lengths, pictures };
	await store.close();
	return history;
}

/** What a power cut leaves of file and log. */
export function layDown(path: string, file: Buffer, log: Buffer): void {
	writeFileSync(path, file);
	writeFileSync(`${path}-wal`, log);
}

/** Everything that can be read, as text: two equal pictures are two equal states. */
export async function pictureOf(store: SqliteStore): Promise<string> {
	const entries = await store.read(0, PAGE);
	const things = await store.find("thing", { direction: "asc", limit: PAGE });
	const notes = await store.find("note", { direction: "asc", limit: PAGE });
	const names = await Promise.all(
		things.map(async ({ id }) => [id, await store.findUnique("thing", "name", `name of ${id}`)]),
	);
	const commands = await Promise.all(
		entries.map(({ event }) => store.findCommand("thing", event.subject, event.commandid)),
	);
	return JSON.stringify({ head: store.head(), entries, things, notes, names, commands });
}

function logLength(file: string): number {
	return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** One transaction each: several documents at once, long states, records without events, removals. */
function transactions(): (Commit[] | { readonly remove: string })[] {
	return Array.from({ length: ROUNDS }, (_, round) => round).flatMap((round) => [
		[first(`thing-${round}-a`), first(`thing-${round}-b`)],
		[turnOf(`thing-${round}-a`, 1, `command-${round}`)],
		[commitOf(`note-${round}`, { kind: "note", state: { text: LONG, round } }), first(`thing-${round}-c`)],
		round % 2 === 0 ? { remove: `note-${round}` } : [turnOf(`thing-${round}-a`, 2, `again-${round}`)],
	]);
}

function first(id: string): Commit {
	const events = eventsOf(id, 1, 1).map((event) => ({ ...event, commandid: `make-${id}` }));
	return commitOf(id, {
		state: { owner: id.slice(-1), text: id.endsWith("b") ? LONG : id },
		events,
		commands: [`make-${id}`],
		claim: [{ name: "name", value: `name of ${id}` }],
	});
}
