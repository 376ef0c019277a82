import type { Commit } from "../../../mixins/store/port.ts";
import logging from "../../../services/logging/logging.service.ts";
import type { Outcome } from "../../../services/shared/events.ts";
import { STREAMS_PER_CALLER } from "../../../services/api/streams/live-streams.ts";
import { temporaryFolder } from "../../support/broker.ts";
import { envelope } from "../../support/envelopes.ts";
import { StreamClient } from "../../support/live-stream.ts";
import { startGateway, type BedOptions, type GatewayBed } from "./gateway-bed.ts";

const WAIT_MS = 5_000;
const STOP_MAX_MS = 2_000;

/** Sockets live in real time, and so does their client. */
async function eventually(isTrue: () => boolean, what: string): Promise<void> {
	const end = Date.now() + WAIT_MS;
	while (!isTrue()) {
		if (Date.now() > end) throw new Error(`${what} did not come`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

async function startLive(options: BedOptions = {}): Promise<GatewayBed> {
	return startGateway({ services: [logging], without: ["logging"], ...options });
}

let count = 0;
/** Commits events of new aggregates; the type says whose. */
async function happen(bed: GatewayBed, types: readonly string[], outcome: Outcome = "SUCCESS"): Promise<string[]> {
	const commits = types.map((type): Commit => {
		const kind = type.split(".")[0] ?? "";
		const subject = `L_${String(++count).padStart(6, "0")}`;
		const event = { ...envelope({ subject, kind, type, data: { userId: "USR_MINA" } }, 1), outcome };
		return { kind, id: subject, expectedVersion: 0, state: {}, events: [event], commands: [] };
	});
	await bed.platform.runtime.store.commit(commits);
	return commits.map(({ kind, id }) => `${kind}:${id}:1`);
}

const idsOf = (client: StreamClient) => client.dataOf("row").map(({ eventId }) => eventId);
const isReady = (client: StreamClient) => () => client.dataOf("ready").length === 1;

describe("the live stream", () => {
	let bed: GatewayBed;
	const clients: StreamClient[] = [];
	const listen = (query = "", headers: Readonly<Record<string, string>> = {}): StreamClient => {
		const client = new StreamClient(`${bed.origin}/api/logs/stream${query}`, headers);
		clients.push(client);
		return client;
	};
	beforeAll(async () => void (bed = await startLive()));
	afterEach(() => clients.splice(0).forEach((client) => client.drop()));
	afterAll(() => bed.stop());

	it("tells of every event as it happens, with its place in the log as the message's id", async () => {
		const client = listen();
		await eventually(isReady(client), "ready");
		const { headers } = await client.head();
		expect([client.status, headers["content-type"]]).toEqual([200, "text/event-stream; charset=utf-8"]);
		expect([headers["cache-control"], headers["x-content-type-options"]]).toEqual(["no-store", "nosniff"]);
		expect(headers["x-correlation-id"]).toMatch(/^COR_/);
		const head = bed.platform.runtime.log.head();
		expect(client.dataOf("ready")).toEqual([{ position: head }]);
		const ids = await happen(bed, ["order.created", "payment.created"]);
		await eventually(() => idsOf(client).length === 2, "the events");
		expect(idsOf(client)).toEqual(ids);
		expect(client.messages.at(-1)).toMatchObject({
			id: String(head + 2),
			data: { position: head + 2, serviceName: "payment", kind: "payment", status: "SUCCESS", sequence: 1 },
		});
		expect(JSON.stringify(client.messages)).not.toContain("USR_MINA");
	});

	it("goes on after the last event a client has seen, and misses nothing that happened meanwhile", async () => {
		const client = listen();
		await eventually(isReady(client), "ready");
		const before = await happen(bed, ["order.created"]);
		await eventually(() => idsOf(client).length === 1, "the event");
		client.drop();
		const meanwhile = await happen(
			bed,
			Array.from({ length: 450 }, () => "order.created"),
		);
		const again = listen("", { "Last-Event-ID": client.lastId });
		await eventually(() => idsOf(again).length === meanwhile.length, "what happened meanwhile");
		const after = await happen(bed, ["order.created"]);
		await eventually(() => idsOf(again).length > meanwhile.length, "what happens now");
		expect([...idsOf(client), ...idsOf(again)]).toEqual([...before, ...meanwhile, ...after]);
	});

	it.each([
		["service=payment", ["payment.created", "payment.failed"]],
		["type=order.created", ["order.created"]],
		["status=FAILED", ["payment.failed"]],
		["service=payment&status=SUCCESS", ["payment.created"]],
	])("tells with %s only what was asked for, and still moves on", async (filter, expected) => {
		const position = bed.platform.runtime.log.head();
		await happen(bed, ["order.created", "payment.created"]);
		await happen(bed, ["payment.failed"], "FAILED");
		await happen(bed, ["order.paid"]);
		const client = listen(`?follow=false&after=${position}&${filter}`);
		await eventually(() => client.isEnded, "the end");
		expect(client.dataOf("row").map(({ eventType }) => eventType)).toEqual(expected);
		expect(client.lastId).toBe(String(position + 4));
	});

	it("begins before the end where that is asked for, and after what was seen where that is known", async () => {
		const ids = await happen(bed, ["order.created", "order.paid", "payment.created"]);
		const head = bed.platform.runtime.log.head();
		const back = listen("?follow=false&back=2");
		await eventually(() => back.isEnded, "the end");
		expect([idsOf(back), back.dataOf("ready")]).toEqual([ids.slice(1), [{ position: head - 2 }]]);
		const whole = listen("?follow=false&back=2000");
		await eventually(() => whole.isEnded, "the end");
		expect(idsOf(whole)).toHaveLength(head);
		const seen = listen("?follow=false&back=3", { "Last-Event-ID": String(head - 1) });
		await eventually(() => seen.isEnded, "the end");
		expect(idsOf(seen)).toEqual(ids.slice(2));
	});

	it("begins at the end for a client that comes from another log", async () => {
		const client = listen("?follow=false", { "Last-Event-ID": "999999999" });
		await eventually(() => client.isEnded, "the end");
		expect(idsOf(client)).toEqual([]);
		expect(client.lastId).toBe(String(bed.platform.runtime.log.head()));
	});

	it.each([
		["?status=BROKEN", {}],
		["?after=-1", {}],
		["?after=x", {}],
		["?limit=1001", {}],
		["?back=0", {}],
		["?back=2001", {}],
		["?service=A+B", {}],
		["", { "Last-Event-ID": "order:1" }],
		["", { "Last-Event-ID": "-1" }],
	])("refuses %s %j before it begins", async (query, headers) => {
		const told = await bed.ask({ path: `/api/logs/stream${query}`, headers });
		expect([told.status, told.json().code]).toEqual([400, "VALIDATION_ERROR"]);
	});

	it("answers HEAD with the head alone", async () => {
		const told = await bed.ask({ method: "HEAD", path: "/api/logs/stream" });
		expect([told.status, told.headers["content-type"], told.text]).toEqual([
			200,
			"text/event-stream; charset=utf-8",
			"",
		]);
	});

	it("gives one caller ten streams and no more, and the next one when one has gone", async () => {
		const own: StreamClient[] = [];
		while (own.length < STREAMS_PER_CALLER) {
			const client = listen();
			await client.head();
			// The streams of the tests before have gone, and the server may not have noticed yet.
			if (client.status === 200) own.push(client);
		}
		const refused = await bed.ask({ path: "/api/logs/stream" });
		expect([refused.status, refused.json().code]).toEqual([429, "TOO_MANY_STREAMS"]);
		const mina = listen("", { authorization: `Bearer ${await bed.tokenOf("mina")}` });
		await eventually(isReady(mina), "ready");
		own[0]?.drop();
		const path = "/api/logs/stream?follow=false";
		await eventually(() => own[0]?.isEnded === true, "the end");
		for (let status = 429; status === 429;) ({ status } = await bed.ask({ path }));
	});
});

describe("the live stream of a private log", () => {
	it("is for administrators", async () => {
		const bed = await startLive({ env: { LOGS_PUBLIC: "false" } });
		const statusFor = async (token?: string) =>
			(await bed.ask({ path: "/api/logs/stream?follow=false", ...(token === undefined ? {} : { token }) })).status;
		expect(await statusFor()).toBe(401);
		expect(await statusFor(await bed.tokenOf("mina"))).toBe(403);
		expect(await statusFor(await bed.tokenOf("admin"))).toBe(200);
		await bed.stop();
	});
});

describe("a server with open streams", () => {
	it("stops within two seconds, and its clients go on with the next one where they were", async () => {
		const folder = temporaryFolder();
		const first = await startLive({ dataDir: folder.path });
		const clients = Array.from({ length: 10 }, () => new StreamClient(`${first.origin}/api/logs/stream`));
		await eventually(() => clients.every((client) => isReady(client)()), "ready");
		const seen = await happen(first, ["order.created"]);
		await eventually(() => clients.every((client) => idsOf(client).length === 1), "the event");
		const startedAt = performance.now();
		await first.platform.broker.stop();
		expect(performance.now() - startedAt).toBeLessThan(STOP_MAX_MS);
		await eventually(() => clients.every(({ isEnded }) => isEnded), "the end");
		const second = await startLive({ dataDir: folder.path });
		const meanwhile = await happen(second, ["payment.created"]);
		const again = clients.map(
			({ lastId }) => new StreamClient(`${second.origin}/api/logs/stream`, { "Last-Event-ID": lastId }),
		);
		await eventually(() => again.every((client) => idsOf(client).length === 1), "the next event");
		for (const client of clients) expect(idsOf(client)).toEqual(seen);
		for (const client of again) expect(idsOf(client)).toEqual(meanwhile);
		again.forEach((client) => client.drop());
		await second.stop();
		folder.remove();
	});
});
