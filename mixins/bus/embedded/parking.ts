import type { Envelope } from "../../../services/shared/events.ts";
import type { Clock } from "../../clock/port.ts";
import type { Commit, Store, StoredDocument } from "../../store/port.ts";
import { DELIVERY_ATTEMPTS_MAX, type ParkedEvent, RETRY_DELAY_MAX_MS, RETRY_DELAY_MS } from "../port.ts";
import { persistently } from "./persist.ts";

/** Kind of the documents that hold parked events. */
export const PARKED_KIND = "bus-parked";

const PAGE_MAX = 256;
const ERROR_LENGTH_MAX = 500;

/** A parked event as it is stored; `lane` is the subject together with its kind. */
export interface ParkedState {
	readonly group: string;
	readonly lane: string;
	readonly position: number;
	readonly event: Envelope;
	readonly attempts: number;
	readonly error: string | null;
	readonly nextAttemptAt: string | null;
	readonly isDead: boolean;
}

export type ParkedDocument = StoredDocument<ParkedState>;

/** How the last attempt at an event ended and what follows from it. */
export type Verdict = Pick<ParkedState, "attempts" | "error" | "nextAttemptAt" | "isDead">;

/** An event that waits behind its subject's head. */
export const WAITING: Verdict = { attempts: 0, error: null, nextAttemptAt: null, isDead: false };

/** What follows from the failure of attempt number `attempts` at `now`: a later attempt, or death. */
export function verdictOn(failure: Error, attempts: number, now: number): Verdict {
	const error = `${failure.name}: ${failure.message}`.slice(0, ERROR_LENGTH_MAX);
	if (attempts >= DELIVERY_ATTEMPTS_MAX) return { attempts, error, nextAttemptAt: null, isDead: true };
	const delayMs = Math.min(RETRY_DELAY_MAX_MS, RETRY_DELAY_MS * 2 ** (attempts - 1));
	return { attempts, error, nextAttemptAt: new Date(now + delayMs).toISOString(), isDead: false };
}

/** Key of an event's lane: its subject, told apart from the same id of another kind. */
export function laneOf(event: Envelope): string {
	return event.source + "/" + event.subject;
}

/** A stored parked event as operators see it. */
export function parkedView(document: ParkedDocument): ParkedEvent {
	const { group, event, position, attempts, error, nextAttemptAt, isDead } = document.state;
	const { id } = document;
	return { id, group, subject: event.subject, event, position, attempts, error, nextAttemptAt, isDead };
}

/** Declares the kind of parked events. */
export function defineParked(store: Store): void {
	store.define({
		kind: PARKED_KIND,
		indexes: [{ fields: ["group", "position"] }, { fields: ["group", "lane", "position"] }],
	});
}

/** The parked events of one group, in the store. Every operation is repeated until the store has taken it. */
export interface Parking {
	/** Stores an event as parked; one that is already there stays as it is. */
	park(position: number, event: Envelope, verdict: Verdict): Promise<void>;
	/** Records another failed attempt. */
	judge(document: ParkedDocument, verdict: Verdict): Promise<void>;
	/** The oldest parked events of a lane. */
	oldest(lane: string, limit: number): Promise<readonly ParkedDocument[]>;
	find(id: string): Promise<ParkedDocument | null>;
	remove(ids: readonly string[]): Promise<void>;
	/** Hands over every parked event of the group, oldest first. */
	each(visit: (state: ParkedState) => void): Promise<void>;
}

/** Tools a group works with. */
export interface Workshop {
	readonly store: Store;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly onStoreFailure: (error: Error) => void;
}

/** Opens a group's parked events. */
export function createParking(group: string, { store, clock, signal, onStoreFailure }: Workshop): Parking {
	const untilDone = <Result>(action: () => Promise<Result>) => persistently(clock, signal, onStoreFailure, action);
	const load = (id: string) => store.load<ParkedState>(PARKED_KIND, id);

	return {
		park: (position, event, verdict) =>
			untilDone(async () => {
				const id = `${group}:${event.id}`;
				const state: ParkedState = { group, lane: laneOf(event), position, event, ...verdict };
				if (!(await write(store, id, 0, state)) && (await load(id)) === null) throw new NotStored(id);
			}),
		judge: (document, verdict) =>
			untilDone(async () => {
				const current = await load(document.id);
				if (current === null || isSame(current.state, verdict)) return;
				const state = { ...current.state, ...verdict };
				if (!(await write(store, document.id, current.version, state))) throw new NotStored(document.id);
			}),
		oldest: (lane, limit) => untilDone(() => pageOf(store, { group, lane }, null, limit)),
		find: (id) => untilDone(() => load(id)),
		remove: (ids) => untilDone(() => store.remove(PARKED_KIND, ids)),
		each: (visit) => untilDone(() => visitAll(store, group, visit)),
	};
}

/** Parked events of a group, oldest first; asks the store once. */
export async function parkedOf(store: Store, group: string, limit: number): Promise<readonly ParkedEvent[]> {
	const documents = await pageOf(store, { group }, null, limit);
	return documents.map(parkedView);
}

class NotStored extends Error {
	constructor(id: string) {
		super(`${id} was not stored`);
		this.name = "NotStored";
	}
}

async function write(store: Store, id: string, expectedVersion: number, state: ParkedState): Promise<boolean> {
	const commit: Commit = { kind: PARKED_KIND, id, expectedVersion, state, events: [], commands: [] };
	const [result] = await store.commit([commit]);
	if (result?.status === "unknown") throw result.error;
	return result?.status === "ok";
}

function isSame(state: ParkedState, verdict: Verdict): boolean {
	return (
		state.attempts === verdict.attempts &&
		state.error === verdict.error &&
		state.nextAttemptAt === verdict.nextAttemptAt &&
		state.isDead === verdict.isDead
	);
}

async function visitAll(store: Store, group: string, visit: (state: ParkedState) => void): Promise<void> {
	const all: ParkedState[] = [];
	let last: ParkedDocument | null = null;
	do {
		const page: readonly ParkedDocument[] = await pageOf(store, { group }, last, PAGE_MAX);
		for (const { state } of page) all.push({ ...state, event: NO_EVENT });
		last = page.length < PAGE_MAX ? null : (page.at(-1) ?? null);
	} while (last !== null);
	all.forEach(visit);
}

/** Only lanes, positions and verdicts are kept from a full pass, never the payloads. */
const NO_EVENT = {} as Envelope;

function pageOf(
	store: Store,
	where: Readonly<Record<string, string>>,
	after: ParkedDocument | null,
	limit: number,
): Promise<readonly ParkedDocument[]> {
	return store.find<ParkedState>(PARKED_KIND, {
		where,
		range: { field: "position" },
		direction: "asc",
		limit,
		...(after === null ? {} : { after: [after.state.position, after.id] }),
	});
}
