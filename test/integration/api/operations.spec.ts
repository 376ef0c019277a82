import { connect } from "node:net";
import type { ServiceSchema } from "moleculer";
import { temporaryFolder } from "../../support/broker.ts";
import { startGateway, type GatewayBed } from "./gateway-bed.ts";

describe("operations", () => {
	let bed: GatewayBed;
	let admin = "";

	beforeAll(async () => {
		bed = await startGateway();
		admin = await bed.tokenOf("admin");
	});
	afterAll(() => bed.stop());

	it("health answers while the process is alive", async () => {
		const told = await bed.ask({ path: "/health" });
		expect([told.status, told.json()]).toEqual([200, { status: "ok" }]);
	});

	it("readiness is given when the store, the services and the bus are", async () => {
		const told = await bed.ask({ path: "/ready" });
		expect([told.status, told.json()]).toEqual([200, { status: "ready" }]);
	});

	it("readiness names what is missing, and nothing else", async () => {
		const partial = await startGateway({ without: ["payment", "logging"] });
		const told = await partial.ask({ path: "/ready" });
		expect(told.status).toBe(503);
		expect(told.json()).toEqual({ status: "not ready", reasons: ["service:payment", "service:logging"] });
		jest.spyOn(partial.platform.runtime.store, "isWritable").mockReturnValue(false);
		expect((await partial.ask({ path: "/ready" })).json().reasons).toEqual([
			"store",
			"service:payment",
			"service:logging",
		]);
		await partial.stop();
	});

	it("readiness waits for the bus to hear every group", async () => {
		const partial = await startGateway();
		const events = { "order.created": { group: "late", from: "now", handler: () => Promise.resolve() } };
		partial.platform.broker.createService({ name: "late", events } as unknown as ServiceSchema);
		expect((await partial.ask({ path: "/ready" })).json().reasons).toEqual(["bus:late"]);
		await partial.stop();
	});

	it("metrics count requests by route, method and status, never by path", async () => {
		await bed.ask({ path: "/api/orders/ORD_METRIC" });
		await bed.ask({ path: "/api/unknown-metric" });
		const told = await bed.ask({ path: "/metrics" });
		expect(told.headers["content-type"]).toContain("text/plain");
		expect(told.text).toContain(
			'payflow_http_request_duration_seconds_count{route="GET /api/orders/:orderId",method="GET",status="401"} 1',
		);
		expect(told.text).toContain(
			'payflow_http_request_duration_seconds_bucket{le="+Inf",route="GET /api/orders/:orderId",method="GET",status="401"} 1',
		);
		expect(told.text).toMatch(/route="unmatched",method="GET",status="404"\} 1/);
		for (const name of [
			"nodejs_eventloop_lag_seconds",
			"process_cpu_seconds_total",
			"payflow_mailbox_waiting",
			"payflow_store_writable 1",
			"payflow_bus_lag",
		])
			expect(told.text).toContain(name);
		expect(told.text).not.toMatch(/ORD_METRIC|unknown-metric/);
	});

	it("in production are for administrators and the machine itself", async () => {
		const secrets = {
			NODE_ENV: "production",
			TOSS_SECRET_KEY: "live_sk_x",
			TOSS_CLIENT_KEY: "live_ck_x",
			JWT_PRIVATE_KEY: "x",
			MASTER_KEY: Buffer.alloc(32).toString("base64"),
			ADMIN_USERNAME: "root",
			ADMIN_PASSWORD: "long-enough-password",
			TRUSTED_PROXIES: "127.0.0.1",
		};
		const folder = temporaryFolder();
		const live = await startGateway({ env: secrets, dataDir: folder.path });
		const outside = { "x-forwarded-for": "203.0.113.9" };
		for (const path of ["/metrics", "/api/docs", "/api/openapi.json"]) {
			expect([path, (await live.ask({ path, headers: outside })).status]).toEqual([path, 401]);
			const token = await live.tokenOf("mina");
			expect((await live.ask({ path, headers: outside, token })).status).toBe(403);
			expect((await live.ask({ path, headers: outside, token: await live.tokenOf("admin") })).status).toBe(200);
			expect((await live.ask({ path })).status).toBe(200);
		}
		expect((await live.ask({ path: "/health", headers: outside })).status).toBe(200);
		await live.stop();
		folder.remove();
	});

	it("the dashboard shows figures, and null for a service that does not answer", async () => {
		const told = await bed.ask({ path: "/api/admin/dashboard", token: admin, headers: { "accept-language": "en" } });
		expect(told.json()).toMatchObject({
			message: "Welcome to the administrators' dashboard.",
			access: "ADMIN_ONLY",
			users: 3,
			orders: { PENDING: 1, CONFIRMED: 4 },
			payments: { approvedCount: 4, approvedAmount: 61_000 },
		});
		const partial = await startGateway({ without: ["payment", "order"] });
		const rest = await partial.ask({ path: "/api/admin/dashboard", token: await partial.tokenOf("admin") });
		expect([rest.status, rest.json().users, rest.json().orders, rest.json().payments]).toEqual([200, 3, null, null]);
		await partial.stop();
	});

	it("administrators see and settle parked events", async () => {
		const { bus } = bed.platform.runtime;
		const event = { id: "order:ORD_1:1", type: "order.created", time: "2030-01-07T00:00:00.000Z", data: { secret: 1 } };
		const parked = {
			id: "payment:order:ORD_1:1",
			group: "payment",
			subject: "ORD_1",
			event,
			position: 7,
			attempts: 10,
			error: "Error: x",
			nextAttemptAt: null,
			isDead: true,
		};
		jest.spyOn(bus, "parked").mockResolvedValue([parked as never]);
		const replay = jest.spyOn(bus, "replay").mockResolvedValue(true);
		const skip = jest.spyOn(bus, "skip").mockResolvedValue(false);
		const listed = await bed.ask({ path: "/api/admin/parked?group=payment", token: admin });
		expect(listed.json().items).toEqual([
			{ ...parked, event: undefined, eventId: event.id, eventType: event.type, time: event.time },
		]);
		const send = (verb: string) =>
			bed.ask({ method: "POST", path: `/api/admin/parked/${verb}`, token: admin, body: { parkedId: parked.id } });
		expect((await send("replay")).json()).toEqual({ replayed: true });
		expect((await send("skip")).json().code).toBe("PARKED_EVENT_NOT_FOUND");
		expect([replay.mock.calls, skip.mock.calls]).toEqual([[[parked.id]], [[parked.id]]]);
		expect((await bed.ask({ path: "/api/admin/parked", token: admin })).status).toBe(400);
		jest.restoreAllMocks();
		expect((await bed.ask({ path: "/api/admin/bus", token: admin })).json()).toEqual({ items: [] });
	});

	it("the clock moves only when it is virtual", async () => {
		const advance = (to: GatewayBed, ms: unknown) =>
			to.ask({ method: "POST", path: "/api/clock/advance", body: { ms } });
		expect((await advance(bed, 1_000)).status).toBe(404);
		await expect(bed.platform.call("api.advanceClock", { ms: 1_000 })).rejects.toThrow("CLOCK_NOT_VIRTUAL");
		const virtual = await startGateway({ env: { CLOCK: "virtual" } });
		const before = virtual.platform.runtime.clock.now();
		const told = await advance(virtual, 86_400_000);
		expect([told.status, Date.parse(String(told.json().now))]).toEqual([200, before + 86_400_000]);
		for (const ms of [0, -1, 1.5, "1000", 1e300]) expect((await advance(virtual, ms)).status).toBe(400);
		await virtual.stop();
	});
});

describe("a stop", () => {
	it("lets requests under way end, refuses new ones, and is not held up by idle connections", async () => {
		let release: () => void = () => undefined;
		const bed = await startGateway({
			answers: {
				"catalog.products": () => new Promise((resolve) => (release = () => resolve({ items: [], nextCursor: null }))),
			},
		});
		const idle = connect(Number(new URL(bed.origin).port), "127.0.0.1");
		await new Promise((resolve) => idle.once("connect", resolve));
		const underWay = bed.ask({ path: "/api/products" });
		while (bed.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
		const stopped = bed.stop();
		await expectRefused(bed);
		release();
		expect((await underWay).status).toBe(200);
		await stopped;
		idle.destroy();
	});
});

async function expectRefused(bed: GatewayBed): Promise<void> {
	for (;;) {
		try {
			await bed.ask({ path: "/health" });
		} catch (error) {
			expect((error as NodeJS.ErrnoException).code).toMatch(/ECONNREFUSED|ECONNRESET/);
			return;
		}
	}
}
