import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createThreadedTwin } from "../../../services/toss-twin/threaded-twin.ts";
import { createTwin } from "../../../services/toss-twin/twin.ts";
import tossTwin from "../../../services/toss-twin/toss-twin.service.ts";
import { startPlatform } from "../../support/broker.ts";
import { scratch, send } from "./harness.ts";

const ROOT = new URL("../../../", import.meta.url);
let place: ReturnType<typeof scratch>;
const children: ChildProcess[] = [];
beforeEach(() => {
	place = scratch();
});
afterEach(() => {
	for (const child of children.splice(0)) child.kill("SIGKILL");
	place.remove();
});

interface Child {
	readonly url: string;
	readonly process: ChildProcess;
	readonly output: () => string;
	ended(): Promise<number | null>;
}

/** The Twin as `npm run twin` starts it; resolves when its banner names the address. */
function startChild(env: Record<string, string> = {}): Promise<Child> {
	const child = spawn(process.execPath, ["services/toss-twin/main.ts"], {
		cwd: ROOT,
		env: { PATH: process.env["PATH"], TOSS_TWIN_PORT: "0", TOSS_TWIN_DATA: place.folder, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	children.push(child);
	let text = "";
	const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
	return new Promise((resolve, reject) => {
		const hear = (chunk: Buffer): void => {
			text += chunk.toString();
			const url = /address\s+(http:\/\/\S+)/.exec(text)?.[1];
			if (url !== undefined && text.includes("what really happened"))
				resolve({ url, process: child, output: () => text, ended: () => exited });
		};
		child.stdout.on("data", hear);
		child.stderr.on("data", hear);
		void exited.then((code) => reject(new Error(`ended with ${code}: ${text}`)));
	});
}

describe("the Twin as a process", () => {
	it("keeps what it answered, killed at any moment", async () => {
		const first = await startChild();
		const sessions = Array.from({ length: 40 }, (_, index) => ({
			orderId: `order-${index + 1000}`,
			orderName: "x",
			amount: 1000 + index,
		}));
		const bulk = await send(first.url, { path: "/twin/sessions/bulk", body: { sessions, approve: true } });
		const keys = bulk.json.sessions.map(({ paymentKey }) => paymentKey);
		let answered = 0;
		const confirms = keys.map(async (paymentKey, index) => {
			const { orderId, amount } = sessions[index] ?? { orderId: "", amount: 0 };
			const reply = await send(first.url, { path: "/v1/payments/confirm", body: { paymentKey, orderId, amount } });
			answered += 1;
			if (answered === 10) first.process.kill("SIGKILL");
			return { paymentKey, status: reply.status };
		});
		const settled = await Promise.allSettled(confirms);
		await first.ended();
		const known = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value.paymentKey] : []));
		expect(known.length).toBeGreaterThanOrEqual(10);

		const second = await startChild();
		const { charges } = (await send(second.url, { path: "/twin/books" })).json;
		const booked = new Set(charges.map(({ paymentKey }) => paymentKey));
		expect(known.filter((paymentKey) => !booked.has(paymentKey))).toEqual([]);
		expect(booked.size).toBe(charges.length);
		for (const paymentKey of keys) {
			const { status } = (await send(second.url, { path: `/v1/payments/${paymentKey}` })).json;
			expect(status).toBe(booked.has(paymentKey) ? "DONE" : "IN_PROGRESS");
		}
	});

	it("has its file for itself, and ends when it is asked to", async () => {
		const first = await startChild();
		await expect(startChild()).rejects.toThrow("is in use by another Toss Twin");
		await expect(createTwin({ dataDir: place.folder }).start()).rejects.toThrow("is in use");
		expect(first.output()).toContain("test_sk_payflow_twin_demo_0001");
		first.process.kill("SIGTERM");
		expect(await first.ended()).toBe(0);
		const next = createTwin({ dataDir: place.folder });
		await next.start();
		await next.stop();
	});

	it("does not start with settings that cannot work", async () => {
		await expect(startChild({ TOSS_TWIN_PORT: "many" })).rejects.toThrow("TOSS_TWIN_PORT must be a port");
	});

	it("remembers faults, and a replay after a restart is the same answer", async () => {
		const first = await startChild({ CLOCK: "virtual" });
		const headers = { "idempotency-key": "k" };
		const ask = (url: string) =>
			send(url, {
				path: "/v1/payments/confirm",
				body: { paymentKey: "mock_ok_1", orderId: "order-0001", amount: 1000 },
				headers,
			});
		const answer = await ask(first.url);
		await send(first.url, { path: "/twin/faults", body: { match: { operation: "get" }, fault: "error", times: 3 } });
		first.process.kill("SIGKILL");
		await first.ended();
		const second = await startChild();
		expect((await ask(second.url)).text).toBe(answer.text);
		expect((await send(second.url, { path: "/v1/payments/x" })).status).toBe(500);
	});
});

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

describe("the Twin as a service", () => {
	it("starts and stops with its broker", async () => {
		const port = await freePort();
		const platform = await startPlatform({ services: [tossTwin], env: { TOSS_TWIN_PORT: String(port) } });
		const url = `http://127.0.0.1:${port}`;
		expect((await send(url, { path: "/health" })).status).toBe(200);
		await platform.stop();
		await expect(send(url, { path: "/health" })).rejects.toThrow();
	});

	it("has a thread of its own where the platform may have threads, with the same file", async () => {
		const port = await freePort();
		const url = `http://127.0.0.1:${port}`;
		const env = { TOSS_TWIN_PORT: String(port), STORE_THREAD: "true" };
		const platform = await startPlatform({ services: [tossTwin], env, dataDir: place.folder });
		const body = { paymentKey: "mock_ok_1", orderId: "order-0001", amount: 1000 };
		expect((await send(url, { path: "/v1/payments/confirm", body })).json).toMatchObject({ status: "DONE" });
		await platform.stop();
		await expect(send(url, { path: "/health" })).rejects.toThrow();

		const dataDir = join(place.folder, "toss-twin");
		const next = createTwin({ dataDir });
		const { charges } = (await send((await next.start()).url, { path: "/twin/books" })).json;
		expect(charges).toMatchObject([{ orderId: "order-0001", amount: 1000 }]);
		await expect(createThreadedTwin({ dataDir }).start()).rejects.toThrow("is in use by another Toss Twin");
		await next.stop();
	});
});
