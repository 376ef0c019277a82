import { systemClock } from "../../mixins/clock/system.ts";
import { JetStreamDriver } from "../../mixins/bus/jetstream/driver.ts";
import { KafkaDriver } from "../../mixins/bus/kafka/driver.ts";
import { createOutsideBus } from "../../mixins/bus/outside/bus.ts";
import type { Driver, TopicPlan } from "../../mixins/bus/outside/driver.ts";
import { connectionReason } from "../../mixins/bus/outside/tls.ts";
import type { WrittenEvent } from "../../mixins/bus/port.ts";
import { openRedis } from "../../mixins/cluster/redis.ts";
import { openMongoStore } from "../../mixins/store/mongo/index.ts";
import { openSqliteStore } from "../../mixins/store/sqlite/index.ts";
import { createRedisBudgets } from "../../services/api/access/redis-budgets.ts";
import { envelope, writtenAll } from "../support/envelopes.ts";
import { createNode, until } from "./node-bed.ts";

/** What a client may be asked to try at an address. */
export type Attempt = "calls" | "events" | "store" | "limits";
/** A question to this process. */
export interface Question {
	readonly id: number;
	readonly what: Attempt;
	readonly url: string;
}
/** Its answer; errors as their words, with those of their causes. */
export interface Answer {
	readonly id: number;
	readonly result: unknown;
	readonly error: string | null;
}

const EVENTS = 3;
const clock = systemClock();
const ignore = () => undefined;

const ATTEMPTS: Readonly<Record<Attempt, (url: string, id: number) => Promise<unknown>>> = {
	/** One process calls an action of another. */
	async calls(url, id) {
		const options = { transporterUrl: url, env: { MASTER_KEY: Buffer.alloc(32, id).toString("base64") } };
		const echo = { name: "echo", actions: { say: (ctx: { params: { word: string } }) => ctx.params.word } };
		const caller = await createNode({ ...options, nodeId: `caller-${id}` });
		const callee = await createNode({ ...options, nodeId: `callee-${id}`, services: [echo] });
		const started = Promise.all([caller.broker.start(), callee.broker.start()]);
		const failed = new Promise<never>((_resolve, reject) => {
			caller.broker.localBus.on("$transporter.error", ({ error }: { error: Error }) => reject(error));
		});
		// A broker tries for ever to connect; it ends with this process.
		await Promise.race([started, failed]);
		try {
			await caller.broker.waitForServices("echo", 15_000, 20);
			return await caller.broker.call("echo.say", { word: "heard" });
		} finally {
			await Promise.all([caller.stop(), callee.stop()]);
		}
	},
	/** Events are published, and delivered in order. */
	async events(url, id) {
		const plan: TopicPlan = { prefix: `tls${id}`, kinds: ["thing"], partitions: 1, replicas: 1, hasAliases: false };
		const store = await openSqliteStore({ file: ":memory:", clock });
		const options = { url, plan, store, clock, node: `node-${id}`, onTrouble: ignore };
		const driver = /^kafkas?:/.test(url) ? new KafkaDriver(options) : new JetStreamDriver(options);
		const bus = createOutsideBus({
			...{ driver, store, clock, outsideClock: clock, partitions: 1 },
			topics: { thing: ["thing"] },
			onTrouble: ignore,
		});
		const seen: number[] = [];
		bus.subscribe({
			group: "listener",
			types: ["thing.happened"],
			from: "beginning",
			deliver: ({ sequence }) => Promise.resolve(void seen.push(sequence)),
		});
		try {
			const events = Array.from({ length: EVENTS }, (_, index) => envelope({ subject: "one" }, index + 1));
			await published(driver, writtenAll(events));
			await bus.start();
			await until(() => seen.length === EVENTS, "all events are delivered");
			return seen;
		} finally {
			await bus.stop();
			await store.close();
		}
	},
	/** A document is committed, and read again. */
	async store(url, id) {
		const store = await openMongoStore({ uri: url, clock, node: `node-${id}`, onTrouble: ignore });
		try {
			store.define({ kind: "thing" });
			const commit = { kind: "thing", id: `T${id}`, expectedVersion: 0, state: { word: "kept" } };
			const [result] = await store.commit([{ ...commit, events: [], commands: [] }]);
			const loaded = await store.load<{ word: string }>("thing", `T${id}`);
			return [result?.status, loaded?.state.word];
		} finally {
			await store.close();
		}
	},
	/** A budget of ten is asked for four, three times. */
	async limits(url, id) {
		const link = openRedis(url);
		const wish = { id: `tls${id}`, count: 10, unaccounted: 0, wanted: 4, leftMs: 1_000 };
		try {
			const budgets = createRedisBudgets(link);
			return [await budgets.take(wish), await budgets.take(wish), await budgets.take(wish)];
		} finally {
			await link.close();
		}
	},
};

/** A new topic has no leader for a moment; the relay of the store tries again, too. */
async function published(driver: Driver, events: readonly WrittenEvent[]): Promise<void> {
	for (;;) {
		try {
			await driver.publish(events);
			return;
		} catch (error) {
			if (!connectionReason(error).includes("does not host this topic-partition")) throw error;
			await clock.sleep(100);
		}
	}
}

process.on("message", ({ id, what, url }: Question) => {
	const answer = (result: unknown, error: string | null) => process.send?.({ id, result, error } satisfies Answer);
	ATTEMPTS[what](url, id).then(
		(result) => answer(result, null),
		(error: unknown) => answer(null, connectionReason(error)),
	);
});
process.on("disconnect", () => process.exit());
