import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { servers, type Server } from "../../deploy/servers/index.ts";
import { NODE } from "../support/process.ts";
import { until } from "./node-bed.ts";

const AWAY_MS = 8_000;
const BACK_MAX_MS = 60_000;
const STOP_MAX_MS = 12_000;
const TEST_MAX_MS = 180_000;

/** Processes of their own: the library that speaks Kafka here cannot be loaded by the test runner. */
describe("calls through Kafka", () => {
	let server: Server;
	const open = new Map<string, ChildProcess>();

	beforeAll(async () => {
		server = await servers.start("kafka");
		console.log(`Calls through ${server.product}, ${server.origin}`);
		await Promise.all(["gateway-1", "catalog-1", "catalog-2"].map(start));
	}, TEST_MAX_MS);
	afterAll(async () => {
		await Promise.all([...open.keys()].map(stop));
		await server.stop();
	}, TEST_MAX_MS);

	const start = async (name: string): Promise<void> => {
		const child = fork(join(import.meta.dirname, "calls-node.ts"), [name, server.url], {
			execPath: NODE,
			execArgv: [],
		});
		open.set(name, child);
		await once(child, "message");
	};
	const stop = async (name: string): Promise<unknown> => {
		const child = open.get(name);
		open.delete(name);
		child?.send("stop");
		const [code]: unknown[] = child === undefined ? [] : await once(child, "exit");
		return code;
	};
	const answer = async (): Promise<string> => {
		const gateway = open.get("gateway-1");
		gateway?.send("ask");
		const [text]: unknown[] = gateway === undefined ? [] : await once(gateway, "message");
		return String(text);
	};

	it("reach other processes", async () => {
		await until(async () => /^catalog-[12]$/.test(await answer()), "a call is answered");
	});

	it(
		"do so again after Kafka was away, without anybody starting anything anew",
		async () => {
			await server.stop();
			await until(async () => (await answer()).startsWith("refused"), "calls fail");
			await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
			await server.restart();
			const served = new Set<string>();
			const isServedByBoth = async () => served.add(await answer()).has("catalog-1") && served.has("catalog-2");
			await until(isServedByBoth, "both processes answer again", BACK_MAX_MS);
		},
		TEST_MAX_MS,
	);

	it(
		"do not hold up the stop of a process while Kafka is away",
		async () => {
			await server.stop();
			const startedAt = Date.now();
			expect(await stop("catalog-1")).toBe(0);
			expect(Date.now() - startedAt).toBeLessThan(STOP_MAX_MS);
			await server.restart();
			await until(async () => (await answer()) === "catalog-2", "the other process answers", BACK_MAX_MS);
		},
		TEST_MAX_MS,
	);
});
