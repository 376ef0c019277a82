import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SCHEMA } from "./schema.ts";

const FILE_NAME = "toss-twin.db";

/** The file is held by another Twin; two of them would each believe they are the provider. */
export class TwinFileInUse extends Error {
	constructor(path: string) {
		super(`${path} is in use by another Toss Twin. Stop that one, or choose another folder with TOSS_TWIN_DATA.`);
		this.name = "TwinFileInUse";
	}
}

/** Opens the Twin's own file for this process alone; `null` keeps everything in memory. Throws `TwinFileInUse`. */
export function openFile(folder: string | null): DatabaseSync {
	if (folder !== null) mkdirSync(folder, { recursive: true });
	const path = folder === null ? ":memory:" : join(folder, FILE_NAME);
	const db = new DatabaseSync(path, { timeout: 0 });
	try {
		db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
		db.exec("PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;");
		db.exec(SCHEMA);
		// An immediate write takes the exclusive lock now, not at the first payment.
		db.exec("BEGIN IMMEDIATE; INSERT OR REPLACE INTO settings VALUES ('schema', '1'); COMMIT;");
	} catch (error) {
		db.close();
		if (/locked|busy/i.test(String(error))) throw new TwinFileInUse(path);
		throw error;
	}
	return db;
}
