import type { ServiceSchema } from "moleculer";
import { breakersOf } from "../../../mixins/breakers.ts";
import { OUTSIDE_FAILURE } from "../../../mixins/outside.ts";
import { scheduler, type SchedulerDeps } from "../../../mixins/scheduler.mixin.ts";
import ops from "../../../services/ops/ops.service.ts";
import { startPlatform, type TestPlatform } from "../../support/broker.ts";
import { createPublisher } from "../../support/envelopes.ts";

let isDown = false;
const outside: ServiceSchema = {
	name: "outside",
	mixins: [scheduler({ jobs: { tidy: { everyMs: 3_600_000, run: async () => undefined } } })],
	actions: {
		ask: {
			circuitBreaker: { enabled: true, minRequestCount: 4, threshold: 0.5, halfOpenTime: 60_000 },
			handler() {
				if (isDown) throw Object.assign(new Error("down"), { type: OUTSIDE_FAILURE });
				return "answer";
			},
		},
		plain: () => "answer",
	},
};

describe("operations", () => {
	let platform: TestPlatform;
	const ask = (): Promise<unknown> =>
		(platform.broker as unknown as { call(name: string): Promise<unknown> }).call("outside.ask");
	const failing = async (times: number) => {
		isDown = true;
		for (let time = 0; time < times; time++) await ask().catch(() => undefined);
	};
	const breaker = async () => (await platform.call("ops.breakers", null)).items[0];
	const set = (state: "OPEN" | "CLOSED" | "AUTO", action = "outside.ask") =>
		platform.call("ops.setBreaker", { action, state });

	beforeEach(async () => {
		isDown = false;
		platform = await startPlatform({ services: [ops, outside] });
	});
	afterEach(() => platform.stop());

	it("name every process and service with versions, health and actions", async () => {
		const [node] = (await platform.call("ops.nodes", null)).items;
		expect(node).toMatchObject({
			isLocal: true,
			isAvailable: true,
			brokerVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
			runtimeVersion: expect.stringMatching(/^v?\d+\./),
			services: ["ops", "outside"],
			heartbeatAt: null,
		});
		expect(node?.memoryBytes).toBeGreaterThan(1_000_000);
		const { items } = await platform.call("ops.services", null);
		expect(items.map(({ name }) => name)).toEqual(["ops", "outside"]);
		expect(items[1]).toMatchObject({
			isAvailable: true,
			nodes: [platform.broker.nodeID],
			actions: [
				{ name: "outside.ask", hasBreaker: true, isAvailable: true, isCached: false },
				{ name: "outside.plain", hasBreaker: false },
			],
		});
	});

	it("show a breaker that opens by itself, and close it by hand", async () => {
		expect(await breaker()).toMatchObject({ action: "outside.ask", state: "CLOSED", forced: null, failures: null });
		await failing(4);
		expect(await breaker()).toMatchObject({ state: "OPEN", failures: 4, count: 4, forced: null });
		await expect(ask()).rejects.toMatchObject({ type: "SERVICE_NOT_AVAILABLE" });
		isDown = false;
		await set("CLOSED");
		expect(await breaker()).toMatchObject({ forced: "CLOSED" });
		await expect(ask()).resolves.toBe("answer");
		await failing(10);
		isDown = false;
		await expect(ask()).resolves.toBe("answer");
	});

	it("hold a breaker open, whatever it says itself, until told otherwise", async () => {
		await set("OPEN");
		expect(breakersOf(platform.broker).list()[0]).toMatchObject({ state: "CLOSED", forced: "OPEN" });
		await expect(ask()).rejects.toMatchObject({ type: "SERVICE_NOT_AVAILABLE" });
		await set("AUTO");
		await expect(ask()).resolves.toBe("answer");
		for (const action of ["outside.plain", "no.such"])
			await expect(set("OPEN", action)).rejects.toMatchObject({ type: "BREAKER_NOT_FOUND", code: 404 });
		expect(() => breakersOf({})).toThrow("createBroker");
	});

	it("list scheduled jobs with their last run and their lease", async () => {
		expect((await platform.call("ops.jobs", null)).items).toEqual([]);
		await (platform.broker.getLocalService("outside") as unknown as SchedulerDeps).runJob("tidy");
		expect((await platform.call("ops.jobs", null)).items).toEqual([
			{
				job: "outside.tidy",
				runs: 1,
				failures: 0,
				lastStartedAt: expect.any(String),
				lastFinishedAt: expect.any(String),
				lastError: null,
				lastErrorAt: null,
				heldBy: null,
				heldUntil: null,
			},
		]);
	});
});

describe("the browser of documents", () => {
	let platform: TestPlatform;
	beforeAll(async () => {
		platform = await startPlatform({ services: [ops] });
		platform.runtime.store.define({ kind: "thing" });
		const publish = createPublisher(platform.runtime.store);
		await publish(["T_1", "T_2", "T_3"].map((subject) => ({ subject, data: { note: "홍길동", orderId: "ORD_1" } })));
		await publish([{ subject: "T_3" }]);
	});
	afterAll(() => platform.stop());

	it("pages through the documents of a kind, newest first", async () => {
		expect((await platform.call("ops.kinds", null)).items).toContain("thing");
		const first = await platform.call("ops.documents", { kind: "thing", limit: 2 });
		expect(first.items.map(({ id }) => id)).toEqual(["T_3", "T_2"]);
		expect(first.items[0]).toMatchObject({ kind: "thing", version: 2, sequence: 2, state: { sequence: 2 } });
		const cursor = first.nextCursor ?? "";
		const rest = await platform.call("ops.documents", { kind: "thing", limit: 2, cursor });
		expect([rest.items.map(({ id }) => id), rest.nextCursor]).toEqual([["T_1"], null]);
	});

	it("shows one document and its events, masked", async () => {
		expect(await platform.call("ops.document", { kind: "thing", id: "T_1" })).toMatchObject({ id: "T_1", version: 1 });
		const page = await platform.call("ops.documentEvents", { kind: "thing", id: "T_3", limit: 1 });
		expect(page).toMatchObject({ items: [{ sequence: 1, data: { note: "••• (3)", orderId: "ORD_1" } }], nextAfter: 1 });
		const next = await platform.call("ops.documentEvents", { kind: "thing", id: "T_3", after: 1 });
		expect([next.items.length, next.nextAfter]).toEqual([1, null]);
	});

	it("refuses what is not there", async () => {
		const missing = { type: "DATA_NOT_FOUND", code: 404 };
		await expect(platform.call("ops.documents", { kind: "no-such" })).rejects.toMatchObject(missing);
		await expect(platform.call("ops.document", { kind: "no-such", id: "x" })).rejects.toMatchObject(missing);
		await expect(platform.call("ops.document", { kind: "thing", id: "T_9" })).rejects.toMatchObject(missing);
		const bad = { type: "VALIDATION_ERROR", code: 400 };
		await expect(platform.call("ops.documents", { kind: "thing", cursor: "A" })).rejects.toMatchObject(bad);
	});

	it("is not there in production", async () => {
		const { settings } = platform.runtime as { settings: { environment: string } };
		settings.environment = "production";
		for (const call of [platform.call("ops.kinds", null), platform.call("ops.document", { kind: "thing", id: "T_1" })])
			await expect(call).rejects.toMatchObject({ type: "DATA_NOT_FOUND", code: 404 });
		settings.environment = "test";
	});
});
