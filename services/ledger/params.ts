import * as rules from "../../mixins/rules.ts";
import type { RulesFor } from "../../mixins/rules.ts";
import type { EntryKind, LedgerActions } from "./contract.ts";
import { LEGS_MAX } from "./domain/entry.ts";

type RulesOf<Name extends keyof LedgerActions> = { $$strict: "remove" } & RulesFor<LedgerActions[Name]["params"]>;

const CAUSE_MAX = 200;
const PATH_MAX = 120;

const KINDS: readonly EntryKind[] = [
	"checkout.charge",
	"checkout.refund",
	"merchant.capture",
	"merchant.refund",
	"merchant.fee",
	"merchant.payout",
	"points.award",
	"points.revoke",
	"stage.contribution",
	"stage.payout",
	"stage.refund",
	"stage.shortfall",
	"escrow.deposit",
	"escrow.release",
	"escrow.payout",
	"escrow.refund",
];

const cause = { type: "string", min: 1, max: CAUSE_MAX, pattern: /^[A-Za-z0-9_.:-]+$/ } as const;
const account = { type: "string", min: 1, max: PATH_MAX, pattern: /^[A-Za-z0-9_:-]+$/ } as const;
const utc = { type: "string", max: 24, pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } as const;
const instant = {
	type: "string",
	max: 40,
	pattern: /^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/,
} as const;
const hash = { type: "string", length: 64, pattern: /^[0-9a-f]+$/ } as const;

/** An entry of another service. */
export const post: RulesOf<"ledger.post"> = {
	$$strict: "remove",
	cause,
	kind: { type: "enum", values: KINDS },
	occurredAt: utc,
	orderId: { ...rules.id, optional: true },
	paymentId: { ...rules.id, optional: true },
	postings: {
		type: "array",
		max: LEGS_MAX,
		items: {
			type: "object",
			strict: "remove",
			props: {
				account,
				side: { type: "enum", values: ["debit", "credit"] },
				amount: { type: "number", max: Number.MAX_SAFE_INTEGER },
			},
		},
	},
};

/** Which entries are asked for. */
export const entries: RulesOf<"ledger.entries"> = {
	$$strict: "remove",
	cause: { ...cause, optional: true },
	account: { ...account, optional: true },
	orderId: { ...rules.id, optional: true },
	paymentId: { ...rules.id, optional: true },
	limit: rules.limit,
	cursor: rules.cursor,
};

/** Which accounts are asked for. */
export const accounts: RulesOf<"ledger.accounts"> = {
	$$strict: "remove",
	parent: { ...account, optional: true },
	limit: rules.limit,
	cursor: rules.cursor,
};

/** Whose balance, and when. */
export const balance: RulesOf<"ledger.balance"> = {
	$$strict: "remove",
	account,
	at: { ...instant, optional: true },
};

/** The end of the chain as it was noted outside. */
export const verify: RulesOf<"ledger.verify"> = {
	$$strict: "remove",
	anchorSequence: { type: "number", integer: true, min: 1, max: Number.MAX_SAFE_INTEGER, optional: true },
	anchorHash: { ...hash, optional: true },
};

/** Page of an audit. */
export const audit: RulesOf<"ledger.audit"> = {
	$$strict: "remove",
	by: { type: "enum", values: ["order", "payment"] },
	limit: rules.auditPage.limit,
	cursor: rules.cursor,
};
