import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreUnavailable } from "../port.ts";

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
const FATAL_CODES: readonly number[] = [SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOTADB];
/** Pages between checkpoints: 4 MiB of write-ahead log keeps a checkpoint's pause short and rare. */
const CHECKPOINT_PAGES = 1_000;
/** Negative: KiB. */
const CACHE_KIB = -32_768;

/** Opens the file for this process alone; throws `StoreUnavailable` with a plain sentence if another process has it. */
export function openDatabase(file: string): DatabaseSync {
	if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
	const db = new DatabaseSync(file);
	try {
		db.exec(`
			PRAGMA locking_mode = EXCLUSIVE;
			PRAGMA journal_mode = WAL;
			PRAGMA synchronous = FULL;
			PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
			PRAGMA cache_size = ${CACHE_KIB};
			PRAGMA temp_store = MEMORY;
			BEGIN IMMEDIATE; COMMIT;`);
	} catch (error) {
		db.close();
		throw isLocked(error)
			? new StoreUnavailable(
					`The data file ${file} is in use by another PayFlow process. Stop it, or set another DATA_DIR.`,
					error,
				)
			: new StoreUnavailable(`The data file ${file} cannot be opened: ${(error as Error).message}`, error);
	}
	return db;
}

/** SQLite's primary result code of an error; 0 if it is not one of SQLite's. */
export function resultCode(error: unknown): number {
	const code: unknown = error instanceof Error && "errcode" in error ? error.errcode : 0;
	return typeof code === "number" ? code & 0xff : 0;
}

/** Disk full, I/O error, damaged file: nothing more may be written. */
export function isFatal(error: unknown): boolean {
	return FATAL_CODES.includes(resultCode(error));
}

function isLocked(error: unknown): boolean {
	const code = resultCode(error);
	return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}
