import type { DatabaseSync } from "node:sqlite";
import type { MovementQuery, NumberedMovement, PaymentStore } from "../application/ports.ts";
import type { StoredAnswer } from "../domain/idempotency.ts";
import { isTaken } from "../domain/payment.ts";
import type { Movement, PaymentRecord } from "../domain/payment.ts";

const MOVEMENT =
	"seq, kind, transaction_key AS transactionKey, payment_key AS paymentKey, order_id AS orderId, m_id AS mId, " +
	"method, customer_key AS customerKey, use_escrow AS useEscrow, status, amount, at";

/** Payments and movements in the Twin's file. */
export function paymentStore(db: DatabaseSync): PaymentStore {
	return { ...payments(db), ...movements(db), ...answers(db) };
}

type Payments = Pick<PaymentStore, "find" | "findByOrder" | "insert" | "update" | "overdue" | "nextExpiry">;

function payments(db: DatabaseSync): Payments {
	const find = db.prepare("SELECT state FROM payments WHERE payment_key = ?");
	const findByOrder = db.prepare(
		"SELECT state FROM payments WHERE order_id = ? AND m_id IN (?, '') ORDER BY taken DESC, seq DESC LIMIT 1",
	);
	const insert = db.prepare(
		"INSERT INTO payments (payment_key, m_id, order_id, taken, expires_at, state) VALUES (?, ?, ?, ?, ?, ?)",
	);
	const update = db.prepare("UPDATE payments SET m_id = ?, taken = ?, expires_at = ?, state = ? WHERE payment_key = ?");
	const overdue = db.prepare(
		"SELECT state FROM payments WHERE expires_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at LIMIT ?",
	);
	const next = db.prepare("SELECT min(expires_at) AS at FROM payments WHERE expires_at IS NOT NULL");
	return {
		find: (paymentKey) => recordOf(find.get(paymentKey)),
		findByOrder: (orderId, mId) => recordOf(findByOrder.get(orderId, mId)),
		insert: (payment) => {
			const { paymentKey, mId, orderId, expiresAt } = payment;
			insert.run(paymentKey, mId, orderId, isTaken(payment) ? 1 : 0, expiresAt, JSON.stringify(payment));
		},
		update: (payment) => {
			const { paymentKey, mId, expiresAt } = payment;
			update.run(mId, isTaken(payment) ? 1 : 0, expiresAt, JSON.stringify(payment), paymentKey);
		},
		overdue: (now, limit) => overdue.all(now, limit).flatMap((row) => recordOf(row) ?? []),
		nextExpiry: () => (next.get() as { at: number | null }).at,
	};
}

function recordOf(row: Record<string, unknown> | undefined): PaymentRecord | null {
	return row === undefined ? null : (JSON.parse(row["state"] as string) as PaymentRecord);
}

type Movements = Pick<PaymentStore, "addMovement" | "booksAfter" | "movements" | "movementPlace">;

function movements(db: DatabaseSync): Movements {
	const insert = db.prepare(
		"INSERT INTO movements (kind, transaction_key, payment_key, order_id, m_id, method, customer_key, use_escrow, " +
			"status, amount, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	);
	const books = db.prepare(
		`SELECT ${MOVEMENT} FROM movements WHERE seq > ? AND kind IN ('charge', 'refund') ORDER BY seq LIMIT ?`,
	);
	const range = `SELECT ${MOVEMENT} FROM movements WHERE m_id = ? AND at >= ? AND at < ? AND seq > ?`;
	const all = db.prepare(`${range} ORDER BY at, seq LIMIT ? OFFSET ?`);
	const money = db.prepare(`${range} AND kind IN ('charge', 'refund') ORDER BY at, seq LIMIT ? OFFSET ?`);
	const byKey = db.prepare("SELECT seq, at FROM movements WHERE transaction_key = ? AND m_id = ?");
	return {
		addMovement: (given) => {
			const { kind, transactionKey, paymentKey, orderId, mId, method, customerKey } = given;
			const escrow = given.useEscrow ? 1 : 0;
			const { status, amount, at } = given;
			insert.run(kind, transactionKey, paymentKey, orderId, mId, method, customerKey, escrow, status, amount, at);
		},
		booksAfter: (after, limit) => books.all(after, limit).map(movementOf),
		movements: (query: MovementQuery) => {
			const { mId, from, until, startingAfter, skip, limit } = query;
			const statement = query.isMoneyOnly ? money : all;
			return statement.all(mId, from, until, startingAfter, limit, skip).map(movementOf);
		},
		movementPlace: (mId, transactionKey) =>
			(byKey.get(transactionKey, mId) as unknown as { seq: number; at: number } | undefined) ?? null,
	};
}

function movementOf(row: Record<string, unknown>): NumberedMovement {
	return { ...(row as unknown as Movement & { seq: number }), useEscrow: row["useEscrow"] === 1 };
}

type Answers = Pick<PaymentStore, "findAnswer" | "saveAnswer" | "purgeAnswers">;

function answers(db: DatabaseSync): Answers {
	const find = db.prepare("SELECT at, status, body, trace_id AS traceId FROM answers WHERE identity = ?");
	const save = db.prepare(
		"INSERT OR REPLACE INTO answers (identity, at, status, body, trace_id) VALUES (?, ?, ?, ?, ?)",
	);
	const purge = db.prepare(
		"DELETE FROM answers WHERE seq IN (SELECT seq FROM answers ORDER BY seq LIMIT ?) AND at <= ?",
	);
	return {
		findAnswer: (identity) => (find.get(identity) as unknown as StoredAnswer | undefined) ?? null,
		saveAnswer: (identity, { at, status, body, traceId }) => void save.run(identity, at, status, body, traceId),
		purgeAnswers: (before, limit) => void purge.run(limit, before),
	};
}
