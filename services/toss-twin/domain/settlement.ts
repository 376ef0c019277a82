import { DAY_MS, seoulDate, seoulIso } from "./dates.ts";
import { methodName } from "./payment-view.ts";
import type { Language } from "./error-catalogue.ts";
import type { Fault, FaultKind } from "./faults.ts";
import type { Method, Movement } from "./payment.ts";
import { taxOf } from "./payment.ts";

/** Our own price list: what the provider keeps, tax included, in basis points of the amount. */
const FEE_BPS: Readonly<Record<Method, number>> = {
	CARD: 308,
	EASY_PAY: 330,
	TRANSFER: 198,
	VIRTUAL_ACCOUNT: 0,
	MOBILE_PHONE: 385,
	CULTURE_GIFT_CERTIFICATE: 990,
	BOOK_GIFT_CERTIFICATE: 990,
	GAME_GIFT_CERTIFICATE: 990,
};
/** One deposit into a virtual account costs a fixed sum, and a refund of it does not give it back. */
const ACCOUNT_FEE = 440;
const PAYOUT_BUSINESS_DAYS = 2;

/** The provider's share of one movement in won, tax included, rounded down; never more than the amount. */
export function feeOf(movement: Pick<Movement, "kind" | "method" | "amount">): number {
	if (movement.method === "VIRTUAL_ACCOUNT")
		return movement.kind === "charge" ? Math.min(ACCOUNT_FEE, movement.amount) : 0;
	return Number((BigInt(movement.amount) * BigInt(FEE_BPS[movement.method])) / 10_000n);
}

/** The day the merchant is paid: two business days after the sale, Monday to Friday. */
export function payoutDate(soldDate: string): string {
	return businessDayAfter(soldDate, PAYOUT_BUSINESS_DAYS);
}

function businessDayAfter(day: string, count: number): string {
	let at = Date.parse(`${day}T00:00:00Z`);
	for (let left = count; left > 0;) {
		at += DAY_MS;
		const weekday = new Date(at).getUTCDay();
		if (weekday !== 0 && weekday !== 6) left--;
	}
	return new Date(at).toISOString().slice(0, 10);
}

/** The first and last day of sale whose payout falls within `[from, to]`; null when there is none. */
export function soldDaysPaidWithin(from: string, to: string): { readonly from: string; readonly to: string } | null {
	const days: string[] = [];
	// The payout never comes more than a week after the sale and grows with it, so only the edges need a look.
	for (const edge of [from, to]) {
		const at = Date.parse(`${edge}T00:00:00Z`);
		for (let back = 8; back >= 0; back--) days.push(new Date(at - back * DAY_MS).toISOString().slice(0, 10));
	}
	const within = days.filter((day) => payoutDate(day) >= from && payoutDate(day) <= to).sort();
	const [first] = within;
	const last = within.at(-1);
	return first === undefined || last === undefined ? null : { from: first, to: last };
}

/** What a faulty provider reports of one movement: nothing, twice, another fee (in won), or a business day late. */
export function faultySettlement(
	view: Record<string, unknown>,
	fault: Pick<Fault, "fault" | "amount"> | null,
): Record<string, unknown>[] {
	if (fault === null) return [view];
	const fee = fault.amount ?? 1;
	const late = businessDayAfter(String(view["paidOutDate"]), 1);
	const rows: Partial<Record<FaultKind, Record<string, unknown>[]>> = {
		"settlement-missing": [],
		"settlement-duplicate": [view, view],
		"settlement-fee": [{ ...view, fees: [{ type: "BASE", fee }], payOutAmount: Number(view["amount"]) - fee }],
		"settlement-late": [{ ...view, paidOutDate: late }],
	};
	return rows[fault.fault] ?? [view];
}

/** The vendor's Settlement object; money given back is negative. */
export function settlementView(movement: Movement, approvedAt: number, language: Language): Record<string, unknown> {
	const sign = movement.kind === "refund" ? -1 : 1;
	const fee = feeOf(movement);
	const tax = taxOf(fee, 0, 0);
	const soldDate = seoulDate(movement.at);
	return {
		mId: movement.mId,
		paymentKey: movement.paymentKey,
		transactionKey: movement.transactionKey,
		orderId: movement.orderId,
		currency: "KRW",
		method: methodName(movement.method, language),
		amount: sign * movement.amount,
		interestFee: 0,
		fees: [{ type: "BASE", fee: signed(sign, fee) }],
		suppliedAmount: signed(sign, tax.suppliedAmount),
		vat: signed(sign, tax.vat),
		payOutAmount: sign * (movement.amount - fee),
		approvedAt: seoulIso(approvedAt),
		soldDate,
		paidOutDate: payoutDate(soldDate),
		cancel:
			movement.kind === "refund" ? { transactionKey: movement.transactionKey, cancelAmount: movement.amount } : null,
	};
}

/** JSON has no use for a negative zero. */
function signed(sign: number, value: number): number {
	return value === 0 ? 0 : sign * value;
}

/** The vendor's Transaction object; a cancel's amount is negative. */
export function transactionView(movement: Movement, baseUrl: string, language: Language): Record<string, unknown> {
	return {
		mId: movement.mId,
		transactionKey: movement.transactionKey,
		paymentKey: movement.paymentKey,
		orderId: movement.orderId,
		method: methodName(movement.method, language),
		customerKey: movement.customerKey,
		useEscrow: movement.useEscrow,
		receiptUrl: `${baseUrl}/twin/receipts/${movement.paymentKey}`,
		status: movement.status,
		transactionAt: seoulIso(movement.at),
		currency: "KRW",
		amount: movement.kind === "refund" || movement.kind === "void" ? -movement.amount : movement.amount,
	};
}
