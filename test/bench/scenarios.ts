import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonRequest, load, type LoadResult, type RequestSource } from "./load.ts";
import { run, type Running } from "./process.ts";

/** One measured run. */
export interface Measured extends LoadResult {
	readonly serverCpu: number;
	readonly memoryMiB: number;
}

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 3;
const DRAIN_MAX_MS = 60_000;
const DRAIN_POLL_MS = 50;
/** Something that does not run out. */
const ORDER = { items: [{ productId: "code-review", quantity: 1 }] };

/** A system or floor under test, in a folder of its own. */
export interface Subject {
	readonly server: Running;
	readonly port: number;
	readonly folder: string;
	stop(): Promise<void>;
}

/**
 * The bare server that does the same row writes. `provider`: the address it asks for a charge, or the word "provider" if
 * it is one.
 */
export async function startFloor(provider = ""): Promise<Subject> {
	const folder = mkdtempSync(join(tmpdir(), "payflow-floor-"));
	const server = await run("test/bench/floor.ts", [join(folder, "floor.db"), "0", provider], {}, /listening \d+/);
	return subject(server, Number(/listening (\d+)/.exec(server.output())?.[1]), folder);
}

/** The Toss Twin in a process of its own, where a real provider would be. */
export async function startProvider(port: number): Promise<Running> {
	return run(
		"services/toss-twin/main.ts",
		[],
		{ TOSS_TWIN_PORT: String(port), TOSS_TWIN_DATA: ":memory:" },
		/test_sk_/,
	);
}

/** The whole system as `npm start` runs it, without rate limits. */
export async function startPlatform(
	port: number,
	folder = mkdtempSync(join(tmpdir(), "payflow-bench-")),
	more: Readonly<Record<string, string>> = {},
): Promise<Subject> {
	const env = {
		...more,
		PORT: String(port),
		DATA_DIR: folder,
		RATE_LIMIT_API: "off",
		RATE_LIMIT_LOGIN: "off",
		LOG_LEVEL: "error",
	};
	const server = await run("deploy/scripts/start.ts", [], env, /Ctrl\+C/);
	return subject(server, port, folder);
}

function subject(server: Running, port: number, folder: string): Subject {
	return {
		server,
		port,
		folder,
		async stop() {
			await server.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** Logs a demo user in and returns the header that carries the token. */
export async function authorization(
	port: number,
	username: string,
	password: string,
): Promise<{ Authorization: string }> {
	const response = await fetch(`http://127.0.0.1:${port}/api/auth/login`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ username, password }),
	});
	if (!response.ok) throw new Error(`login answered ${response.status}`);
	const { accessToken } = (await response.json()) as { accessToken: string };
	return { Authorization: `Bearer ${accessToken}` };
}

/** Order creations as fast as 64 connections go, or at `rate` per second. */
export async function createOrders(
	{ server, port }: Subject,
	seconds: number,
	isPlatform: boolean,
	rate?: number,
): Promise<Measured> {
	const headers = isPlatform ? await authorization(port, "user", "password") : { Authorization: "Bearer none" };
	const request = jsonRequest("POST", "/api/orders", headers, ORDER);
	const source = (): RequestSource => ({ next: () => request });
	const options = { port, connections: CONNECTIONS, source };
	await load({ ...options, seconds: WARM_UP_SECONDS });
	return measure(server, () => load({ ...options, seconds, ...(rate === undefined ? {} : { rate }) }), 201);
}

/** Purchases: an order, then its confirmation, which calls the provider over HTTP. Requests count both; a purchase is two. */
export async function checkouts(
	{ server, port }: Subject,
	{ seconds, buyers = CONNECTIONS, isPlatform = true }: { seconds: number; buyers?: number; isPlatform?: boolean },
): Promise<Measured> {
	const headers = isPlatform ? await authorization(port, "user", "password") : { Authorization: "Bearer none" };
	const create = jsonRequest("POST", "/api/orders", headers, ORDER);
	const source = (): RequestSource => {
		let order: { orderId: string; amount: number } | null = null;
		return {
			next: () => {
				if (order === null) return create;
				const { orderId, amount } = order;
				return jsonRequest("POST", "/api/payments/confirm", headers, {
					paymentKey: `mock_ok_${orderId}`,
					orderId,
					amount,
				});
			},
			answered(status, body) {
				if (status !== (order === null ? 201 : 200)) throw new Error(`${status}: ${body}`);
				order = order === null ? (JSON.parse(body) as { orderId: string; amount: number }) : null;
			},
		};
	};
	await load({ port, connections: buyers, seconds: WARM_UP_SECONDS, source });
	return measure(server, () => load({ port, connections: buyers, seconds, source }), null);
}

/** Milliseconds until every consumer has caught up; Infinity when it takes longer than a minute. */
export async function drain(port: number): Promise<number> {
	const headers = await authorization(port, "admin", "admin");
	const startedAt = performance.now();
	while (performance.now() - startedAt < DRAIN_MAX_MS) {
		const response = await fetch(`http://127.0.0.1:${port}/api/admin/bus`, { headers });
		const { items } = (await response.json()) as { items: { lag: number }[] };
		if (items.every(({ lag }) => lag === 0)) return Math.round(performance.now() - startedAt);
		await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
	}
	return Number.POSITIVE_INFINITY;
}

async function measure(server: Running, work: () => Promise<LoadResult>, expected: number | null): Promise<Measured> {
	const before = server.cpuSeconds();
	const result = await work();
	const wrong = Object.keys(result.statuses).filter((status) =>
		expected === null ? Number(status) >= 300 : Number(status) !== expected,
	);
	if (wrong.length > 0) throw new Error(`unexpected answers: ${JSON.stringify(result.statuses)}`);
	const serverCpu = Math.round(((server.cpuSeconds() - before) / result.seconds) * 100) / 100;
	return { ...result, serverCpu, memoryMiB: Math.round(server.memory()) };
}
