import type { mongo } from "mongoose";
import { RECENT_COMMANDS_MAX, type Commit, type UniqueValue } from "../port.ts";
import { INDEX } from "./kinds.ts";
import { documentChecksum, indexedOf, outboxOf, type DocumentRow, type OutboxEntry } from "./rows.ts";

/** A commit whose text is made: what the caller does with its state afterwards changes nothing. */
export interface Prepared {
	readonly item: Omit<Commit, "state" | "events">;
	readonly hasEvents: boolean;
	readonly row: Omit<DocumentRow, "outbox">;
	readonly outbox: readonly Omit<OutboxEntry, "b">[];
}

/** A prepared commit with the token of the bulk it goes with. */
export interface Stamped extends Prepared {
	readonly outbox: readonly OutboxEntry[];
}

/** What a write does to the unique values of its document. */
export type Claims = readonly string[] | null;

type Operation = mongo.AnyBulkWriteOperation<DocumentRow>;

/** A unique value as the index holds it. */
export function claimOf({ name, value }: UniqueValue): string {
	return `${name}=${value}`;
}

/** Makes a commit's row. */
export function prepare(commit: Commit, declared: ReadonlySet<string>): Prepared {
	const { state, events, ...item } = commit;
	const { id, expectedVersion, commands } = item;
	const version = expectedVersion + 1;
	const text = JSON.stringify(state);
	const { sequence, time } = events.at(-1) ?? { sequence: 0, time: "" };
	const row = {
		_id: id,
		version,
		sequence,
		state: text,
		x: indexedOf(state, declared),
		lastTime: time,
		commandCount: commands.length,
		checksum: documentChecksum(id, version, text),
		recent: commands.map(({ commandId, sequence: s }) => ({ c: commandId, s })),
	};
	return { item, hasEvents: events.length > 0, row, outbox: outboxOf(commit) };
}

/** Marks what goes to the outbox with the token of its bulk. */
export function stamp(prepared: Prepared, token: string): Stamped {
	return { ...prepared, outbox: prepared.outbox.map((entry) => ({ b: token, ...entry })) };
}

/** A new document is an insert: it never overwrites. */
export function insertOf({ row, outbox }: Stamped, claims: Claims): Operation {
	const document = { ...row, outbox, recent: row.recent.slice(-RECENT_COMMANDS_MAX) };
	return { insertOne: { document: claims === null ? document : { ...document, claims } } };
}

/**
 * A later version changes only the version it read. The upsert makes a lost race show as a duplicate of `_id`, for the driver
 * counts no matches per item; where there is no document at all, the guard refuses the insert.
 */
export function updateOf(prepared: Stamped, claims: Claims, isLong: boolean): Operation {
	const { item, row } = prepared;
	const set = { version: row.version, state: row.state, x: row.x, checksum: row.checksum };
	const told = !prepared.hasEvents ? {} : { sequence: row.sequence, lastTime: row.lastTime };
	const claimed = claims === null ? {} : { claims };
	const update = {
		$set: { ...set, ...told, ...claimed },
		$setOnInsert: { guard: 1 },
		...(item.commands.length === 0 ? {} : { $inc: { commandCount: item.commands.length } }),
		...pushOf(prepared),
	};
	return { updateOne: { filter: guardOf(prepared, isLong), update, upsert: true } };
}

function pushOf({ row: { recent }, outbox }: Stamped): object {
	const push = {
		...(recent.length === 0 ? {} : { recent: { $each: recent, $slice: -RECENT_COMMANDS_MAX } }),
		...(outbox.length === 0 ? {} : { outbox: { $each: outbox } }),
	};
	return Object.keys(push).length === 0 ? {} : { $push: push };
}

/** The version that was read, and no command that was taken before. `isLong`: older commands were looked for elsewhere. */
function guardOf({ item }: Prepared, isLong: boolean): object {
	const filter = { _id: item.id, version: item.expectedVersion };
	if (item.commands.length === 0) return filter;
	const $nin = item.commands.map(({ commandId }) => commandId);
	const taken = { "recent.c": { $nin }, "outbox.c": { $nin } };
	return { ...filter, ...taken, ...(isLong ? {} : { commandCount: { $lte: RECENT_COMMANDS_MAX } }) };
}

/** How a single write of a bulk ended. */
export type Written = { readonly end: "ok" | "lost" | "claimed" } | { readonly end: "unknown"; readonly error: Error };

/** The ends of a bulk's writes, at their places. */
export function endsOf(count: number, failure: unknown): Written[] {
	const ends: Written[] = Array.from({ length: count }, () => wholeEnd(failure));
	for (const { index, code, errmsg } of writeErrorsOf(failure)) {
		ends[index] = code === DUPLICATE_KEY ? duplicateEnd(errmsg) : { end: "unknown", error: asError(errmsg) };
	}
	return ends;
}

const DUPLICATE_KEY = 11_000;

/** Of a write without an error of its own: done if the bulk as a whole was confirmed. */
function wholeEnd(failure: unknown): Written {
	if (failure === null) return { end: "ok" };
	const isConfirmed = writeErrorsOf(failure).length > 0 && !hasConcernError(failure);
	return isConfirmed ? { end: "ok" } : { end: "unknown", error: asError(failure) };
}

function duplicateEnd(message: string): Written {
	return { end: message.includes(`index: ${INDEX.claims} `) ? "claimed" : "lost" };
}

interface WriteError {
	readonly index: number;
	readonly code: number;
	readonly errmsg: string;
}

function writeErrorsOf(failure: unknown): readonly WriteError[] {
	if (!isBulkFailure(failure)) return [];
	const errors: unknown = failure.writeErrors;
	return (Array.isArray(errors) ? errors : [errors]) as WriteError[];
}

function hasConcernError(failure: unknown): boolean {
	return isBulkFailure(failure) && failure.result?.getWriteConcernError?.() !== undefined;
}

interface BulkFailure {
	readonly writeErrors: unknown;
	readonly result?: { getWriteConcernError?: () => unknown };
}

function isBulkFailure(failure: unknown): failure is BulkFailure {
	return failure instanceof Error && failure.name === "MongoBulkWriteError" && "writeErrors" in failure;
}

function asError(cause: unknown): Error {
	return cause instanceof Error ? cause : new Error(String(cause));
}

/** Rows as they went to the outbox, for moving them on. */
export interface Stored {
	readonly id: string;
	readonly version: number;
	readonly entries: readonly OutboxEntry[];
}
