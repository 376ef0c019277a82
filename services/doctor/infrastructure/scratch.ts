import { DatabaseSync } from "node:sqlite";
import type { Keyed, Scratch } from "../application/ports.ts";
import type { Fact } from "../domain/purchase.ts";

const PAGE = 500;
/** Negative: KiB. What does not fit lies in a file that nobody else sees and that goes with its connection. */
const CACHE_KIB = -8_192;

/** Sorts facts in a file without a name, so that memory does not grow with the number of orders. */
export function createScratch(): Scratch {
	const db = new DatabaseSync("");
	db.exec(`
		PRAGMA journal_mode = OFF;
		PRAGMA synchronous = OFF;
		PRAGMA cache_size = ${CACHE_KIB};
		CREATE TABLE facts (key TEXT NOT NULL, number INTEGER NOT NULL, fact TEXT NOT NULL, PRIMARY KEY (key, number))
			STRICT, WITHOUT ROWID;`);
	const insert = db.prepare("INSERT INTO facts (key, number, fact) VALUES (?, ?, ?)");
	const select = db.prepare(
		`SELECT key, number, fact FROM facts WHERE (key, number) > (?, ?) ORDER BY key, number LIMIT ${PAGE}`,
	);
	let count = 0;
	return {
		add(facts: readonly Keyed[]) {
			if (facts.length === 0) return;
			db.exec("BEGIN");
			for (const { key, fact } of facts) insert.run(key, count++, JSON.stringify(fact));
			db.exec("COMMIT");
		},
		page(after) {
			const [number = "-1", key = ""] = after === null ? [] : splitPlace(after);
			const rows = select.all(key, Number(number));
			const last = rows.at(-1);
			const next = last === undefined || rows.length < PAGE ? null : `${String(last["number"])}:${String(last["key"])}`;
			return {
				items: rows.map((row) => ({ key: String(row["key"]), fact: JSON.parse(String(row["fact"])) as Fact })),
				next,
			};
		},
		close: () => db.close(),
	};
}

function splitPlace(place: string): [number: string, key: string] {
	const cut = place.indexOf(":");
	return [place.slice(0, cut), place.slice(cut + 1)];
}
