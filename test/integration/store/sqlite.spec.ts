import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../mixins/clock/system.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { describeStore, type StoreBed } from "../../support/specifications/store.specification.ts";

let directory: string;

beforeAll(() => {
	directory = mkdtempSync(join(tmpdir(), "payflow-store-"));
});

afterAll(() => {
	rmSync(directory, { recursive: true, force: true });
});

let files = 0;

async function bedOf(file: string): Promise<StoreBed> {
	const store = await openSqliteStore({ file, clock: systemClock() });
	return {
		store,
		log: store,
		async reopen() {
			await store.close();
			return bedOf(file);
		},
		close: () => store.close(),
	};
}

describeStore("SQLite in a file", () => bedOf(join(directory, `store-${files++}.db`)), { hasLog: true });
