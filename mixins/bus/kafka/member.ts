import type { EachBatchPayload } from "kafkajs";
import type { Clock } from "../../clock/port.ts";
import type { LogEntry } from "../../store/port.ts";
import { asError } from "../embedded/attempts.ts";
import { Stopping, type OnTrouble } from "../embedded/persist.ts";
import type { Membership, Seat } from "../outside/driver.ts";
import type { Starts } from "./start.ts";
import { envelopeOf } from "../outside/message.ts";

interface MemberOptions {
	/** What lies before is not for this group. */
	readonly starts: Starts;
	readonly kindOf: (topic: string) => string;
	readonly onTrouble: OnTrouble;
}

/** Tells Kafka that we are alive. */
interface Heart {
	readonly heartbeat: () => Promise<void>;
}

const BEFORE_ALL = -1;
const HEARTBEAT_MS = 1_000;

/** This process's part of a group: a seat for each partition Kafka has assigned to it. */
export class Member {
	readonly #membership: Membership;
	readonly #options: MemberOptions;
	readonly #seats = new Map<string, Promise<Seat>>();
	#isClosed = false;

	constructor(membership: Membership, options: MemberOptions) {
		this.#membership = membership;
		this.#options = options;
	}

	/** After a rebalance: partitions that went to others are let go, new ones get their seats, so that what is parked goes on. */
	async assign(assignment: Readonly<Record<string, readonly number[]>>): Promise<void> {
		if (this.#isClosed) return;
		const gone = [...this.#seats].filter(([key]) => {
			const cut = key.lastIndexOf("/");
			return assignment[key.slice(0, cut)]?.includes(Number(key.slice(cut + 1))) !== true;
		});
		const mine = Object.entries(assignment).flatMap(([topic, partitions]) =>
			partitions.map((partition) => this.#seatOf(topic, partition)),
		);
		await Promise.allSettled([...gone.map(([key, seat]) => this.#release(key, seat)), ...mine]);
	}

	/** Delivers or parks a batch; its offset is resolved after that, and only if the partition is still ours. */
	async take(payload: EachBatchPayload, clock: Clock): Promise<void> {
		const last = payload.batch.messages.at(-1);
		if (last === undefined) return;
		if (this.#isClosed) {
			// Else the same events would be fetched again at once, and again.
			payload.pause();
			return;
		}
		try {
			await this.#deliver(payload, clock);
			if (payload.isRunning() && !payload.isStale()) payload.resolveOffset(last.offset);
		} catch (error) {
			if (!(error instanceof Stopping)) throw error;
		}
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await Promise.all([...this.#seats].map(([key, seat]) => this.#release(key, seat)));
	}

	async #deliver({ batch, heartbeat }: Pick<EachBatchPayload, "batch"> & Heart, clock: Clock): Promise<void> {
		const seat = await this.#seatOf(batch.topic, batch.partition);
		const entries = this.#entriesOf(batch);
		seat.push(entries);
		await beating(seat.passed(entries.at(-1)?.position ?? seat.position), heartbeat, clock);
	}

	async #release(key: string, seat: Promise<Seat>): Promise<void> {
		this.#seats.delete(key);
		await (await seat).close();
	}

	/** Kafka remembers where the group is; the seat takes what comes. */
	#seatOf(topic: string, partition: number): Promise<Seat> {
		const key = `${topic}/${partition}`;
		let seat = this.#seats.get(key);
		if (seat === undefined) {
			seat = this.#membership.open({ kind: this.#options.kindOf(topic), partition }, BEFORE_ALL);
			this.#seats.set(key, seat);
			seat.catch(() => this.#seats.delete(key));
		}
		return seat;
	}

	#entriesOf({ topic, partition, messages }: EachBatchPayload["batch"]): readonly LogEntry[] {
		const start = this.#options.starts.get(topic)?.[partition] ?? 0;
		return messages.flatMap(({ offset, value }) => {
			if (Number(offset) < start) return [];
			const event = envelopeOf(value?.toString() ?? "");
			if (event !== null) return [{ position: Number(offset), event }];
			const error = new Error(`${topic}/${partition} holds something at ${offset} that is no event`);
			this.#options.onTrouble(error, { group: this.#membership.group, what: "log" });
			return [];
		});
	}
}

/**
 * Waits and says meanwhile that we are alive. When Kafka answers that the group is being shared out anew, the batch is left: a
 * slow handler must not hold up everybody else's partitions. What is under way goes on in its seat, and comes again if it is lost.
 */
async function beating(work: Promise<void>, heartbeat: () => Promise<void>, clock: Clock): Promise<void> {
	const done = new AbortController();
	const beat = async (): Promise<void> => {
		for (;;) {
			await clock.sleep(HEARTBEAT_MS, done.signal);
			await heartbeat();
		}
	};
	const beats = beat().catch((error: unknown) => {
		if (!(error instanceof Stopping)) throw asError(error);
	});
	work.catch(() => undefined);
	try {
		await Promise.race([work, beats]);
	} finally {
		done.abort(new Stopping());
		await beats.catch(() => undefined);
	}
}
