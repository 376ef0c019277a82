import type { RouteTable } from "./types.ts";

const operators = { roles: ["ROLE_OPERATOR", "ROLE_ADMIN"] } as const;

/** The books, for operators and administrators. */
export const ledgerRoutes = {
	"GET /api/ledger/accounts": {
		action: "ledger.accounts",
		auth: operators,
		limit: "api",
		from: { parent: "query", limit: "query-integer", cursor: "query" },
		answer: "LedgerAccountList",
		summary: "The chart of accounts with balances, or the owners' accounts below one of them",
		tag: "ledger",
	},
	"GET /api/ledger/entries": {
		action: "ledger.entries",
		auth: operators,
		limit: "api",
		from: {
			cause: "query",
			account: "query",
			orderId: "query",
			paymentId: "query",
			limit: "query-integer",
			cursor: "query",
		},
		answer: "LedgerEntryList",
		summary: "Journal entries by exactly one of cause, account, order or payment, oldest first",
		tag: "ledger",
	},
	"GET /api/ledger/balance": {
		action: "ledger.balance",
		auth: operators,
		limit: "api",
		from: { account: "query", at: "query" },
		answer: "LedgerBalance",
		summary: "An account's balance now or at an instant",
		tag: "ledger",
	},
	"POST /api/ledger/verify": {
		action: "ledger.verify",
		auth: operators,
		limit: "api",
		from: { anchorSequence: "body", anchorHash: "body" },
		answer: "LedgerVerification",
		summary: "Compute every hash and balance of the book again, and compare it with an anchor noted elsewhere",
		tag: "ledger",
	},
} as const satisfies RouteTable;
