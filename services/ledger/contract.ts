import type { HttpStatus } from "../shared/errors.ts";

/** The side of an account that a leg is written on. */
export type Side = "debit" | "credit";

/** What kind of account it is; assets and expenses grow on the debit side, the others on the credit side. */
export type AccountType = "asset" | "expense" | "liability" | "income";

/** One leg of a journal entry: whole won, at least 1, on one side of an account. */
export interface Posting {
	/** Path of the account, e.g. `checkout:cash`, or with an owner `escrow:held:ESC_1`. */
	account: string;
	side: Side;
	amount: number;
}

/** What an entry tells of. Some kinds have a posting rule of their own in this service, others come through `ledger.post`. */
export type EntryKind =
	| "checkout.charge"
	| "checkout.refund"
	| "merchant.capture"
	| "merchant.refund"
	| "merchant.fee"
	| "merchant.payout"
	| "points.award"
	| "points.revoke"
	| "stage.contribution"
	| "stage.payout"
	| "stage.refund"
	| "stage.shortfall"
	| "escrow.deposit"
	| "escrow.release"
	| "escrow.payout"
	| "escrow.refund";

/** A journal entry: its legs sum to zero, it is written once and never changed. Amounts in won, instants ISO 8601. */
export interface JournalEntry {
	/** From its cause, so that the same cause has the same entry for ever. */
	entryId: string;
	/** Id of the event or command behind it. */
	cause: string;
	kind: EntryKind;
	/** When the cause happened. */
	occurredAt: string;
	orderId: string | null;
	paymentId: string | null;
	legs: readonly Posting[];
}

/** An entry with its place in the book. */
export interface EntryView extends JournalEntry {
	/** The batch that holds it. */
	sequence: number;
	/** When it was written into the book; balances at a moment go by this time. */
	postedAt: string;
	currency: "KRW";
}

/** What an account has taken so far; `balance` is on its normal side and negative when it stands on the other. Won. */
export interface AccountView {
	account: string;
	name: string;
	type: AccountType;
	normalSide: Side;
	/** Whether accounts of single owners may stand below it. */
	hasOwners: boolean;
	debits: number;
	credits: number;
	balance: number;
	currency: "KRW";
}

/** An account's balance after the last batch up to `at`. */
export interface BalanceView extends AccountView {
	at: string;
	/** The batch that moved the account last, 0 if none did. */
	sequence: number;
}

/** Why a chain is not intact. */
export type BreakReason =
	| "missing"
	| "misplaced"
	| "unlinked"
	| "changed"
	| "forged"
	| "reordered"
	| "unbalanced"
	| "wrong-balance"
	| "wrong-row"
	| "damaged"
	| "truncated"
	| "wrong-head"
	| "wrong-anchor";

/** The first place where the book is not what was written. */
export interface ChainBreak {
	sequence: number;
	reason: BreakReason;
	/** Facts for an operator, no amounts of others. */
	detail: string;
}

/** What a walk over the whole book has found. */
export interface Verification {
	book: string;
	isIntact: boolean;
	batches: number;
	entries: number;
	/** Keep it outside of the platform and give it back as anchor: that shows a book cut off and rewritten with the key. */
	head: { sequence: number; hash: string } | null;
	/** Sums over all accounts; `difference` is zero. */
	trialBalance: { debits: number; credits: number; difference: number };
	firstBreak: ChainBreak | null;
	verifiedAt: string;
	durationMs: number;
}

/** What the ledger holds for one order or payment, by kind of entry. */
export interface AuditRow {
	/** The order's or the payment's id, as asked. */
	id: string;
	totals: readonly { kind: EntryKind; entries: number; amount: number }[];
}

/** Actions of the ledger; the lists are for operators and administrators. */
export interface LedgerActions {
	/**
	 * Internal: writes an entry; a repeat of its cause answers the one that exists and writes nothing, other legs under
	 * the same cause are refused. The occurrence is ISO 8601 in UTC.
	 */
	"ledger.post": {
		params: {
			cause: string;
			kind: EntryKind;
			occurredAt: string;
			orderId?: string;
			paymentId?: string;
			postings: readonly Posting[];
		};
		result: EntryView;
	};
	/** By exactly one of cause, account, order or payment; oldest first. An unknown cause has an empty list. */
	"ledger.entries": {
		params: {
			cause?: string;
			account?: string;
			orderId?: string;
			paymentId?: string;
			limit?: number;
			cursor?: string;
		};
		result: { items: readonly EntryView[]; nextCursor: string | null };
	};
	/** The chart of accounts with balances; with `parent` the accounts of single owners below one of its accounts. */
	"ledger.accounts": {
		params: { parent?: string; limit?: number; cursor?: string };
		result: { items: readonly AccountView[]; nextCursor: string | null };
	};
	/** After the last batch up to `at` (ISO 8601), or now. */
	"ledger.balance": { params: { account: string; at?: string }; result: BalanceView };
	/** Reads the whole book, computes every hash and balance again and names the first break; compared with an anchor if one is given. */
	"ledger.verify": { params: { anchorSequence?: number; anchorHash?: string }; result: Verification };
	/** Internal: what the ledger holds per order or payment, in the order of their ids, for audits. */
	"ledger.audit": {
		params: { by: "order" | "payment"; limit?: number; cursor?: string };
		result: { items: readonly AuditRow[]; nextCursor: string | null };
	};
}

/** Every way the ledger refuses. */
export const ledgerErrors = {
	VALIDATION_ERROR: 400,
	LEDGER_ENTRY_EMPTY: 400,
	LEDGER_ENTRY_UNBALANCED: 400,
	LEDGER_AMOUNT_INVALID: 400,
	LEDGER_ACCOUNT_UNKNOWN: 404,
	LEDGER_CAUSE_REUSED: 409,
	LEDGER_BALANCE_EXCEEDED: 409,
	LEDGER_BROKEN: 503,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `ledgerErrors`. */
export type LedgerErrorCode = keyof typeof ledgerErrors;
