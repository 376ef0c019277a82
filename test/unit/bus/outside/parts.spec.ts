import { readFileSync } from "node:fs";
import { join } from "node:path";
import { natsOptions } from "../../../../mixins/bus/jetstream/connection.ts";
import { ownerOf, SeatTable } from "../../../../mixins/bus/jetstream/seats.ts";
import { connectionOf } from "../../../../mixins/bus/kafka/connection.ts";
import { addressOf } from "../../../../mixins/bus/outside/address.ts";
import { aliasOf, aliasTopics } from "../../../../mixins/bus/outside/aliases.ts";
import { Feed } from "../../../../mixins/bus/outside/feed.ts";
import { envelopeOf, headersOf } from "../../../../mixins/bus/outside/message.ts";
import { inLanes, lanesOf, partitionOf } from "../../../../mixins/bus/outside/partitions.ts";
import { kindsOf, TOPICS } from "../../../../services/shared/topics.ts";
import { envelope } from "../../../support/envelopes.ts";
import { createHostileStore } from "../../../support/hostile/store.ts";

const EVENTS_PAGE = readFileSync(join(__dirname, "../../../../docs/events.md"), "utf8");

describe("topics", () => {
	const names = [...(EVENTS_PAGE.split("## Names elsewhere")[0] ?? "").matchAll(/^\| `([a-z]+)\.[a-z-]+`/gm)].map(
		([, word]) => word,
	);

	it("are there for every event of the documents, and for nothing else", () => {
		const stated = new Set(Object.values(TOPICS).flat());
		expect([...new Set(names)].sort()).toEqual([...stated].sort());
	});

	it("are found by the events a group wants", () => {
		expect(kindsOf(["order.created", "payment.approved"])).toEqual(["order", "payment"]);
		expect(kindsOf(["auth.session-ended"])).toEqual(["user", "session"]);
		expect(kindsOf("*")).toEqual(Object.keys(TOPICS));
	});

	it("have the names that stand in the documents elsewhere", () => {
		for (const alias of aliasTopics) expect(EVENTS_PAGE).toContain(`\`${alias}\``);
		expect(aliasOf("order.created")).toBe("order-created");
		expect(aliasOf("ledger.posted")).toBeNull();
	});
});

describe("partitions", () => {
	it("hold all of a subject, and share the subjects evenly", () => {
		const counts = new Array<number>(6).fill(0);
		for (let n = 0; n < 6_000; n++) {
			const partition = partitionOf(`/payflow/order/ORD_${n}`, 6);
			expect(partitionOf(`/payflow/order/ORD_${n}`, 6)).toBe(partition);
			counts[partition] = (counts[partition] ?? 0) + 1;
		}
		for (const count of counts) expect(count).toBeGreaterThan(800);
	});

	it("are sent lane by lane, a subject's events one after another", async () => {
		const events = [envelope({ subject: "a" }, 1), envelope({ subject: "b" }, 1), envelope({ subject: "a" }, 2)];
		const lanes = lanesOf(events.map((event) => ({ event, text: "" })));
		expect(lanes.map((lane) => lane.map(({ event }) => event.id))).toEqual([["thing:a:1", "thing:a:2"], ["thing:b:1"]]);
		const log: string[] = [];
		await inLanes(lanes, 2, async ({ event }) => {
			log.push(`send ${event.id}`);
			await Promise.resolve();
			log.push(`done ${event.id}`);
		});
		expect(log.indexOf("send thing:b:1")).toBeLessThan(log.indexOf("done thing:a:1"));
		expect(log.indexOf("send thing:a:2")).toBeGreaterThan(log.indexOf("done thing:a:1"));
		expect(log).toHaveLength(6);
	});

	it("are not sent on after a failure, which shows when nothing is under way any more", async () => {
		const sent: number[] = [];
		const { promise, resolve } = Promise.withResolvers<undefined>();
		let isOver = false;
		const send = async (event: number): Promise<void> => {
			sent.push(event);
			if (event === 1) throw new Error("the log does not answer");
			await promise;
		};
		const over = inLanes([[1, 2], [3, 4], [5]], 2, send).finally(() => (isOver = true));
		over.catch(() => undefined);
		await new Promise((next) => setImmediate(next));
		expect(isOver).toBe(false);
		resolve(undefined);
		await expect(over).rejects.toThrow("the log does not answer");
		expect(sent).toEqual([1, 3]);
	});
});

describe("a feed", () => {
	it("gives what came after a position and forgets what is done", async () => {
		const feed = new Feed(10);
		let wakes = 0;
		const stop = feed.onAppend(() => wakes++);
		feed.push([]);
		feed.push([11, 15, 20].map((position) => ({ position, event: envelope({ subject: "a" }, position) })));
		expect((await feed.read(11, 5)).map(({ position, follows }) => [follows, position])).toEqual([
			[11, 15],
			[15, 20],
		]);
		expect((await feed.read(10, 1))[0]).not.toHaveProperty("follows");
		feed.forget(15);
		expect((await feed.read(0, 5)).map(({ position }) => position)).toEqual([20]);
		feed.forget(20);
		expect(await feed.read(0, 5)).toEqual([]);
		expect([feed.head(), wakes]).toEqual([20, 1]);
		stop();
		feed.push([{ position: 21, event: envelope({ subject: "a" }, 21) }]);
		expect(wakes).toBe(1);
	});
});

describe("messages", () => {
	it("are CloudEvents in JSON, with their attributes as headers too", () => {
		const event = envelope({ subject: "a", data: { amount: 1 } }, 3);
		expect(envelopeOf(JSON.stringify(event))).toEqual(event);
		expect(headersOf(event, "ce_")).toMatchObject({
			ce_id: "thing:a:3",
			ce_type: "thing.happened",
			ce_specversion: "1.0",
		});
	});

	it.each(["", "{", "null", "1", "[]", '{"id":1,"type":"a","source":"b","subject":"c"}', '{"id":"1"}'])(
		"are not events: %s",
		(text) => {
			expect(envelopeOf(text)).toBeNull();
		},
	);
});

describe("addresses", () => {
	it("name servers, TLS and who we are", () => {
		expect(addressOf("kafka://pay%40flow:s%3Ac@one:9092,two:9093/x", "kafka", "kafkas")).toEqual({
			isTls: false,
			hosts: ["one:9092", "two:9093"],
			credentials: { user: "pay@flow", password: "s:c" },
		});
		expect(connectionOf("kafkas://u:p@one:1")).toMatchObject({
			ssl: true,
			brokers: ["one:1"],
			sasl: { mechanism: "plain", username: "u", password: "p" },
		});
		expect(connectionOf("kafka://one:1")).not.toHaveProperty("sasl");
		expect(natsOptions("tls://u:p@one:1")).toMatchObject({
			tls: { handshakeFirst: false },
			user: "u",
			pass: "p",
			servers: ["one:1"],
		});
		expect(natsOptions("nats://one:1")).not.toHaveProperty("user");
		expect(natsOptions("nats://one:1")).toHaveProperty("tls", null);
	});

	it("of another kind are refused", () => {
		expect(() => connectionOf("http://one:1")).toThrow("kafka://");
		expect(() => natsOptions("one:1")).toThrow("nats://");
	});
});

describe("seats", () => {
	const partition = { kind: "order", partition: 2 };

	function tables() {
		const store = createHostileStore({ seed: 1 });
		const at = (node: string) => new SeatTable(store, "saga", node, 1_000);
		return { one: at("one"), two: at("two") };
	}

	it("start where the first to come says, once", async () => {
		const { one, two } = tables();
		await one.found(partition, async () => 7);
		await two.found(partition, async () => 99);
		expect(await two.positionOf(partition)).toBe(7);
		expect(await two.positionOf({ kind: "order", partition: 3 })).toBe(0);
	});

	it("belong to one process, until it gives them up or is silent for too long", async () => {
		const { one, two } = tables();
		expect(await one.take(partition, 0)).toBeNull();
		await one.found(partition, async () => 0);
		const held = await one.take(partition, 0);
		expect(held).toMatchObject({ position: 0 });
		expect(await two.take(partition, 999)).toBeNull();
		expect(held !== null && (await one.save(held, 5, 500))).toBe(true);
		expect(await two.take(partition, 1_400)).toBeNull();
		const taken = await two.take(partition, 1_501);
		expect(taken).toMatchObject({ position: 5 });
		expect(held !== null && (await one.save(held, 9, 1_502))).toBe(false);
		expect(await one.positionOf(partition)).toBe(5);
		expect(taken !== null && (await two.save(taken, 6, 1_600, true))).toBe(true);
		expect(await one.take(partition, 1_601)).toMatchObject({ position: 6 });
	});

	it("are shared among those who are there", async () => {
		const { one, two } = tables();
		expect(await one.members(0)).toEqual(["one"]);
		expect([...(await two.members(100))].sort()).toEqual(["one", "two"]);
		expect(await two.members(1_050)).toEqual(["two"]);
		await two.leave();
		expect(await one.members(1_060)).toEqual(["one"]);
		const owners = Array.from({ length: 60 }, (_, n) => ownerOf(`order/${n}`, ["one", "two", "three"]));
		for (const node of ["one", "two", "three"])
			expect(owners.filter((owner) => owner === node).length).toBeGreaterThan(9);
		const fewer = Array.from({ length: 60 }, (_, n) => ownerOf(`order/${n}`, ["one", "two"]));
		expect(owners.every((owner, n) => owner === "three" || owner === fewer[n])).toBe(true);
		expect(ownerOf("order/1", [])).toBeNull();
	});
});
