import type { DatabaseSync } from "node:sqlite";
import type { Webhook, WebhookStore } from "../application/ports.ts";

const WEBHOOK =
	"seq, id, url, event, body, attempts, next_at AS nextAt, status, last_answer AS lastAnswer, created_at AS createdAt";

/** Webhooks in the Twin's file; those not delivered yet survive a restart. */
export function webhookStore(db: DatabaseSync): WebhookStore {
	const add = db.prepare(
		"INSERT INTO webhooks (id, url, event, body, attempts, next_at, status, last_answer, created_at) " +
			"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	);
	const update = db.prepare("UPDATE webhooks SET attempts = ?, next_at = ?, status = ?, last_answer = ? WHERE seq = ?");
	const find = db.prepare(`SELECT ${WEBHOOK} FROM webhooks WHERE seq = ?`);
	const list = db.prepare(`SELECT ${WEBHOOK} FROM webhooks WHERE seq > ? ORDER BY seq LIMIT ?`);
	const due = db.prepare(
		`SELECT ${WEBHOOK} FROM webhooks WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at, seq LIMIT ?`,
	);
	const dueTimes = db.prepare(
		"SELECT seq, next_at AS nextAt FROM webhooks WHERE next_at IS NOT NULL ORDER BY next_at LIMIT ?",
	);
	return {
		add: (webhook) => {
			const { id, url, event, body, attempts, nextAt, status, lastAnswer, createdAt } = webhook;
			add.run(id, url, event, body, attempts, nextAt, status, lastAnswer, createdAt);
		},
		update: ({ seq, attempts, nextAt, status, lastAnswer }) =>
			void update.run(attempts, nextAt, status, lastAnswer, seq),
		find: (seq) => (find.get(seq) as unknown as Webhook | undefined) ?? null,
		list: (after, limit) => list.all(after, limit) as unknown as Webhook[],
		due: (now, limit, except) =>
			(due.all(now, limit + except.size) as unknown as Webhook[]).filter(({ seq }) => !except.has(seq)).slice(0, limit),
		nextDue: (except) => {
			const rows = dueTimes.all(except.size + 1) as unknown as Pick<Webhook, "seq" | "nextAt">[];
			return rows.find(({ seq }) => !except.has(seq))?.nextAt ?? null;
		},
	};
}
