import type { EachBatchPayload, Kafka } from "kafkajs";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { KafkaGroup } from "../../../mixins/bus/kafka/group.ts";
import { Member } from "../../../mixins/bus/kafka/member.ts";
import { turns } from "../../support/patience.ts";

type Listener = (event: { payload: object }) => void;

const SESSION_MS = 10_000;
const EVENTS = {
	HEARTBEAT: "beat",
	FETCH: "fetch",
	END_BATCH_PROCESS: "end",
	GROUP_JOIN: "join",
	CRASH: "crash",
};

/** A consumer of kafkajs as far as a group knows it. */
class FakeConsumer {
	readonly events = EVENTS;
	readonly #listeners = new Map<string, Listener[]>();
	isGone = false;

	readonly #bed: { isAway: boolean };

	constructor(bed: { isAway: boolean }) {
		this.#bed = bed;
	}

	on(event: string, listener: Listener): void {
		this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
	}

	emit(event: string, payload: object = {}): void {
		for (const listener of this.#listeners.get(event) ?? []) listener({ payload });
	}

	async connect(): Promise<void> {
		if (this.#bed.isAway) throw new Error("nobody there");
	}

	async subscribe(): Promise<void> {
		await Promise.resolve();
	}

	async run(): Promise<void> {
		await Promise.resolve();
		this.emit(EVENTS.GROUP_JOIN, { memberAssignment: {} });
	}

	async disconnect(): Promise<void> {
		await Promise.resolve();
		this.isGone = true;
	}
}

function bedOf() {
	const clock = virtualClock(0);
	const state = { isAway: false };
	const consumers: FakeConsumer[] = [];
	const troubles: string[] = [];
	const comesBack: (() => Promise<boolean>)[] = [];
	const kafka = {
		consumer(options: { retry: { restartOnFailure(): Promise<boolean> } }) {
			const consumer = new FakeConsumer(state);
			consumers.push(consumer);
			comesBack.push(() => options.retry.restartOnFailure());
			return consumer;
		},
	};
	const group = new KafkaGroup({
		kafka: kafka as unknown as Kafka,
		groupId: "payflow.saga",
		topics: ["payflow.payment"],
		membership: { group: "saga", from: "beginning", kinds: ["payment"], open: () => Promise.reject(new Error("no")) },
		starts: new Map(),
		kindOf: () => "payment",
		clock,
		onTrouble: (error) => void troubles.push(error.message),
		sessionTimeoutMs: SESSION_MS,
		onAssigned: () => undefined,
	});
	const alive = () => consumers.filter(({ isGone }) => !isGone).length;
	return { clock, state, consumers, troubles, comesBack, group, alive };
}

describe("a place in a group of Kafka", () => {
	it("is taken again after kafkajs has ended the consumer for good", async () => {
		const { clock, consumers, troubles, group, alive } = bedOf();
		await group.enter();
		consumers[0]?.emit(EVENTS.CRASH, { error: new Error("not a leader"), restart: false });
		await clock.advance(5_000);
		expect([consumers.length, alive(), troubles]).toEqual([2, 1, ["not a leader"]]);
		await group.close();
		expect(alive()).toBe(0);
	});

	it("is left to kafkajs when that starts the consumer again itself", async () => {
		const { clock, consumers, troubles, group } = bedOf();
		await group.enter();
		consumers[0]?.emit(EVENTS.CRASH, { error: new Error("connection lost"), restart: true });
		await clock.advance(5_000);
		expect([consumers.length, troubles]).toEqual([1, []]);
		await group.close();
	});

	it("is never taken by a consumer that was left, whatever kafkajs asks", async () => {
		const { clock, consumers, comesBack, group } = bedOf();
		const answers = () => Promise.all(comesBack.map((ask) => ask()));
		await group.enter();
		expect(await answers()).toEqual([true]);
		consumers[0]?.emit(EVENTS.CRASH, { error: new Error("lost"), restart: false });
		await clock.advance(5_000);
		expect(await answers()).toEqual([false, true]);
		// It was in the middle of joining, and lives.
		const [left] = consumers;
		if (left !== undefined) left.isGone = false;
		left?.emit(EVENTS.FETCH);
		await turns(3);
		expect(left?.isGone).toBe(true);
		await group.close();
		expect(await answers()).toEqual([false, false]);
	});

	it("is taken again after a long silence, and not while there are signs of life", async () => {
		const { clock, consumers, troubles, group, alive } = bedOf();
		await group.enter();
		for (let beats = 0; beats < 20; beats++) {
			await clock.advance(SESSION_MS / 2);
			consumers[0]?.emit(EVENTS.HEARTBEAT);
		}
		expect(consumers).toHaveLength(1);
		await clock.advance(SESSION_MS * 8);
		expect([consumers.length, alive(), troubles]).toEqual([2, 1, [expect.stringMatching(/^silent for \d+ ms$/)]]);
		await group.close();
	});

	it("is asked for until the server is back", async () => {
		const { clock, state, consumers, group, alive } = bedOf();
		await group.enter();
		state.isAway = true;
		consumers[0]?.emit(EVENTS.CRASH, { error: new Error("gone"), restart: false });
		await clock.advance(60_000);
		expect([consumers.length > 3, alive()]).toEqual([true, 0]);
		state.isAway = false;
		await clock.advance(60_000);
		expect(alive()).toBe(1);
		await group.close();
		await turns(5);
		expect(alive()).toBe(0);
	});

	it("that was never had is refused to whoever asked", async () => {
		const { state, group, alive } = bedOf();
		state.isAway = true;
		await expect(group.enter()).rejects.toThrow("nobody there");
		await group.close();
		expect(alive()).toBe(0);
	});
});

describe("a member that has left", () => {
	it("resolves nothing and wants no more of the partition", async () => {
		const clock = virtualClock(0);
		const membership = {
			group: "saga",
			from: "beginning",
			kinds: [],
			open: () => Promise.reject(new Error("no")),
		} as const;
		const member = new Member(membership, { starts: new Map(), kindOf: () => "payment", onTrouble: () => undefined });
		await member.close();
		const payload = {
			batch: { topic: "payflow.payment", partition: 1, messages: [{ offset: "7", value: Buffer.from("{}") }] },
			pause: jest.fn(),
			resolveOffset: jest.fn(),
		};
		await member.take(payload as unknown as EachBatchPayload, clock);
		expect([payload.pause.mock.calls.length, payload.resolveOffset.mock.calls.length]).toEqual([1, 0]);
	});
});
