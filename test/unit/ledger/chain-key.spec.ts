import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../mixins/clock/system.ts";
import { systemRandom } from "../../../mixins/random.ts";
import type { Settings } from "../../../mixins/config/settings.ts";
import { openSqliteStore, type SqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { loadDigests } from "../../../services/ledger/infrastructure/chain-key.ts";
import { temporaryFolder } from "../../support/broker.ts";

const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((bytes) => bytes.toString("base64")) as [
	string,
	string,
];

describe("the key of the chain", () => {
	const random = systemRandom();
	let folder: ReturnType<typeof temporaryFolder>;
	let store: SqliteStore;
	beforeEach(async () => {
		folder = temporaryFolder();
		store = await openSqliteStore({ file: ":memory:", clock: systemClock() });
	});
	afterEach(async () => {
		await store.close();
		folder.remove();
	});

	async function sealWith(masterKey: string | null, dataDir = folder.path): Promise<string> {
		const settings = { auth: { masterKey }, dataDir } as unknown as Settings;
		return (await loadDigests({ settings, random, store })).seal("x");
	}

	it("stays the same for the same master key, and outlives it when it is replaced", async () => {
		const first = await sealWith(older);
		expect(await sealWith(older)).toBe(first);
		expect(await sealWith(`${newer},${older}`)).toBe(first);
		expect(await sealWith(newer)).toBe(first);
		await expect(sealWith(older)).rejects.toThrow("MASTER_KEY does not open the ledger of this store");
	});

	it("does not follow from the store: another store has another key", async () => {
		const first = await sealWith(older);
		await store.close();
		store = await openSqliteStore({ file: ":memory:", clock: systemClock() });
		expect(await sealWith(older)).not.toBe(first);
	});

	it("is not opened when its document was damaged", async () => {
		await sealWith(older);
		const stored = await store.load<{ wrapped: string }>("ledger-key", "chain");
		const wrapped = Buffer.from("short").toString("base64");
		const expectedVersion = stored?.version ?? 0;
		await store.commit([
			{ kind: "ledger-key", id: "chain", expectedVersion, state: { wrapped }, events: [], commands: [] },
		]);
		await expect(sealWith(older)).rejects.toThrow("MASTER_KEY does not open");
	});

	it("without a master key is wrapped by one in the data folder, for its owner only", async () => {
		const first = await sealWith(null);
		const file = join(folder.path, "ledger-master.key");
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(Buffer.from(readFileSync(file, "utf8"), "base64")).toHaveLength(32);
		expect(await sealWith(null)).toBe(first);
		writeFileSync(file, "");
		await expect(sealWith(null)).rejects.toThrow("MASTER_KEY must be 32 bytes in base64.");
	});

	it("is made for the process only when nothing is kept", async () => {
		expect(await sealWith(null, ":memory:")).toMatch(/^[0-9a-f]{64}$/);
	});

	it.each(["", "short", `${older},short`])("refuses a master key that cannot work: %j", async (masterKey) => {
		await expect(sealWith(masterKey)).rejects.toThrow("MASTER_KEY must be 32 bytes in base64.");
	});
});
