import { GatewayRejected } from "../errors/rejected.ts";
import type { ClaimKey } from "./key.ts";
import {
	CLAIM_WAIT_MS,
	createClaimRecords,
	inProgress,
	type Answer,
	type ClaimPorts,
	type Execution,
} from "./records.ts";

/** One request under an idempotency key. */
export interface ClaimedRequest {
	readonly key: ClaimKey;
	/** Canonical text of everything the request says. */
	readonly content: string;
	/** Runs the action and turns its errors into answers. */
	execute(commandId: string): Promise<Execution>;
}

/** A first answer, or the repeat of one. */
export interface ClaimedAnswer {
	readonly answer: Answer;
	readonly isReplay: boolean;
}

/** Makes repeats of a request one request. */
export interface Claims {
	/** Refuses with IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS, or a code of the store. */
	run(request: ClaimedRequest): Promise<ClaimedAnswer>;
	/** Removes claims whose time is over; answers how many. */
	sweep(): Promise<number>;
}

interface Running {
	readonly fingerprint: string;
	readonly done: Promise<Answer>;
}

/** Claims in the store; equal requests within this process share one run without asking it. */
export function createClaims(ports: ClaimPorts): Claims {
	const { clock } = ports;
	const records = createClaimRecords(ports);
	const running = new Map<string, Running>();

	async function own(request: ClaimedRequest, fingerprint: string): Promise<ClaimedAnswer> {
		const taken = await records.take(request.key, fingerprint);
		if ("body" in taken) return { answer: taken, isReplay: true };
		const execution = await request.execute(taken.state.commandId);
		await records.settle(request.key, taken, execution);
		return { answer: execution.answer, isReplay: false };
	}

	async function join({ done }: Running): Promise<ClaimedAnswer> {
		const waiting = new AbortController();
		const timeout = clock.sleep(CLAIM_WAIT_MS, waiting.signal).then(
			() => Promise.reject(inProgress()),
			() => done,
		);
		const answer = await Promise.race([done, timeout]).finally(() => waiting.abort());
		return { answer, isReplay: true };
	}

	return {
		async run(request) {
			const { id } = request.key;
			const fingerprint = request.key.fingerprint(request.content);
			const first = running.get(id);
			if (first !== undefined) {
				if (first.fingerprint !== fingerprint) throw new GatewayRejected("IDEMPOTENCY_KEY_REUSED");
				return await join(first);
			}
			const outcome = own(request, fingerprint).finally(() => running.delete(id));
			const done = outcome.then(({ answer }) => answer);
			done.catch(() => undefined);
			running.set(id, { fingerprint, done });
			return await outcome;
		},
		sweep: () => records.sweep(),
	};
}
