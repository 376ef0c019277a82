import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../../mixins/clock/port.ts";

/** The file no longer takes writes; whether the last ones are in it is unknown. */
export class StoreBroken extends Error {
	constructor(cause: unknown) {
		super("The Twin's file does not take writes any more.", { cause });
		this.name = "StoreBroken";
	}
}

interface Item {
	readonly work: () => unknown;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
}

type Settled = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** Commits what is asked for in one turn of the event loop as one transaction; each piece of work has its savepoint. */
export interface GroupCommit {
	/** Runs `work` inside the next transaction and answers after that transaction is on disk. */
	commit<Value>(work: () => Value): Promise<Value>;
}

/** Group commit over one file: one sync to disk serves every request of the same turn. */
export function groupCommit(db: DatabaseSync, clock: Clock): GroupCommit {
	const begin = db.prepare("BEGIN IMMEDIATE");
	const commitAll = db.prepare("COMMIT");
	const save = db.prepare("SAVEPOINT item");
	const release = db.prepare("RELEASE item");
	const undo = db.prepare("ROLLBACK TO item");
	let waiting: Item[] = [];
	let broken: StoreBroken | null = null;

	const runOne = (item: Item): Settled => {
		save.run();
		try {
			const value = item.work();
			release.run();
			return { ok: true, value };
		} catch (error) {
			// A full disk rolls the whole transaction back; nothing of it may be continued.
			if (!db.isTransaction) throw error;
			undo.run();
			release.run();
			return { ok: false, error };
		}
	};

	const flush = (): void => {
		const batch = waiting;
		waiting = [];
		try {
			begin.run();
			const settled = batch.map(runOne);
			commitAll.run();
			batch.forEach((item, index) => settle(item, settled[index]));
		} catch (error) {
			broken = new StoreBroken(error);
			rollBack(db);
			for (const item of batch) item.reject(broken);
		}
	};

	return {
		commit: <Value>(work: () => Value) =>
			new Promise<Value>((resolve, reject) => {
				if (broken !== null) {
					reject(broken);
					return;
				}
				if (waiting.length === 0) clock.nextTurn(flush);
				waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
			}),
	};
}

function rollBack(db: DatabaseSync): void {
	if (db.isOpen && db.isTransaction) db.exec("ROLLBACK");
}

function settle(item: Item, settled: Settled | undefined): void {
	if (settled === undefined) item.reject(new Error("No outcome for this work."));
	else if (settled.ok) item.resolve(settled.value);
	else item.reject(settled.error);
}
