import type { Posting } from "../contract.ts";
import type { AccountPath } from "./chart.ts";

/** An approved checkout: the provider owes what the customer paid. */
export function checkoutCharge(amount: number): readonly Posting[] {
	return pair("checkout:receivable", "checkout:cash", amount);
}

/** Money given back to the customer: exactly that amount of the charge, the other way round. */
export function checkoutRefund(amount: number): readonly Posting[] {
	return pair("checkout:cash", "checkout:receivable", amount);
}

/** A capture of the merchant interface: debit `merchant_receivable`, credit `cash`. */
export function merchantCapture(amount: number): readonly Posting[] {
	return pair("merchant:receivable", "merchant:cash", amount);
}

/** Its refund: debit `cash`, credit `merchant_receivable`. */
export function merchantRefund(amount: number): readonly Posting[] {
	return pair("merchant:cash", "merchant:receivable", amount);
}

/** Points a customer was given are owed to them; a point is a won. */
export function pointsAward(amount: number): readonly Posting[] {
	return pair("points:expense", "points:liability", amount);
}

/** Points taken back are no longer owed. */
export function pointsRevoke(amount: number): readonly Posting[] {
	return pair("points:liability", "points:expense", amount);
}

/** The same legs the other way round. */
export function reversalOf(postings: readonly Posting[]): readonly Posting[] {
	return postings.map(({ account, side, amount }) => ({
		account,
		side: side === "debit" ? "credit" : "debit",
		amount,
	}));
}

function pair(debit: AccountPath, credit: AccountPath, amount: number): readonly Posting[] {
	return [
		{ account: debit, side: "debit", amount },
		{ account: credit, side: "credit", amount },
	];
}
