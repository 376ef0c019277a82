import type { Runtime } from "../../../mixins/runtime.ts";
import type { CommitResult } from "../../../mixins/store/port.ts";
import { DomainError } from "../../shared/errors.ts";
import { GatewayRejected } from "../errors/rejected.ts";
import { SEAL_IV_BYTES, type ClaimKey } from "./key.ts";

/** A response as it is stored and repeated. */
export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** What became of the action: `keep` stores the answer, `reopen` lets a repeat run again, `drop` forgets the claim. */
export interface Execution {
	readonly answer: Answer;
	readonly verdict: "keep" | "reopen" | "drop";
}

/** A claim this process holds. */
export interface HeldClaim {
	readonly state: ClaimState;
	readonly version: number;
}

/** Claims as documents of the store. */
export interface ClaimRecords {
	/** Takes the claim before the action is called, or finds the answer it already has. */
	take(key: ClaimKey, fingerprint: string): Promise<HeldClaim | Answer>;
	/** Stores what came of it before anybody is answered; a lost race means that another process stored the same answer. */
	settle(key: ClaimKey, held: HeldClaim, execution: Execution): Promise<void>;
	/** Removes claims whose time is over; answers how many. */
	sweep(): Promise<number>;
}

/** Kind of the claims' documents. */
export const CLAIM_KIND = "idempotency-claim";
/** Claims are kept for 30 days (at least 24 hours are promised). */
export const CLAIM_KEPT_MS = 30 * 86_400_000;
/** An open claim is taken over after this time; running it again is harmless because the command id stays the same. */
export const CLAIM_DEADLINE_MS = 8_000;
/** How long an equal request waits for the first answer. */
export const CLAIM_WAIT_MS = 10_000;
const POLL_MS = 100;
const SWEEP_MAX = 500;
const RETRY_AFTER_S = 2;

interface ClaimState {
	readonly fingerprint: string;
	/** Services derive every id they mint from it, so that a repeat mints the same ids. */
	readonly commandId: string;
	/** Clock milliseconds. */
	readonly deadline: number;
	readonly expiresAt: number;
	/** Status, headers and body, sealed; null while open. */
	readonly answer: string | null;
}

/** Ports the claims stand on. */
export type ClaimPorts = Pick<Runtime, "store" | "clock" | "ids" | "random">;

/** Claims over the store's own commits. */
export function createClaimRecords(ports: ClaimPorts): ClaimRecords {
	const { store, clock, random } = ports;
	store.define({ kind: CLAIM_KIND, indexes: [{ fields: ["expiresAt"] }] });
	return {
		take: (key, fingerprint) => take(ports, key, fingerprint),
		async settle(key, { state, version }, { verdict, answer }) {
			if (verdict === "drop") {
				await store.remove(CLAIM_KIND, [key.id]);
				return;
			}
			const sealed = verdict === "keep" ? key.seal(JSON.stringify(answer), random(SEAL_IV_BYTES)) : null;
			await write(ports, key.id, { ...state, answer: sealed, deadline: clock.now() }, version);
		},
		async sweep() {
			const range = { field: "expiresAt", to: clock.now() };
			const old = await store.find(CLAIM_KIND, { range, direction: "asc", limit: SWEEP_MAX });
			const ids = old.map(({ id }) => id);
			if (ids.length > 0) await store.remove(CLAIM_KIND, ids);
			return ids.length;
		},
	};
}

/** The refusal for a request whose equal is still under way. */
export function inProgress(): GatewayRejected {
	return new GatewayRejected("REQUEST_IN_PROGRESS", { retryAfterSeconds: RETRY_AFTER_S });
}

async function take(ports: ClaimPorts, key: ClaimKey, fingerprint: string): Promise<HeldClaim | Answer> {
	const waitUntil = ports.clock.now() + CLAIM_WAIT_MS;
	let known: HeldClaim | null = null;
	for (;;) {
		const { state, version } = nextClaim(ports, known, fingerprint);
		const status = await write(ports, key.id, state, version);
		if (status === "ok") return { state, version: version + 1 };
		if (status === "unknown") throw new DomainError("OUTCOME_UNKNOWN");
		const found = await wait(ports, key, fingerprint, waitUntil);
		if (found !== null && "body" in found) return found;
		known = found;
	}
}

/** Waits while another process runs the claim: until there is an answer, or the claim may be taken over. */
async function wait(
	{ store, clock }: ClaimPorts,
	key: ClaimKey,
	fingerprint: string,
	waitUntil: number,
): Promise<HeldClaim | Answer | null> {
	for (;;) {
		const known = await store.load<ClaimState>(CLAIM_KIND, key.id);
		if (known === null || known.state.expiresAt <= clock.now()) return known;
		if (known.state.fingerprint !== fingerprint) throw new GatewayRejected("IDEMPOTENCY_KEY_REUSED");
		if (known.state.answer !== null) return JSON.parse(key.open(known.state.answer)) as Answer;
		if (known.state.deadline <= clock.now()) return known;
		if (clock.now() >= waitUntil) throw inProgress();
		await clock.sleep(POLL_MS);
	}
}

/** A claim that is taken over keeps its command id; one whose time is over begins anew. */
function nextClaim({ clock, ids }: ClaimPorts, known: HeldClaim | null, fingerprint: string): HeldClaim {
	const now = clock.now();
	const deadline = now + CLAIM_DEADLINE_MS;
	const version = known?.version ?? 0;
	if (known !== null && known.state.expiresAt > now) return { state: { ...known.state, deadline }, version };
	const expiresAt = now + CLAIM_KEPT_MS;
	return { state: { fingerprint, commandId: ids.next("CMD"), deadline, expiresAt, answer: null }, version };
}

async function write(
	{ store }: ClaimPorts,
	id: string,
	state: ClaimState,
	expectedVersion: number,
): Promise<CommitResult["status"]> {
	const [result] = await store.commit([{ kind: CLAIM_KIND, id, expectedVersion, state, events: [], commands: [] }]);
	return result?.status ?? "unknown";
}
