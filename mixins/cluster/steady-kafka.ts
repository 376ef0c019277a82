import { Transporters } from "moleculer";
import type { Clock } from "../clock/port.ts";
import { within } from "../clock/within.ts";

type KafkaOptions = ConstructorParameters<typeof Transporters.Kafka>[0];
type Topics = Parameters<Transporters.Kafka["makeSubscriptions"]>[0];

/** What is used of the library's consumer and its stream of packets. */
interface Consumer {
	close(isForced: boolean): Promise<void>;
}
interface Parts {
	consumer: Consumer | null;
	consumerStream: { readonly destroyed: boolean } | null;
}

const LOOK_MS = 1_000;
/** A process hears its own heartbeats, every 5 s: after so long without any packet nobody listens any more. */
const SILENT_MAX_MS = 20_000;
const CLOSE_MAX_MS = 3_000;

/**
 * Moleculer's transporter over Kafka, which comes back. Its own stream of packets ends with the first error that lasts, and
 * nobody opens another: after an outage such a process heard nothing until it was started anew.
 */
export class SteadyKafka extends Transporters.Kafka {
	readonly #clock: Clock;
	readonly #leaving = new AbortController();
	#topics: Topics = [];
	#heardAt = 0;
	#entries = 0;
	#isWatched = false;

	constructor(options: KafkaOptions, clock: Clock) {
		super(options);
		this.#clock = clock;
	}

	/** Listens to these topics from now on, and again after every outage. */
	override async makeSubscriptions(topics: Topics): Promise<void> {
		this.#topics = topics;
		await super.makeSubscriptions(topics);
		this.#heardAt = this.#clock.now();
		if (!this.#isWatched) void this.#watch();
		this.#isWatched = true;
	}

	override receive(cmd: string, data: Buffer): void | Promise<void> {
		this.#heardAt = this.#clock.now();
		return super.receive(cmd, data);
	}

	/** A server that does not answer cannot hold up a stop. */
	override async disconnect(): Promise<void> {
		this.#leaving.abort();
		await within(this.#clock, CLOSE_MAX_MS, super.disconnect());
	}

	get #isLeaving(): boolean {
		return this.#leaving.signal.aborted;
	}

	get #parts(): Parts {
		return this as unknown as Parts;
	}

	get #isDeaf(): boolean {
		const { consumerStream } = this.#parts;
		const isOpen = consumerStream !== null && !consumerStream.destroyed;
		return !isOpen || this.#clock.now() - this.#heardAt > SILENT_MAX_MS;
	}

	/** Twice in a row: a process that was stopped for a while finds its packets at once. */
	async #watch(): Promise<void> {
		for (let isSuspected = false; ;) {
			await this.#clock.sleep(LOOK_MS, this.#leaving.signal).catch(() => undefined);
			if (this.#isLeaving) return;
			const wasSuspected = isSuspected;
			isSuspected = this.#isDeaf;
			if (!isSuspected || !wasSuspected) continue;
			try {
				await this.#listenAgain();
			} catch (error) {
				this.logger.warn("Packets cannot be heard yet.", { error: String(error) });
			}
		}
	}

	/** As a group of its own: the old one still counts the member that is gone, and would share the packets with it. */
	async #listenAgain(): Promise<void> {
		await this.#drop();
		this.opts.consumer = { ...this.opts.consumer, groupId: `${this.broker.instanceID}-${++this.#entries}` };
		await super.makeSubscriptions(this.#topics);
		if (this.#isLeaving) return this.#drop();
		this.#heardAt = this.#clock.now();
		this.logger.info("Packets are heard again.");
		await this.onConnected(true);
	}

	async #drop(): Promise<void> {
		const { consumer } = this.#parts;
		Object.assign(this.#parts, { consumer: null, consumerStream: null });
		if (consumer !== null) await within(this.#clock, CLOSE_MAX_MS, consumer.close(true));
	}
}
