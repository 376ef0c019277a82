import type { Consumer, EachBatchPayload, Kafka } from "kafkajs";
import type { Clock, Timer } from "../../clock/port.ts";
import { within } from "../../clock/within.ts";
import { asError } from "../embedded/attempts.ts";
import { backoffMs, Stopping, type OnTrouble } from "../embedded/persist.ts";
import type { Membership } from "../outside/driver.ts";
import { Member } from "./member.ts";
import type { Starts } from "./start.ts";

/** What partitions a member was given, by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

interface KafkaGroupOptions {
	readonly kafka: Kafka;
	readonly groupId: string;
	readonly topics: readonly string[];
	readonly membership: Membership;
	readonly starts: Starts;
	readonly kindOf: (topic: string) => string;
	readonly clock: Clock;
	readonly onTrouble: OnTrouble;
	/** A member that is silent for longer has its partitions taken away, ms. */
	readonly sessionTimeoutMs: number;
	/** After each time the partitions were shared out. */
	readonly onAssigned: (consumer: Consumer, assignment: Assignment) => void;
}

/** A poll that finds nothing waits this long for something. */
const MAX_WAIT_MS = 100;
const BYTES_PER_PARTITION = 1_048_576;
const AT_ONCE = 8;
/** A member that is in its group beats several times in a session; kafkajs finds back by itself after a while. */
const SILENCE_MAX_SESSIONS = 6;
const LEAVE_MAX_MS = 3_000;
/** Failed tries to come back before anybody hears of it. */
const LOUD_AFTER = 3;

/**
 * This process's place in a group, for as long as the process runs. kafkajs ends a consumer for good after errors that it takes for
 * lasting, and some of them are not; so whoever falls out of the group, or is silent in it, enters again as a new member.
 */
export class KafkaGroup {
	readonly #options: KafkaGroupOptions;
	readonly #closing = new AbortController();
	#consumer: Consumer | null = null;
	#member: Member | null = null;
	#lastSignAt = 0;
	#watch: Timer | null = null;
	#returning: Promise<void> | null = null;

	constructor(options: KafkaGroupOptions) {
		this.#options = options;
	}

	/** Resolves when the group has shared out its partitions with this member. */
	async enter(): Promise<void> {
		const { kafka, groupId, topics, clock, sessionTimeoutMs } = this.#options;
		const consumer: Consumer = kafka.consumer({
			groupId,
			sessionTimeout: sessionTimeoutMs,
			rebalanceTimeout: sessionTimeoutMs * 2,
			heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
			maxWaitTimeInMs: MAX_WAIT_MS,
			maxBytesPerPartition: BYTES_PER_PARTITION,
			allowAutoTopicCreation: false,
			// One that was left must not come back by itself: it would hold partitions that nobody serves.
			retry: { restartOnFailure: async () => consumer === this.#consumer && !this.#closing.signal.aborted },
		});
		const member = new Member(this.#options.membership, this.#options);
		this.#consumer = consumer;
		this.#member = member;
		const joined = this.#listen(consumer, member);
		joined.catch(() => undefined);
		await consumer.connect();
		await consumer.subscribe({ topics: [...topics], fromBeginning: true });
		await consumer.run({
			eachBatchAutoResolve: false,
			partitionsConsumedConcurrently: AT_ONCE,
			eachBatch: (payload: EachBatchPayload) => member.take(payload, clock),
		});
		await joined;
		this.#watchOver();
	}

	async close(): Promise<void> {
		this.#closing.abort(new Stopping());
		this.#watch?.cancel();
		await this.#returning;
		await this.#leave();
	}

	#listen(consumer: Consumer, member: Member): Promise<void> {
		const { events } = consumer;
		const sign = (): void => {
			if (consumer === this.#consumer) this.#lastSignAt = this.#options.clock.now();
			// kafkajs forgets to leave while it joins: one that was left then lives on, with partitions that nobody serves.
			else void consumer.disconnect().catch(() => undefined);
		};
		for (const event of [events.HEARTBEAT, events.FETCH, events.END_BATCH_PROCESS] as const) consumer.on(event, sign);
		let isIn = false;
		return new Promise((resolve, reject) => {
			this.#closing.signal.addEventListener("abort", () => reject(new Stopping()), { once: true });
			consumer.on(events.GROUP_JOIN, ({ payload }) => {
				if (consumer !== this.#consumer) return;
				isIn = true;
				sign();
				void member.assign(payload.memberAssignment);
				this.#options.onAssigned(consumer, payload.memberAssignment);
				resolve();
			});
			consumer.on(events.CRASH, ({ payload: { error, restart } }) => {
				if (restart || consumer !== this.#consumer) return;
				if (isIn) this.#comeBack(error);
				else reject(error);
			});
		});
	}

	#watchOver(): void {
		const { clock, sessionTimeoutMs } = this.#options;
		if (this.#closing.signal.aborted) return;
		this.#watch = clock.after(sessionTimeoutMs, () => {
			const silentMs = clock.now() - this.#lastSignAt;
			if (silentMs > SILENCE_MAX_SESSIONS * sessionTimeoutMs) this.#comeBack(new Error(`silent for ${silentMs} ms`));
			else this.#watchOver();
		});
	}

	#comeBack(error: unknown): void {
		if (this.#closing.signal.aborted || this.#returning !== null) return;
		const { membership, onTrouble } = this.#options;
		this.#watch?.cancel();
		onTrouble(asError(error), { group: membership.group, what: "log" });
		this.#returning = this.#enterAgain()
			.catch(() => undefined)
			.finally(() => (this.#returning = null));
	}

	/** Tries until it is in the group or the process stops. */
	async #enterAgain(): Promise<void> {
		const { clock, membership, onTrouble } = this.#options;
		for (let failures = 1; !this.#closing.signal.aborted; failures++) {
			await this.#leave();
			await clock.sleep(backoffMs(failures), this.#closing.signal);
			try {
				await this.enter();
				return;
			} catch (error) {
				if (failures >= LOUD_AFTER) onTrouble(asError(error), { group: membership.group, what: "log" });
			}
		}
	}

	async #leave(): Promise<void> {
		const [consumer, member] = [this.#consumer, this.#member];
		this.#consumer = null;
		this.#member = null;
		// It stops asking for more while what is under way ends.
		const left = consumer?.disconnect().catch(() => undefined);
		await member?.close();
		// A server that is away cannot be told.
		if (left !== undefined) await within(this.#options.clock, LEAVE_MAX_MS, left);
	}
}
