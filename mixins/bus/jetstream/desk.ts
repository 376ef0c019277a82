import { DeliverPolicy, type ConsumerMessages, type JetStreamClient } from "nats";
import type { Clock } from "../../clock/port.ts";
import { asError } from "../embedded/attempts.ts";
import { backoffMs, Stopping, type OnTrouble } from "../embedded/persist.ts";
import type { Seat } from "../outside/driver.ts";
import { envelopeOf } from "../outside/message.ts";
import type { HeldSeat, SeatTable } from "./seats.ts";
import type { StreamNames } from "./streams.ts";

interface DeskOptions {
	readonly group: string;
	readonly table: SeatTable;
	readonly names: StreamNames;
	readonly clock: Clock;
	readonly onTrouble: OnTrouble;
	/** The connection's client, as soon as there is a connection. */
	readonly client: () => Promise<JetStreamClient>;
}

/** Messages handed over and not settled, at most. */
const OUTSTANDING_MAX = 1_024;
const MESSAGES_AT_ONCE = 512;
/** Positions are stored this long after they have moved. */
const SAVE_DELAY_MS = 100;

/** Reads one partition for as long as its seat is ours, in order, and stores the position behind what is settled. */
export class Desk {
	readonly held: HeldSeat;
	readonly #seat: Seat;
	readonly #options: DeskOptions;
	readonly #stopping = new AbortController();
	#messages: ConsumerMessages | null = null;
	#read: number;
	#saving: Promise<boolean> | null = null;
	#isSaveDue = false;
	readonly #reading: Promise<void>;

	constructor(held: HeldSeat, seat: Seat, options: DeskOptions) {
		this.held = held;
		this.#seat = seat;
		this.#options = options;
		this.#read = seat.position;
		seat.onMoved(() => this.#saveSoon());
		this.#reading = this.#readOn();
	}

	/** Holds the seat longer; false when it is lost. */
	renew(): Promise<boolean> {
		return this.#save();
	}

	/** Stops reading and delivering; the position is stored and the seat given up, unless it is lost. */
	async close(isLost = false): Promise<void> {
		this.#stopping.abort(new Stopping());
		this.#messages?.stop();
		await this.#seat.close();
		await this.#reading;
		await this.#saving?.catch(() => undefined);
		const { table, clock } = this.#options;
		if (!isLost) await table.save(this.held, this.#seat.position, clock.now(), true).catch(() => undefined);
	}

	async #readOn(): Promise<void> {
		const { clock, onTrouble, group } = this.#options;
		for (let failures = 0; !this.#isStopping();) {
			const before = this.#read;
			try {
				await this.#readStream();
				failures = 0;
			} catch (error) {
				if (error instanceof Stopping) return;
				failures = this.#read > before ? 1 : failures + 1;
				onTrouble(asError(error), { group, what: "log" });
				await clock.sleep(backoffMs(failures), this.#stopping.signal).catch(() => undefined);
			}
		}
	}

	/** An ordered consumer: it notices a gap and starts again behind the last message that was in order. */
	async #readStream(): Promise<void> {
		const client = await this.#options.client();
		const { kind, partition } = this.held;
		const { streamOf, subjectOf } = this.#options.names;
		const consumer = await client.consumers.get(streamOf(kind), {
			filterSubjects: [subjectOf(kind, partition)],
			deliver_policy: DeliverPolicy.StartSequence,
			opt_start_seq: this.#read + 1,
		});
		if (this.#isStopping()) return;
		const messages = await consumer.consume({ max_messages: MESSAGES_AT_ONCE });
		this.#messages = messages;
		if (this.#isStopping()) messages.stop();
		const sent: number[] = [];
		for await (const message of messages) {
			if (this.#isStopping()) break;
			this.#take(message.seq, message.string());
			sent.push(message.seq);
			if (sent.length < OUTSTANDING_MAX) continue;
			const half = sent.splice(0, OUTSTANDING_MAX / 2);
			await this.#seat.passed(half.at(-1) ?? 0);
		}
	}

	#take(seq: number, text: string): void {
		this.#read = seq;
		const event = envelopeOf(text);
		if (event !== null) this.#seat.push([{ position: seq, event }]);
		else {
			const error = new Error(`message ${seq} of ${this.held.kind} is no event`);
			this.#options.onTrouble(error, { group: this.#options.group, what: "log" });
		}
	}

	#saveSoon(): void {
		if (this.#isSaveDue || this.#isStopping()) return;
		this.#isSaveDue = true;
		this.#options.clock.after(SAVE_DELAY_MS, () => {
			this.#isSaveDue = false;
			if (!this.#isStopping() && this.#seat.position > this.held.saved) void this.#save();
		});
	}

	#save(): Promise<boolean> {
		const { table, clock, group, onTrouble } = this.#options;
		this.#saving ??= table
			.save(this.held, this.#seat.position, clock.now())
			.catch((error: unknown) => {
				onTrouble(asError(error), { group, what: "store" });
				return true;
			})
			.finally(() => (this.#saving = null));
		return this.#saving;
	}

	#isStopping(): boolean {
		return this.#stopping.signal.aborted;
	}
}
