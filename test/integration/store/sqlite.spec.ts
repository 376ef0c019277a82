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

async function bedOf(file: string, isThreaded: boolean): Promise<StoreBed> {
	const store = await openSqliteStore({ file, clock: systemClock(), isThreaded });
	return {
		store,
		log: store,
		async reopen() {
			await store.close();
			return bedOf(file, isThreaded);
		},
		close: () => store.close(),
	};
}

const nextFile = () => join(directory, `store-${files++}.db`);

describeStore("SQLite in a file", () => bedOf(nextFile(), false), { hasLog: true });
describeStore("SQLite with a writing thread", () => bedOf(nextFile(), true), { hasLog: true });
