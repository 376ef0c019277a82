import { DatabaseSync } from "node:sqlite";

const STATE = "s".repeat(400);
const EVENT = "e".repeat(600);

/**
 * The floor of a hot document: its row written anew, an event and a command id for each piece of work, and one fsync for
 * all that came in the same turn. No actor, no rules, no checksum, no consumer.
 */
export function bareStore(file: string): { write(n: number): Promise<void>; close(): void } {
	const db = new DatabaseSync(file);
	db.exec(`
		PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
		CREATE TABLE documents (id TEXT PRIMARY KEY, state TEXT, n INTEGER);
		CREATE TABLE events (position INTEGER PRIMARY KEY, envelope TEXT);
		CREATE TABLE commands (id TEXT PRIMARY KEY) WITHOUT ROWID;
		INSERT INTO documents VALUES ('hot', '', 0);`);
	const update = db.prepare("UPDATE documents SET state = ?, n = n + 1 WHERE id = 'hot'");
	const event = db.prepare("INSERT INTO events (envelope) VALUES (?)");
	const command = db.prepare("INSERT INTO commands VALUES (?)");
	let waiting: { n: number; done: () => void }[] = [];
	const flush = (): void => {
		const batch = waiting;
		waiting = [];
		db.exec("BEGIN");
		update.run(STATE);
		for (const { n } of batch) {
			event.run(EVENT);
			command.run(`CMD_${String(n).padStart(26, "0")}`);
		}
		db.exec("COMMIT");
		for (const { done } of batch) done();
	};
	return {
		write: (n) =>
			new Promise((done) => {
				if (waiting.length === 0) setImmediate(flush);
				waiting.push({ n, done });
			}),
		close: () => db.close(),
	};
}
