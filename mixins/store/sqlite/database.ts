import { chmodSync, mkdirSync } from "node:fs";
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
/** Pages of write-ahead log between checkpoints, 16 MiB: a checkpoint rewrites each page once, however often it changed. */
const CHECKPOINT_PAGES = 4_000;
/** Negative: KiB. */
const CACHE_KIB = -16_384;

/** Password hashes and wrapped keys are inside. */
const OWNER_ONLY = 0o600;
/** Waiting for the other connection of this process: it defines a kind while the other one writes. */
const BUSY_MS = 5_000;

/** Opens the file for this process alone; throws `StoreUnavailable` with a plain sentence if another process has it. */
export function openDatabase(file: string): { db: DatabaseSync; unlock: () => void } {
	if (file === ":memory:") return { db: openConnection(file), unlock: () => undefined };
	const lock = lockFile(file);
	try {
		const db = openConnection(file);
		chmodSync(file, OWNER_ONLY);
		return { db, unlock: () => lock.close() };
	} catch (error) {
		lock.close();
		throw new StoreUnavailable(`The data file ${file} cannot be opened: ${(error as Error).message}`, error);
	}
}

/** One connection to a file whose lock this process holds. */
export function openConnection(file: string): DatabaseSync {
	const db = new DatabaseSync(file, { timeout: BUSY_MS });
	try {
		db.exec(`
			PRAGMA journal_mode = WAL;
			PRAGMA synchronous = FULL;
			PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
			PRAGMA cache_size = ${CACHE_KIB};
			PRAGMA temp_store = MEMORY;
			PRAGMA secure_delete = FAST;
			BEGIN IMMEDIATE; COMMIT;`);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}

/** A file of its own is held exclusively for as long as the process lives; the system lets go of it even after a kill. */
function lockFile(file: string): DatabaseSync {
	const lock = newLockFile(file);
	try {
		lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
		return lock;
	} catch (error) {
		lock.close();
		throw isLocked(error)
			? new StoreUnavailable(
					`The data file ${file} is in use by another PayFlow process. Stop it, or set another DATA_DIR.`,
					error,
				)
			: new StoreUnavailable(`The data file ${file} cannot be locked: ${(error as Error).message}`, error);
	}
}

/** A folder that cannot be made or written to is said so, without a stack. */
function newLockFile(file: string): DatabaseSync {
	try {
		mkdirSync(dirname(file), { recursive: true });
		return new DatabaseSync(`${file}.lock`);
	} catch (error) {
		const reason = (error as Error).message;
		throw new StoreUnavailable(
			`The data folder ${dirname(file)} cannot be written to: ${reason}. Mend it, or set another DATA_DIR.`,
			error,
		);
	}
}

/** SQLite's primary result code of an error; 0 if it is not one of SQLite's. */
export function resultCode(error: unknown): number {
	const code: unknown = typeof error === "object" && error !== null && "errcode" in error ? error.errcode : 0;
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
