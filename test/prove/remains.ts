import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "../../mixins/clock/system.ts";
import { openSqliteStore } from "../../mixins/store/sqlite/index.ts";

const DOCUMENTS = "doc_";
const ROWS_MAX = 20;

/** Rows of stopped data files that are not what was written. */
export async function damageIn(files: readonly string[]): Promise<string[]> {
	const damaged: string[] = [];
	for (const file of files.filter((path) => existsSync(path))) {
		const store = await openSqliteStore({ file, clock: systemClock() });
		for (const kind of kindsIn(file)) store.define({ kind });
		damaged.push(...store.damagedRows(ROWS_MAX));
		await store.close();
	}
	return damaged;
}

function kindsIn(file: string): string[] {
	const db = new DatabaseSync(file, { readOnly: true });
	const tables = db
		.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'doc\\_%' ESCAPE '\\'")
		.all();
	db.close();
	return tables.map(({ name }) => String(name).slice(DOCUMENTS.length).replaceAll("_", "-"));
}
