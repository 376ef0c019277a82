import type { AddressInfo } from "node:net";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { createCommitMeter } from "../../../mixins/commit-meter.ts";
import { createProbes } from "../../../mixins/operations/probes.ts";
import { freePorts } from "../../../deploy/servers/wire.ts";
import { createProcessMetrics } from "../../../mixins/operations/process-metrics.ts";
import { unreadyReasons } from "../../../mixins/operations/readiness.ts";
import { openProbes, serveProbes } from "../../../mixins/operations/server.ts";
import { EPOCH } from "../../support/broker.ts";

const breaker = {
	action: "toss.confirm",
	nodeId: "payment-1",
	state: "OPEN",
	forced: null,
	failures: 5,
	count: 10,
	changedAt: null,
} as const;
const refused = {
	action: "payment.confirm",
	result: "error",
	code: "PAYMENT_DECLINED",
	seconds: { bounds: [], counts: [], count: 3, sum: 1 },
} as const;
const group = { group: "ledger", position: 3, lag: 4, parked: 1, dead: 0 };

function processWith(bus: () => Promise<readonly (typeof group)[]>) {
	const runtime = {
		actors: { figures: () => ({ active: 1, waiting: 2, deepest: 2 }) },
		store: { isWritable: () => true },
		commits: createCommitMeter(),
		clock: virtualClock(EPOCH),
		log: { read: () => Promise.resolve([]) },
		bus: { status: bus, oldest: () => new Date(EPOCH - 2_500).toISOString() },
	} as never;
	const reasons = () =>
		unreadyReasons({
			runtime,
			isStopping: () => false,
			actions: [],
			isAvailable: () => true,
			groups: () => ["ledger"],
		});
	const sources = { breakers: () => [breaker], calls: () => [refused] };
	return createProbes(createProcessMetrics(runtime, sources), reasons);
}

async function ask(probes: ReturnType<typeof processWith>, path: string, method = "GET") {
	const server = await serveProbes(probes, { host: "127.0.0.1", port: 0 });
	const { port } = server.address() as AddressInfo;
	const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
	const text = await response.text();
	await new Promise((resolve) => server.close(resolve).closeAllConnections());
	return { status: response.status, text };
}

describe("a process without a gateway", () => {
	const healthy = processWith(() => Promise.resolve([group]));

	it("says that it lives and is ready", async () => {
		expect(await ask(healthy, "/health")).toEqual({ status: 200, text: '{"status":"ok"}' });
		expect(await ask(healthy, "/ready")).toEqual({ status: 200, text: '{"status":"ready"}' });
	});

	it("tells its figures", async () => {
		const { status, text } = await ask(healthy, "/metrics");
		expect(status).toBe(200);
		expect(text).toContain('payflow_bus_lag{group="ledger"} 4');
		expect(text).toContain("payflow_mailbox_waiting 2");
		expect(text).toContain('payflow_bus_oldest_seconds{group="ledger"} 2.5');
		expect(text).toContain('payflow_breaker_state{action="toss.confirm",node="payment-1"} 2');
		expect(text).toContain('payflow_payments_total{operation="confirm",result="error",code="PAYMENT_DECLINED"} 3');
		expect(text).toContain("payflow_commit_batch_size_count 0");
	});

	it("is not ready before its groups are, and ready while the log is away", async () => {
		const early = await ask(
			processWith(() => Promise.resolve([])),
			"/ready",
		);
		expect([early.status, JSON.parse(early.text)]).toEqual([503, { status: "not ready", reasons: ["bus:ledger"] }]);
		const cut = processWith(() => Promise.reject(new Error("no server")));
		expect((await ask(cut, "/ready")).status).toBe(200);
		const metrics = await ask(cut, "/metrics");
		expect([metrics.status, metrics.text.includes("payflow_store_writable 1")]).toEqual([200, true]);
	});

	it("answers at METRICS_PORT until it stops, and nowhere without one", async () => {
		const [metricsPort = 0] = await freePorts(1);
		const settings = (cluster: object | null) => ({ host: "127.0.0.1", cluster }) as never;
		const url = `http://127.0.0.1:${metricsPort}/health`;
		await (
			await openProbes(healthy, settings(null))
		)();
		const silent = await openProbes(healthy, settings({ metricsPort: null }));
		await expect(fetch(url)).rejects.toThrow();
		await silent();
		const close = await openProbes(healthy, settings({ metricsPort }));
		expect((await fetch(url)).status).toBe(200);
		await close();
		await expect(fetch(url)).rejects.toThrow();
	});

	it("has nothing else to say", async () => {
		for (const path of ["/", "/api/orders", "/constructor", "/metrics/"])
			expect((await ask(healthy, path)).status).toBe(404);
		expect((await ask(healthy, "/health", "POST")).status).toBe(404);
		expect(await ask(healthy, "/health", "HEAD")).toEqual({ status: 200, text: "" });
	});
});
