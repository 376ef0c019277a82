import type { DatabaseSync } from "node:sqlite";
import type { BillingAuth, BillingKey, RecordStore } from "../application/ports.ts";
import type { CashReceipt } from "../domain/cash-receipt.ts";
import { seoulDate } from "../domain/dates.ts";
import type { Fault } from "../domain/faults.ts";

/** Settings, faults, billing and cash receipts in the Twin's file. */
export function recordStore(db: DatabaseSync): RecordStore {
	return { ...settings(db), ...faults(db), ...billing(db), ...receipts(db) };
}

function settings(db: DatabaseSync): Pick<RecordStore, "setting" | "saveSetting" | "pairedMerchant" | "pair"> {
	const find = db.prepare("SELECT value FROM settings WHERE name = ?");
	const save = db.prepare("INSERT OR REPLACE INTO settings VALUES (?, ?)");
	const findPair = db.prepare("SELECT m_id AS mId FROM pairs WHERE client_key = ?");
	const savePair = db.prepare("INSERT OR IGNORE INTO pairs VALUES (?, ?)");
	return {
		setting: (name) => textOf(find.get(name), "value"),
		saveSetting: (name, value) => void save.run(name, value),
		pairedMerchant: (clientKey) => textOf(findPair.get(clientKey), "mId"),
		pair: (clientKey, mId) => void savePair.run(clientKey, mId),
	};
}

function faults(db: DatabaseSync): Pick<RecordStore, "faults" | "saveFault" | "clearFaults"> {
	const list = db.prepare("SELECT state FROM faults ORDER BY id");
	const save = db.prepare("INSERT OR REPLACE INTO faults VALUES (?, ?)");
	const clear = db.prepare("DELETE FROM faults");
	return {
		faults: () => list.all().map((row) => JSON.parse(row["state"] as string) as Fault),
		saveFault: (fault) => void save.run(fault.id, JSON.stringify(fault)),
		clearFaults: () => void clear.run(),
	};
}

type Billing = Pick<RecordStore, "findAuth" | "saveAuth" | "findBillingKey" | "saveBillingKey">;

function billing(db: DatabaseSync): Billing {
	const findAuth = db.prepare(
		"SELECT auth_key AS authKey, client_key AS clientKey, customer_key AS customerKey, method, used_at AS usedAt, " +
			"success_url AS successUrl, fail_url AS failUrl FROM billing_auths WHERE auth_key = ?",
	);
	const saveAuth = db.prepare("INSERT OR REPLACE INTO billing_auths VALUES (?, ?, ?, ?, ?, ?, ?)");
	const findKey = db.prepare("SELECT state FROM billing_keys WHERE billing_key = ?");
	const saveKey = db.prepare("INSERT OR REPLACE INTO billing_keys VALUES (?, ?, ?, ?, ?)");
	return {
		findAuth: (authKey) => (findAuth.get(authKey) as unknown as BillingAuth | undefined) ?? null,
		saveAuth: (auth) => {
			const { authKey, clientKey, customerKey, method, usedAt, successUrl, failUrl } = auth;
			saveAuth.run(authKey, clientKey, customerKey, method, usedAt, successUrl, failUrl);
		},
		findBillingKey: (billingKey) => stateOf(findKey.get(billingKey)) as BillingKey | null,
		saveBillingKey: (key) =>
			void saveKey.run(key.billingKey, key.mId, key.customerKey, key.removedAt, JSON.stringify(key)),
	};
}

type Receipts = Pick<RecordStore, "findReceipt" | "insertReceipt" | "updateReceipt" | "receipts">;

function receipts(db: DatabaseSync): Receipts {
	const find = db.prepare("SELECT state FROM cash_receipts WHERE receipt_key = ?");
	const insert = db.prepare("INSERT INTO cash_receipts (receipt_key, m_id, day, state) VALUES (?, ?, ?, ?)");
	const update = db.prepare("UPDATE cash_receipts SET state = ? WHERE receipt_key = ?");
	const list = db.prepare(
		"SELECT seq, state FROM cash_receipts WHERE m_id = ? AND day = ? AND seq > ? ORDER BY seq LIMIT ?",
	);
	return {
		findReceipt: (receiptKey) => stateOf(find.get(receiptKey)) as CashReceipt | null,
		insertReceipt: (receipt) => {
			const { receiptKey, mId, requestedAt } = receipt;
			insert.run(receiptKey, mId, seoulDate(requestedAt), JSON.stringify(receipt));
		},
		updateReceipt: (receipt) => void update.run(JSON.stringify(receipt), receipt.receiptKey),
		receipts: (mId, day, after, limit) =>
			list.all(mId, day, after, limit).map((row) => ({
				seq: row["seq"] as number,
				receipt: JSON.parse(row["state"] as string) as CashReceipt,
			})),
	};
}

function textOf(row: Record<string, unknown> | undefined, column: string): string | null {
	return row === undefined ? null : (row[column] as string);
}

function stateOf(row: Record<string, unknown> | undefined): unknown {
	return row === undefined ? null : JSON.parse(row["state"] as string);
}
