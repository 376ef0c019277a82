import type { DatabaseSync } from "node:sqlite";
import { documentChecksum, eventChecksum } from "../../../mixins/store/sqlite/rows.ts";

type Row = Record<string, string | number>;
type Json = Record<string, unknown>;
type Below = (limit: number) => number;

/** Spoils one thing in the data file; answers what it has spoilt, for the test's message. */
export type Corruption = (db: DatabaseSync, below: Below) => string;

const AUDITED = ["order", "payment", "stock", "points_account", "saga"] as const;
const BOOKED = [
	"ledger_batch",
	"ledger_entry",
	"ledger_balance",
	"ledger_anchor",
	"reservation",
	"payment_figures",
] as const;

/** A record of a reservation that never came about is nothing that anybody would miss. */
const MADE = `id IN (SELECT json_extract(envelope, '$.data.reservationId') FROM events
	WHERE json_extract(envelope, '$.type') = 'inventory.reserved')`;

function pick(db: DatabaseSync, below: Below, sql: string): Row {
	const rows = db.prepare(sql).all() as Row[];
	const row = rows[below(rows.length)];
	if (row === undefined) throw new Error(`nothing to spoil: ${sql}`);
	return row;
}

function flipped(text: string, below: Below): string {
	const bytes = Buffer.from(text);
	const at = below(bytes.length);
	bytes[at] = (bytes[at] ?? 0) ^ (1 << below(7));
	return bytes.toString("latin1");
}

/** A byte of a document is flipped. */
const flipDocument =
	(table: string): Corruption =>
	(db, below) => {
		const row = pick(db, below, `SELECT id, state FROM doc_${table}`);
		db.prepare(`UPDATE doc_${table} SET state = ? WHERE id = ?`).run(
			flipped(String(row["state"]), below),
			row["id"] ?? "",
		);
		return `${table} ${String(row["id"])}`;
	};

/** A column beside the state is changed. */
const changeColumn =
	(table: string, change: string): Corruption =>
	(db, below) => {
		const { id = "" } = pick(db, below, `SELECT id FROM doc_${table}`);
		db.prepare(`UPDATE doc_${table} SET ${change} WHERE id = ?`).run(id);
		return `${table} ${String(id)} ${change}`;
	};

const deleteDocument =
	(table: string): Corruption =>
	(db, below) => {
		const { id = "" } = pick(db, below, `SELECT id FROM doc_${table} WHERE ${table === "reservation" ? MADE : "1"}`);
		db.prepare(`DELETE FROM doc_${table} WHERE id = ?`).run(id);
		return `${table} ${String(id)}`;
	};

/** A state is rewritten and its checksum made again, as somebody would do it who knows the file. */
export const rewriteState =
	(table: string, where: string, change: (state: Json, below: Below) => object): Corruption =>
	(db, below) => {
		const row = pick(db, below, `SELECT id, version, sequence, state FROM doc_${table} WHERE ${where}`);
		const before = JSON.parse(String(row["state"])) as Json;
		const state = JSON.stringify({ ...before, ...change(before, below) });
		const id = String(row["id"]);
		const checksum = documentChecksum(id, Number(row["version"]), Number(row["sequence"]), state);
		db.prepare(`UPDATE doc_${table} SET state = ?, checksum = ? WHERE id = ?`).run(state, checksum, id);
		reindex(db, table, id, JSON.parse(state) as Json);
		return `${table} ${id}`;
	};

function reindex(db: DatabaseSync, table: string, id: string, state: Json): void {
	const columns = db.prepare(`PRAGMA table_info(doc_${table})`).all() as Row[];
	for (const name of columns.map((column) => String(column["name"])).filter((column) => column.startsWith("x_"))) {
		const value = state[name.slice(2)];
		const bound =
			typeof value === "boolean"
				? Number(value)
				: typeof value === "string" || typeof value === "number"
					? value
					: null;
		db.prepare(`UPDATE doc_${table} SET ${name} = ? WHERE id = ?`).run(bound, id);
	}
}

/** An event is rewritten and its checksum made again. */
const rewriteEvent =
	(type: string, change: (data: Json) => object): Corruption =>
	(db, below) => {
		const row = pick(
			db,
			below,
			`SELECT position, envelope FROM events WHERE json_extract(envelope, '$.type') = '${type}'`,
		);
		const before = JSON.parse(String(row["envelope"])) as Json & { data: Json };
		const envelope = JSON.stringify({ ...before, data: { ...before.data, ...change(before.data) } });
		const position = Number(row["position"]);
		db.prepare("UPDATE events SET envelope = ?, checksum = ? WHERE position = ?").run(
			envelope,
			eventChecksum(envelope),
			position,
		);
		return `${type} at ${position}`;
	};

const onEvents =
	(sql: string, where = "1"): Corruption =>
	(db, below) => {
		const { position = 0 } = pick(db, below, `SELECT position FROM events WHERE ${where}`);
		db.prepare(sql).run(position);
		return `event at ${String(position)}`;
	};

const flipEvent: Corruption = (db, below) => {
	const row = pick(db, below, "SELECT position, envelope FROM events");
	db.prepare("UPDATE events SET envelope = ? WHERE position = ?").run(
		flipped(String(row["envelope"]), below),
		row["position"] ?? 0,
	);
	return `event at ${String(row["position"])}`;
};

const onCommands =
	(sql: string): Corruption =>
	(db, below) => {
		const kinds = AUDITED.map((table) => `'${table.replace("_", "-")}'`).join(", ");
		const row = pick(db, below, `SELECT kind, aggregate, command_id FROM commands WHERE kind IN (${kinds})`);
		db.prepare(`${sql} WHERE kind = ? AND aggregate = ? AND command_id = ?`).run(
			row["kind"] ?? "",
			row["aggregate"] ?? "",
			row["command_id"] ?? "",
		);
		return `command ${String(row["command_id"])} of ${String(row["aggregate"])}`;
	};

const onUnique =
	(sql: string): Corruption =>
	(db, below) => {
		const row = pick(
			db,
			below,
			"SELECT kind, name, value FROM unique_values WHERE kind IN ('payment', 'ledger-batch')",
		);
		db.prepare(`${sql} WHERE kind = ? AND name = ? AND value = ?`).run(
			row["kind"] ?? "",
			row["name"] ?? "",
			row["value"] ?? "",
		);
		return `unique ${String(row["name"])} ${String(row["value"])}`;
	};

/** An aggregate is taken out with everything that belongs to it. */
const deleteWhole =
	(kind: string): Corruption =>
	(db, below) => {
		const table = `doc_${kind.replace("-", "_")}`;
		const { id = "" } = pick(db, below, `SELECT id FROM ${table}`);
		db.prepare(`DELETE FROM ${table} WHERE id = ?`).run(id);
		for (const shared of ["events", "commands"])
			db.prepare(`DELETE FROM ${shared} WHERE kind = ? AND aggregate = ?`).run(kind, id);
		db.prepare("DELETE FROM unique_values WHERE kind = ? AND id = ?").run(kind, id);
		return `${kind} ${String(id)} as a whole`;
	};

const won = (name: string) => (state: Json) => ({ [name]: Number(state[name]) + 1 });

/** Everything that one hand can spoil in the platform's data file, by what it is. */
export const CORRUPTIONS: Readonly<Record<string, Corruption>> = {
	...Object.fromEntries([...AUDITED, ...BOOKED].map((table) => [`a byte of a ${table}`, flipDocument(table)])),
	...Object.fromEntries([...AUDITED, ...BOOKED].map((table) => [`a deleted ${table}`, deleteDocument(table)])),
	...Object.fromEntries(
		["order", "payment", "saga", "stock", "points-account"].map((kind) => [
			`a whole ${kind} taken out`,
			deleteWhole(kind),
		]),
	),
	"a version": changeColumn("order", "version = version + 1"),
	"a sequence": changeColumn("payment", "sequence = sequence + 1"),
	"a checksum": changeColumn("saga", "checksum = checksum + 1"),
	"a time": changeColumn("stock", "last_time = '2031-01-01T00:00:00.000Z'"),
	"a count of commands": changeColumn("points_account", "command_count = command_count + 1"),
	"an index": changeColumn("order", "x_userId = 'USR_SOMEBODY'"),
	"a byte of an event": flipEvent,
	"a deleted event": onEvents("DELETE FROM events WHERE position = ?"),
	"the newest event deleted": onEvents(
		"DELETE FROM events WHERE position = ?",
		"position = (SELECT max(position) FROM events)",
	),
	"an event moved to another aggregate": onEvents("UPDATE events SET aggregate = 'ORD_ELSEWHERE' WHERE position = ?"),
	"an event moved in its history": onEvents("UPDATE events SET sequence = sequence + 50 WHERE position = ?"),
	"an event under another command": onEvents("UPDATE events SET command_id = 'somebody' WHERE position = ?"),
	"a deleted command": onCommands("DELETE FROM commands"),
	"a renamed command": onCommands("UPDATE commands SET command_id = 'somebody'"),
	"a deleted unique value": onUnique("DELETE FROM unique_values"),
	"a unique value of somebody else": onUnique("UPDATE unique_values SET id = 'somebody'"),
	"an order's amount": rewriteState("order", "1", won("amount")),
	"an order's status": rewriteState("order", "1", ({ status }) => ({
		status: status === "PAID" ? "CONFIRMED" : "PAID",
	})),
	"an order's buyer": rewriteState("order", "1", () => ({ userId: "USR_SOMEBODY" })),
	"a payment's amount": rewriteState("payment", "1", won("amount")),
	"a payment's status": rewriteState("payment", "1", ({ status }) => ({
		status: status === "APPROVED" ? "CANCELLED" : "APPROVED",
	})),
	"a payment's refund": rewriteState("payment", "1", won("cancelledAmount")),
	"a payment's key": rewriteState("payment", "1", () => ({ paymentKey: "tgen_of_somebody" })),
	"a product's pieces": rewriteState("stock", "1", won("quantity")),
	"a product's reserved pieces": rewriteState("stock", "1", won("reservedQuantity")),
	"an account's points": rewriteState("points_account", "1", won("balance")),
	"a saga's status": rewriteState("saga", "1", ({ status }) => ({
		status: status === "COMPLETED" ? "STARTED" : "COMPLETED",
		dueAt: null,
	})),
	"a saga's attention": rewriteState("saga", "1", ({ needsAttention }) => ({
		needsAttention: needsAttention !== true,
	})),
	"the payments' figures": rewriteState("payment_figures", "1", won("approvedAmount")),
	"a reservation's record": rewriteState("reservation", MADE, () => ({ orderId: "ORD_ELSEWHERE" })),
	"a posting in a batch": rewriteState("ledger_batch", "1", ({ entries }) => ({
		entries: (entries as { legs: { amount: number }[] }[]).map((entry) => ({
			...entry,
			legs: entry.legs.map((leg) => ({ ...leg, amount: leg.amount + 1 })),
		})),
	})),
	"a row of an entry": rewriteState("ledger_entry", "1", won("amount")),
	"an entry under another order": rewriteState("ledger_entry", "1", () => ({ orderId: "ORD_ELSEWHERE" })),
	"a balance": rewriteState("ledger_balance", "1", won("debits")),
	"the end of the chain": rewriteState("ledger_anchor", "1", ({ sequence }) => ({ sequence: Number(sequence) - 1 })),
	"the amount of an approval": rewriteEvent("payment.approved", won("amount")),
	"the amount of an order": rewriteEvent("order.created", won("amount")),
	"the pieces of a reservation": rewriteEvent("inventory.reserved", won("quantity")),
	"the points of a grant": rewriteEvent("points.awarded", won("points")),
	"the order of a grant": rewriteEvent("points.awarded", () => ({ orderId: "ORD_ELSEWHERE" })),
	"the end of a saga": rewriteEvent("saga.completed", () => ({
		reference: "ORD_ELSEWHERE",
		endedAt: "2031-01-01T00:00:00.000Z",
	})),
};

/** The same in the provider's own books. */
export const BOOK_CORRUPTIONS: Readonly<Record<string, string>> = {
	"a charge of another amount":
		"UPDATE movements SET amount = amount + 1 WHERE seq = (SELECT min(seq) FROM movements WHERE kind = 'charge')",
	"a charge that never was": "DELETE FROM movements WHERE seq = (SELECT max(seq) FROM movements WHERE kind = 'charge')",
	"a charge for another order":
		"UPDATE movements SET order_id = 'ORD_ELSEWHERE' WHERE seq = (SELECT min(seq) FROM movements WHERE kind = 'charge')",
	"a charge under another key":
		"UPDATE movements SET payment_key = 'tgen_x' WHERE seq = (SELECT min(seq) FROM movements WHERE kind = 'charge')",
	"a charge made twice":
		"INSERT INTO movements SELECT (SELECT max(seq) + 1 FROM movements), kind, 'twice', payment_key, order_id, m_id, method, customer_key, use_escrow, status, amount, at FROM movements WHERE kind = 'charge' LIMIT 1",
	"a refund of another amount": "UPDATE movements SET amount = amount - 1 WHERE kind = 'refund'",
	"a refund that never was": "DELETE FROM movements WHERE kind = 'refund'",
	"a refund that was a charge": "UPDATE movements SET kind = 'charge' WHERE kind = 'refund'",
};

/** All rows of the data file, to lay them down again. */
export function pictureOf(db: DatabaseSync): ReadonlyMap<string, readonly Row[]> {
	const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as Row[];
	const names = tables.map(({ name }) => String(name)).filter((name) => !name.startsWith("sqlite_"));
	return new Map(names.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all() as Row[]]));
}

/** The data file as it was in the picture. */
export function restore(db: DatabaseSync, picture: ReadonlyMap<string, readonly Row[]>): void {
	db.exec("BEGIN IMMEDIATE");
	for (const [table, rows] of picture) {
		db.exec(`DELETE FROM ${table}`);
		const [first] = rows;
		if (first === undefined) continue;
		const insert = db.prepare(
			`INSERT INTO ${table} (${Object.keys(first).join(", ")}) VALUES (${Object.keys(first)
				.map(() => "?")
				.join(", ")})`,
		);
		for (const row of rows) insert.run(...Object.values(row));
	}
	db.exec("COMMIT");
}
