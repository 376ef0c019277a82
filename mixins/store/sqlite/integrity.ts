import type { DatabaseSync } from "node:sqlite";
import type { Kind } from "./kinds.ts";
import { DamagedRow, parseDocument, parseEnvelope, type Row } from "./rows.ts";

/** Reads every row once, without holding them, and names those whose checksum does not match. */
export function checkRows(db: DatabaseSync, kinds: readonly Kind[], limit: number): readonly string[] {
	const damaged: string[] = [];
	const check = (rows: Iterable<Row>, parse: (row: Row) => unknown): void => {
		for (const row of rows) {
			if (damaged.length >= limit) return;
			const problem = problemOf(() => parse(row));
			if (problem !== null) damaged.push(problem);
		}
	};
	check(
		db.prepare("SELECT position, envelope, checksum FROM events ORDER BY position").iterate() as Iterable<Row>,
		parseEnvelope,
	);
	for (const { table } of kinds) check(db.prepare(`SELECT * FROM ${table}`).iterate() as Iterable<Row>, parseDocument);
	return damaged;
}

function problemOf(parse: () => unknown): string | null {
	try {
		parse();
		return null;
	} catch (error) {
		if (error instanceof DamagedRow || error instanceof SyntaxError) return error.message;
		throw error;
	}
}
