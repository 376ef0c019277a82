import type { ServiceSchema } from "moleculer";
import type { Commit } from "../../mixins/store/port.ts";
import api from "../../services/api/api.service.ts";
import { LOG_GROWN } from "../../services/logging/contract.ts";
import logging from "../../services/logging/logging.service.ts";
import ops from "../../services/ops/ops.service.ts";
import { envelope } from "../support/envelopes.ts";
import { StreamClient } from "../support/live-stream.ts";
import { until } from "./node-bed.ts";
import { processBed, type Process, type ProcessBed } from "./process-bed.ts";

const SECOND_MS = 1_000;
const STOP_MAX_MS = 2_000;
const STREAMS = 10;
const TRIES = 7;
/** The slow look for news, and what a look takes. */
const UNTOLD_MAX_MS = 4_000;
const START_MAX_MS = 120_000;

/** Something that can fail for the outside, with a breaker. */
const shaky: ServiceSchema = {
	name: "shaky",
	actions: { ask: { circuitBreaker: { enabled: true, halfOpenTime: 60_000 }, handler: () => "answer" } },
};

const clients: StreamClient[] = [];
let count = 0;
/** Orders that are made by a process that has nothing to do with the log. */
async function happen({ runtime }: Process, amount: number): Promise<string[]> {
	const commits = Array.from({ length: amount }, (): Commit => {
		const subject = `ORD_${String(++count).padStart(6, "0")}`;
		const event = envelope(
			{ subject, kind: "order", type: "order.created", data: { orderId: subject, userId: "USR_MINA" } },
			1,
		);
		return {
			kind: "order",
			id: subject,
			expectedVersion: 0,
			state: { status: "PENDING" },
			events: [event],
			commands: [],
		};
	});
	const results = await runtime.store.commit(commits);
	expect(results.filter(({ status }) => status !== "ok")).toEqual([]);
	return commits.map(({ kind, id }) => `${kind}:${id}:1`);
}

const listen = ({ origin }: Process, lastId?: string, query = ""): StreamClient => {
	const headers = lastId === undefined ? undefined : { "Last-Event-ID": lastId };
	const client = new StreamClient(`${origin}/api/logs/stream${query}`, headers);
	clients.push(client);
	return client;
};
const ready = (client: StreamClient) => until(() => client.dataOf("ready").length === 1, "the stream is ready");
const rowsOf = (client: StreamClient) =>
	client.dataOf("row").map(({ eventId, position }) => ({ eventId: String(eventId), position: Number(position) }));
const idsOf = (client: StreamClient) => rowsOf(client).map(({ eventId }) => eventId);

let bed: ProcessBed;
let one: Process;
let two: Process;
let log: Process;
let books: Process;

beforeAll(async () => {
	bed = await processBed();
	log = await bed.start("log-1", [logging, ops]);
	await bed.start("log-2", [logging]);
	books = await bed.start("books-1", [shaky]);
	[one, two] = [await bed.start("gateway-1", [api]), await bed.start("gateway-2", [api])];
	for (const { raw } of bed.processes.values())
		await until(() => (raw.registry.actions.get("node.bus")?.endpoints.length ?? 0) === 5, "all know all");
}, START_MAX_MS);
afterEach(() => {
	for (const client of clients.splice(0)) client.drop();
});
afterAll(() => bed.close());

describe("the live stream of a cluster", () => {
	it("tells at every gateway, within a second, what another process has made happen, at the same places", async () => {
		const both = [listen(one), listen(two)];
		await Promise.all(both.map(ready));
		await happen(books, 1);
		await until(() => both.every((client) => idsOf(client).length === 1), "the first has come");
		const times: number[] = [];
		while (times.length < TRIES) {
			const startedAt = performance.now();
			const [id] = await happen(books, 1);
			await until(() => both.every((client) => idsOf(client).at(-1) === id), "the next has come");
			times.push(performance.now() - startedAt);
		}
		// On a machine that does other things too, one may be late.
		expect(times.toSorted((a, b) => a - b)[Math.floor(TRIES / 2)]).toBeLessThan(SECOND_MS);
		expect(rowsOf(both[0] as StreamClient)).toEqual(rowsOf(both[1] as StreamClient));
		expect(JSON.stringify(both.map(({ messages }) => messages))).not.toContain("USR_MINA");
	});

	it("misses nothing for a client that comes back to the other gateway, nor shows anything twice or out of place", async () => {
		const all = listen(one);
		await ready(all);
		const seen: { eventId: string; position: number }[] = [];
		const expected = new Set<string>();
		let { lastId } = all;
		const making: Promise<void>[] = [];
		const make = async (process: Process, amount: number): Promise<void> => {
			for (const id of await happen(process, amount)) expected.add(id);
		};
		for (let turn = 0; turn < 12; turn++) {
			for (const process of [books, log, books]) making.push(make(process, 7));
			const client = listen(turn % 2 === 0 ? two : one, lastId);
			await ready(client);
			await until(() => rowsOf(client).length > 0, "some have come");
			client.drop();
			seen.push(...rowsOf(client));
			if (client.lastId !== "") ({ lastId } = client);
		}
		await Promise.all(making);
		const last = listen(two, lastId);
		const before = seen.length;
		await until(() => before + rowsOf(last).length >= expected.size, "all have come");
		seen.push(...rowsOf(last));
		await until(() => rowsOf(all).length >= expected.size, "all have come to the one that stayed");
		expect(seen.length).toBe(expected.size);
		expect(new Set(seen.map(({ eventId }) => eventId))).toEqual(expected);
		const positions = seen.map(({ position }) => position);
		expect(positions).toEqual(positions.toSorted((a, b) => a - b));
		expect(rowsOf(all)).toEqual(seen);
	});

	it("begins, for a page that is opened, with what came last", async () => {
		const open = listen(one);
		await ready(open);
		await happen(books, 3);
		await until(() => idsOf(open).length === 3, "they have come");
		const opened = listen(two, undefined, "?follow=false&back=3");
		await until(() => opened.isEnded, "the end");
		expect(rowsOf(opened)).toEqual(rowsOf(open));
	});

	it("is only late where nobody tells of news", async () => {
		const client = listen(one);
		await ready(client);
		const told = one.raw.localBus;
		expect(told.hasListeners(`$${LOG_GROWN}`)).toBe(false);
		const service = one.raw.services.find(({ name }) => name === `$signal-${LOG_GROWN}`);
		if (service === undefined) throw new Error("the gateway does not listen");
		await one.raw.destroyService(service);
		await until(() => {
			const heard = log.raw.registry.events.getAllEndpoints(`$${LOG_GROWN}`) as readonly { id: string }[];
			return heard.every(({ id }) => id !== "gateway-1");
		}, "nobody tells the gateway any more");
		const startedAt = performance.now();
		const [id] = await happen(books, 1);
		await until(() => idsOf(client).at(-1) === id, "it has come all the same");
		expect(performance.now() - startedAt).toBeLessThan(UNTOLD_MAX_MS);
	});
});

describe("the pages of operations in a cluster", () => {
	it("browse what every process has stored", async () => {
		await happen(books, 2);
		const { items: kinds } = await log.broker.call("ops.kinds");
		expect(kinds).toEqual(expect.arrayContaining(["event-row", "log-page", "order"]));
		expect(kinds).toEqual(kinds.toSorted());
		const page = await log.broker.call("ops.documents", { kind: "order", limit: 2 });
		expect(page.items).toMatchObject([{ kind: "order", version: 1, state: { status: "PENDING" } }, { kind: "order" }]);
		const id = page.items[0]?.id ?? "";
		const events = await log.broker.call("ops.documentEvents", { kind: "order", id });
		expect(events.items).toMatchObject([{ eventType: "order.created", data: { orderId: id } }]);
		await expect(log.broker.call("ops.documents", { kind: "no-such" })).rejects.toMatchObject({
			type: "DATA_NOT_FOUND",
		});
	});

	it("show every process with its own health, and every group once", async () => {
		const { items } = await log.broker.call("ops.nodes");
		expect(items.map(({ nodeId }) => nodeId).toSorted()).toEqual([...bed.processes.keys()].toSorted());
		for (const { memoryBytes, uptimeSeconds } of items) {
			expect(memoryBytes).toBeGreaterThan(1_000_000);
			expect(uptimeSeconds).not.toBeNull();
		}
		const groups = async () => (await one.broker.call("api.bus")).items;
		await until(async () => (await groups()).every(({ lag }) => lag === 0), "the log is at the end");
		expect((await groups()).map(({ group }) => group)).toEqual(["logging"]);
	});

	it("hold a breaker in every process, also in one that joins later, and show it once", async () => {
		const shown = async () => (await log.broker.call("ops.breakers")).items;
		expect(await shown()).toMatchObject([{ action: "shaky.ask", nodeId: "books-1", state: "CLOSED", forced: null }]);
		await log.broker.call("ops.setBreaker", { action: "shaky.ask", state: "OPEN" });
		const ask = ({ raw }: Process) =>
			raw.call("shaky.ask").then(
				() => "answered",
				(error: unknown) => (error as { type: string }).type,
			);
		const isRefused = (process: Process) => async () => (await ask(process)) === "SERVICE_NOT_AVAILABLE";
		for (const process of [one, two, books]) await until(isRefused(process), "the wish has arrived");
		const late = await bed.start("late-1", []);
		await until(isRefused(late), "it is told what was wished before");
		expect(await shown()).toMatchObject([{ forced: "OPEN" }]);
		await late.broker.call("ops.setBreaker", { action: "shaky.ask", state: "AUTO" });
		for (const process of [one, two, books, late])
			await until(async () => (await ask(process)) === "answered", "the wish is over");
		expect(await shown()).toMatchObject([{ forced: null }]);
		await late.stop();
	});
});

describe("the metrics of a cluster", () => {
	const scrape = async ({ metrics }: Process) => (await fetch(metrics)).text();
	const valuesOf = (text: string, name: string) =>
		[...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))].map(([, value]) => Number(value));

	it("come from every process, each its own", async () => {
		for (const process of bed.processes.values()) {
			const text = await scrape(process);
			expect([process.name, valuesOf(text, "payflow_store_writable")]).toEqual([process.name, [1]]);
			expect(valuesOf(text, "payflow_actors_active")).toHaveLength(1);
			expect(valuesOf(text, "payflow_breaker_state")).toEqual([0]);
			expect(text).toContain("# TYPE payflow_payments_total counter");
			const hosts = process.name.startsWith("log-");
			for (const figure of ["position", "lag", "parked", "dead", "oldest_seconds"])
				expect(valuesOf(text, `payflow_bus_${figure}`)).toHaveLength(hosts ? 1 : 0);
		}
		expect(valuesOf(await scrape(books), "payflow_commit_batch_size_count")[0]).toBeGreaterThan(0);
		expect(valuesOf(await scrape(log), "payflow_bus_position")[0]).toBeGreaterThan(300);
		expect(await scrape(one)).toContain("# TYPE payflow_ledger_imbalance gauge");
		expect(await scrape(books)).not.toContain("payflow_ledger_imbalance");
	});
});

describe("a gateway with open streams", () => {
	it("stops within two seconds, and its clients go on at the other one", async () => {
		const own = Array.from({ length: STREAMS }, () => listen(two));
		await Promise.all(own.map(ready));
		const [seen] = await happen(books, 1);
		await until(() => own.every((client) => idsOf(client).at(-1) === seen), "it has come to all");
		const startedAt = performance.now();
		await two.stop();
		expect(performance.now() - startedAt).toBeLessThan(STOP_MAX_MS);
		await until(() => own.every(({ isEnded }) => isEnded), "all have ended");
		const [next] = await happen(books, 1);
		const again = own.map(({ lastId }) => listen(one, lastId));
		await until(() => again.every((client) => idsOf(client).length > 0), "all go on");
		for (const client of again) expect(idsOf(client)).toEqual([next]);
	});
});
