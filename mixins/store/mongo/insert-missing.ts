import type { mongo } from "mongoose";
import { DURABLE } from "./connection.ts";

/** Name of the unique index over commands. */
export const COMMAND_INDEX = "command";
const DUPLICATE_KEY = 11_000;

/** Inserts in order; what is there already is left alone. Throws for every other error. */
export async function insertMissing<Row extends { readonly _id: string }>(
	collection: mongo.Collection<Row>,
	rows: readonly Row[],
): Promise<void> {
	const documents = rows as unknown as mongo.OptionalUnlessRequiredId<Row>[];
	try {
		await collection.insertMany(documents, { ordered: false, ...DURABLE });
	} catch (error) {
		const failures = writeErrorsOf(error);
		if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
		const others = failures.filter(({ errmsg }) => errmsg.includes(`index: ${COMMAND_INDEX} `));
		if (others.length > 0) await insertWithoutCommand(collection, rows, others);
	}
}

/** An event is kept in any case, also if the id of its command were taken: then the audit finds it. */
async function insertWithoutCommand<Row extends { readonly _id: string }>(
	collection: mongo.Collection<Row>,
	rows: readonly Row[],
	failures: readonly WriteError[],
): Promise<void> {
	for (const { index } of failures) {
		const row = rows[index];
		if (row === undefined) continue;
		const { _id, ...rest } = { ...row, command: undefined };
		const filter = { _id } as unknown as mongo.Filter<Row>;
		const fields = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
		const update = { $setOnInsert: fields } as unknown as mongo.UpdateFilter<Row>;
		await collection.updateOne(filter, update, { upsert: true, ...DURABLE });
	}
}

interface WriteError {
	readonly index: number;
	readonly code: number;
	readonly errmsg: string;
}

function writeErrorsOf(error: unknown): readonly WriteError[] {
	const errors: unknown = (error as { writeErrors?: unknown } | null)?.writeErrors ?? [];
	return (Array.isArray(errors) ? errors : [errors]) as WriteError[];
}
