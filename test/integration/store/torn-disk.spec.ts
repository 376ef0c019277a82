import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "../../../mixins/clock/system.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { temporaryFolder } from "../../support/broker.ts";
import { ROOT } from "../../support/documents.ts";
import { Client, type Answer } from "../../support/client.ts";
import { freePorts, launchPlatform, NODE, startPlatformProcess, type SystemProcess } from "../../support/process.ts";

const run = promisify(execFile);
const WRITER = join(ROOT, "test", "integration", "store", "torn-writer.ts");
/** Blocks of the shell's `ulimit -f`; the log alone grows past it. */
const BLOCKS = 1_000;
/** Room for some hundred orders. */
const PLATFORM_BLOCKS = 16_000;
const FILL_MAX_MS = 15_000;

interface System {
	readonly system: SystemProcess;
	readonly client: Client;
	readonly token: string;
}

describe("a disk that gives no more room", () => {
	const folder = temporaryFolder();
	afterAll(() => folder.remove());

	/** The lines of a process whose files may not grow past the limit. */
	async function fillUntilFull(file: string, mode: string): Promise<string[]> {
		const script = `ulimit -f ${BLOCKS}; exec "$0" "$@"`;
		const { stdout } = await run("sh", ["-c", script, NODE, WRITER, file, mode], { cwd: ROOT });
		return stdout.trim().split("\n");
	}

	it.each(["inline", "thread"])("keeps all it acknowledged and takes nothing more (%s)", async (mode) => {
		const file = join(folder.path, `${mode}.db`);
		const lines = await fillUntilFull(file, mode);
		const kept = lines.filter((line) => line.startsWith("kept ")).length;
		expect(kept).toBeGreaterThan(10);
		expect(lines.slice(kept)).toEqual([
			`unknown ${kept}`,
			"writable false",
			"reads nothing",
			"reads the first",
			"later The disk or the data file has failed; restart after mending it.",
			"closed",
		]);
		const store = await openSqliteStore({ file, clock: systemClock() });
		store.define({ kind: "note" });
		const notes = await store.find("note", { direction: "asc", limit: 100_000 });
		const stored = new Set(notes.map(({ id }) => id));
		const acknowledged = Array.from({ length: kept }, (_, number) => `note-${number}`);
		expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
		// The commit without an answer may be there, nothing else.
		expect(stored.size - kept).toBeLessThanOrEqual(1);
		expect(store.damagedRows(10)).toEqual([]);
		await store.close();
	});
});

describe("a platform whose disk is full", () => {
	const folder = temporaryFolder();
	const started: SystemProcess[] = [];
	afterAll(async () => {
		await Promise.all(started.map((system) => system.kill()));
		folder.remove();
	});

	async function start(blocksMax?: number): Promise<System> {
		const [port = 0, twinPort = 0] = await freePorts(2);
		const env = { TOSS_TWIN_PORT: String(twinPort) };
		const options = { dataDir: folder.path, port, env };
		const system = await startPlatformProcess(blocksMax === undefined ? options : { ...options, blocksMax });
		started.push(system);
		const client = new Client(system.url);
		const body = { username: "user", password: "password" };
		const login = await client.ask("POST", "/api/auth/login", { body });
		return { system, client, token: String(login?.body["accessToken"]) };
	}

	it("says so within a second, shows nothing that is not stored, and has kept all it acknowledged", async () => {
		const full = await start(PLATFORM_BLOCKS);
		const acknowledged: string[] = [];
		let refused: Answer = null;
		const startedAt = Date.now();
		while (refused === null && Date.now() < startedAt + FILL_MAX_MS) {
			const body = { productName: "full ".repeat(15), amount: 10_000 };
			const answer = await full.client.ask("POST", "/api/orders", { token: full.token, body });
			if (answer?.status === 201) acknowledged.push(String(answer.body["orderId"]));
			else refused = answer;
		}
		const refusedAt = Date.now();
		const ready = await full.client.ask("GET", "/ready");
		expect(acknowledged.length).toBeGreaterThan(10);
		expect(refused).toMatchObject({ status: 503, body: { code: expect.any(String) as unknown } });
		expect(JSON.stringify(refused)).not.toMatch(/sqlite|disk|errno|stack/i);
		expect(ready?.status).toBe(503);
		expect(Date.now() - refusedAt).toBeLessThan(1_000);
		const shown = await orderIds(full);
		await full.client.close();
		await full.system.stop();

		const again = await start();
		const kept = await orderIds(again);
		expect(acknowledged.filter((orderId) => !kept.includes(orderId))).toEqual([]);
		expect(shown.filter((orderId) => !kept.includes(orderId))).toEqual([]);
		await again.client.close();
	}, 30_000);

	it("does not start when there is no room to begin with, and says why", async () => {
		const [port = 0, twinPort = 0] = await freePorts(2);
		const dataDir = join(folder.path, "new");
		const env = { TOSS_TWIN_PORT: String(twinPort) };
		const system = launchPlatform({ dataDir, port, env, blocksMax: BLOCKS });
		expect(await system.exit).toEqual({ code: 1, signal: null });
		expect(system.output()).toContain("PayFlow cannot start. The disk or the data file has failed: disk I/O error.");
	});

	async function orderIds({ client, token }: System): Promise<string[]> {
		const found: string[] = [];
		for (let cursor: string | null = ""; cursor !== null;) {
			const page: Answer = await client.ask("GET", `/api/orders?limit=100${cursor}`, { token });
			const items = page?.body["items"] as readonly { readonly orderId: string }[];
			found.push(...items.map(({ orderId }) => orderId));
			const next = page?.body["nextCursor"];
			cursor = typeof next === "string" ? `&cursor=${encodeURIComponent(next)}` : null;
		}
		return found;
	}
});

describe("a folder that nobody may write to", () => {
	const folder = temporaryFolder();
	const closed = join(folder.path, "closed");
	afterAll(() => {
		chmodSync(closed, 0o700);
		folder.remove();
	});

	it("is refused in a sentence", async () => {
		chmodSync(folder.path, 0o755);
		mkdirSync(closed, { mode: 0o555 });
		const { stdout } = await run(NODE, [WRITER, join(closed, "payflow.db"), "nobody"], { cwd: ROOT });
		expect(stdout).toBe(
			`StoreUnavailable: The data folder ${closed} cannot be written to: unable to open database file. Mend it, or set another DATA_DIR.\n`,
		);
	});

	it("is refused when it cannot even be made", async () => {
		const letter = join(folder.path, "letter");
		writeFileSync(letter, "no folder");
		const refused = await openSqliteStore({ file: join(letter, "payflow.db"), clock: systemClock() }).catch(
			(error: unknown) => error,
		);
		expect(refused).toMatchObject({
			name: "StoreUnavailable",
			message: expect.stringMatching(/^The data folder .*letter cannot be written to: .*exists/i) as unknown,
		});
	});
});
