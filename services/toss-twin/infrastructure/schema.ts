/** Every list and look-up below has its index; nothing scans. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pairs (client_key TEXT PRIMARY KEY, m_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS payments (
	seq INTEGER PRIMARY KEY, payment_key TEXT NOT NULL UNIQUE, m_id TEXT NOT NULL, order_id TEXT NOT NULL,
	taken INTEGER NOT NULL, expires_at INTEGER, state TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS payments_by_order ON payments (order_id, taken, seq);
CREATE INDEX IF NOT EXISTS payments_by_expiry ON payments (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS movements (
	seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, transaction_key TEXT NOT NULL UNIQUE, payment_key TEXT NOT NULL,
	order_id TEXT NOT NULL, m_id TEXT NOT NULL, method TEXT NOT NULL, customer_key TEXT, use_escrow INTEGER NOT NULL,
	status TEXT NOT NULL, amount INTEGER NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS movements_by_merchant ON movements (m_id, at);
CREATE TABLE IF NOT EXISTS answers (
	seq INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, status INTEGER NOT NULL,
	body TEXT NOT NULL, trace_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS webhooks (
	seq INTEGER PRIMARY KEY, id TEXT NOT NULL, url TEXT NOT NULL, event TEXT NOT NULL, body TEXT NOT NULL,
	attempts INTEGER NOT NULL, next_at INTEGER, status TEXT NOT NULL, last_answer TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS webhooks_due ON webhooks (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY, state TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS billing_auths (
	auth_key TEXT PRIMARY KEY, client_key TEXT, customer_key TEXT NOT NULL, method TEXT NOT NULL, used_at INTEGER,
	success_url TEXT, fail_url TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS billing_keys (
	billing_key TEXT PRIMARY KEY, m_id TEXT NOT NULL, customer_key TEXT NOT NULL, removed_at INTEGER, state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cash_receipts (
	seq INTEGER PRIMARY KEY, receipt_key TEXT NOT NULL UNIQUE, m_id TEXT NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS cash_receipts_by_day ON cash_receipts (m_id, day, seq);
`;
