import type { Posting } from "../../../services/ledger/contract.ts";
import { chartAccountOf, chartPaths, movedBy, normalSideOf } from "../../../services/ledger/domain/chart.ts";
import { amountOf, isSameEntry, LEGS_MAX } from "../../../services/ledger/domain/entry.ts";
import { LedgerRejected } from "../../../services/ledger/domain/rejected.ts";
import * as rules from "../../../services/ledger/domain/rules.ts";
import { accountView, addTotals, changesOf, NOTHING } from "../../../services/ledger/domain/totals.ts";
import { entry, entryIdOf, NOW } from "./support.ts";

const debit = (account: string, amount: number): Posting => ({ account, side: "debit", amount });
const credit = (account: string, amount: number): Posting => ({ account, side: "credit", amount });

function refusal(postings: readonly Posting[]): string {
	try {
		entry("c-1", postings);
	} catch (error) {
		if (error instanceof LedgerRejected) return error.code;
		throw error;
	}
	return "none";
}

describe("a journal entry", () => {
	it("keeps its cause, its references and its legs, and has an id from its cause", () => {
		const made = entry("payment:PAY-1:3", rules.checkoutCharge(48_000));
		expect(made).toMatchObject({ cause: "payment:PAY-1:3", entryId: entryIdOf("payment:PAY-1:3"), occurredAt: NOW });
		expect(amountOf(made)).toBe(48_000);
	});

	it("may have many legs on a side", () => {
		const split = [
			debit("merchant:receivable", 48_000),
			credit("merchant:cash", 46_560),
			credit("merchant:fees", 1_440),
		];
		expect(amountOf(entry("c-1", split))).toBe(48_000);
	});

	it.each([
		["no leg", [], "LEDGER_ENTRY_EMPTY"],
		["too many legs", Array.from({ length: LEGS_MAX + 1 }, () => debit("checkout:cash", 1)), "LEDGER_ENTRY_EMPTY"],
		["a single leg", [debit("checkout:cash", 1)], "LEDGER_ENTRY_UNBALANCED"],
		["a won too much", [debit("checkout:cash", 10), credit("checkout:receivable", 11)], "LEDGER_ENTRY_UNBALANCED"],
		["both on one side", [debit("checkout:cash", 10), debit("checkout:receivable", 10)], "LEDGER_ENTRY_UNBALANCED"],
		["nothing", [debit("checkout:cash", 0), credit("checkout:receivable", 0)], "LEDGER_AMOUNT_INVALID"],
		["less than nothing", [debit("checkout:cash", -5), credit("checkout:receivable", -5)], "LEDGER_AMOUNT_INVALID"],
		["half a won", [debit("checkout:cash", 0.5), credit("checkout:receivable", 0.5)], "LEDGER_AMOUNT_INVALID"],
		["no number", [debit("checkout:cash", Number.NaN), credit("checkout:receivable", 1)], "LEDGER_AMOUNT_INVALID"],
		[
			"more than can be counted",
			[
				debit("checkout:cash", Number.MAX_SAFE_INTEGER),
				debit("checkout:cash", 2),
				credit("checkout:receivable", Number.MAX_SAFE_INTEGER),
				credit("checkout:receivable", 1),
			],
			"LEDGER_AMOUNT_INVALID",
		],
		["an account nobody knows", [debit("slush:fund", 1), credit("checkout:cash", 1)], "LEDGER_ACCOUNT_UNKNOWN"],
		["a name of the prototype", [debit("constructor", 1), credit("checkout:cash", 1)], "LEDGER_ACCOUNT_UNKNOWN"],
		["an owner where none may be", [debit("checkout:cash:x", 1), credit("checkout:cash", 1)], "LEDGER_ACCOUNT_UNKNOWN"],
		["an empty owner", [debit("escrow:held:", 1), credit("checkout:cash", 1)], "LEDGER_ACCOUNT_UNKNOWN"],
		["an owner below an owner", [debit("escrow:held:a:b", 1), credit("checkout:cash", 1)], "LEDGER_ACCOUNT_UNKNOWN"],
	])("of %s is refused", (_name, postings, code) => {
		expect(refusal(postings)).toBe(code);
	});

	it("says the same as another of its cause only with the same legs and references", () => {
		const made = entry("c-1", rules.checkoutCharge(100));
		expect(isSameEntry(made, entry("c-1", rules.checkoutCharge(100)))).toBe(true);
		expect(isSameEntry(made, entry("c-1", rules.checkoutCharge(101)))).toBe(false);
		expect(isSameEntry(made, entry("c-1", rules.checkoutRefund(100)))).toBe(false);
		expect(isSameEntry(made, { ...made, orderId: "ORD_9" })).toBe(false);
	});
});

describe("the chart of accounts", () => {
	it("has the accounts of checkout, merchant, points, stage and escrow in order", () => {
		expect([...chartPaths].sort()).toEqual(chartPaths);
		expect(new Set(chartPaths.map((path) => path.split(":")[0]))).toEqual(
			new Set(["checkout", "merchant", "points", "stage", "escrow"]),
		);
		expect(chartAccountOf("merchant:receivable").name).toBe("merchant_receivable");
		expect(chartAccountOf("merchant:cash").name).toBe("cash");
	});

	it("grows assets and expenses on the debit side, the others on the credit side", () => {
		expect((["asset", "expense", "liability", "income"] as const).map(normalSideOf)).toEqual([
			"debit",
			"debit",
			"credit",
			"credit",
		]);
	});

	it("moves the account above an owner's with it", () => {
		expect(movedBy("escrow:held")).toEqual(["escrow:held"]);
		expect(movedBy("escrow:held:ESC_1")).toEqual(["escrow:held", "escrow:held:ESC_1"]);
	});
});

describe("the posting rules", () => {
	const pairOf = (postings: readonly Posting[]) =>
		postings.map(({ account, side, amount }) => `${side} ${account} ${amount}`);

	it.each([
		["a checkout", rules.checkoutCharge, "debit checkout:receivable", "credit checkout:cash"],
		["its refund", rules.checkoutRefund, "debit checkout:cash", "credit checkout:receivable"],
		["a capture", rules.merchantCapture, "debit merchant:receivable", "credit merchant:cash"],
		["its refund", rules.merchantRefund, "debit merchant:cash", "credit merchant:receivable"],
		["points given", rules.pointsAward, "debit points:expense", "credit points:liability"],
		["points taken back", rules.pointsRevoke, "debit points:liability", "credit points:expense"],
	])("write %s as an equal pair", (_name, rule, left, right) => {
		expect(pairOf(rule(48_000))).toEqual([`${left} 48000`, `${right} 48000`]);
	});

	it("turn an entry round", () => {
		expect(rules.reversalOf(rules.merchantCapture(1)).map(({ side }) => side)).toEqual(["credit", "debit"]);
	});

	it("leave captured minus refunded of the order M900: 48,000 captured, 18,000 and 30,000 refunded", () => {
		const balance = (entries: Parameters<typeof changesOf>[0]) => {
			const change = changesOf(entries).find(({ account }) => account === "merchant:receivable") ?? NOTHING;
			return accountView("merchant:receivable", change).balance;
		};
		const captured = entry("c-1", rules.merchantCapture(48_000), "merchant.capture");
		const part = entry("c-2", rules.merchantRefund(18_000), "merchant.refund");
		const rest = entry("c-3", rules.merchantRefund(30_000), "merchant.refund");
		expect([balance([captured]), balance([captured, part]), balance([captured, part, rest])]).toEqual([
			48_000, 30_000, 0,
		]);
	});
});

describe("totals", () => {
	it("are kept per side, and the balance stands on the account's normal side", () => {
		expect(accountView("merchant:cash", { debits: 18_000, credits: 48_000 })).toEqual({
			account: "merchant:cash",
			name: "cash",
			type: "liability",
			normalSide: "credit",
			hasOwners: true,
			debits: 18_000,
			credits: 48_000,
			balance: 30_000,
			currency: "KRW",
		});
		expect(accountView("merchant:cash:M900", { debits: 5, credits: 0 })).toMatchObject({
			balance: -5,
			hasOwners: false,
		});
	});

	it("are not counted past what a number holds exactly", () => {
		const full = { debits: Number.MAX_SAFE_INTEGER, credits: 0 };
		expect(() => addTotals("checkout:cash", full, { debits: 1, credits: 0 })).toThrow("LEDGER_BALANCE_EXCEEDED");
	});
});
