import type { Body } from "./body.ts";
import { vendorReader } from "./body.ts";
import { bankCodeOf } from "./codes.ts";
import { DAY_MS, parseInstant } from "./dates.ts";
import { ControlRefusal, VendorRefusal } from "./errors.ts";
import { movementOf } from "./payment.ts";
import type { Mint, Outcome, PaymentRecord } from "./payment.ts";
import { ORDER_ID } from "./requests.ts";

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 168;
// Sources disagree on 720 and 2160 hours; the smaller one is safe under both.
const HOURS_MAX = 720;
const DUE_DAYS_MAX = 90;

export interface AccountRequest {
	readonly amount: number;
	readonly orderId: string;
	readonly orderName: string;
	readonly customerName: string;
	readonly bankCode: string;
	readonly dueAt: number;
	readonly accountKey: string | null;
	readonly taxFreeAmount: number;
	readonly useEscrow: boolean;
}

/** The body of `POST /v1/virtual-accounts`. */
export function accountRequest(body: Body, now: number): AccountRequest {
	const read = vendorReader(body);
	const amount = read.won("amount", 1);
	const taxFreeAmount = read.optionalWon("taxFreeAmount", 0) ?? 0;
	if (taxFreeAmount > amount) throw new VendorRefusal("INVALID_REQUEST");
	const bankCode = bankCodeOf(read.text("bank", 1, 20));
	if (bankCode === null) throw new VendorRefusal("INVALID_BANK");
	return {
		amount,
		taxFreeAmount,
		bankCode,
		orderId: read.text("orderId", 6, 64, ORDER_ID),
		orderName: read.text("orderName", 1, 100),
		customerName: read.text("customerName", 1, 100),
		accountKey: read.optionalText("accountKey", 1, 13),
		useEscrow: read.optionalBoolean("useEscrow") ?? false,
		dueAt: dueAtOf(body, now),
	};
}

/** The deposit is due after `validHours`, or on `dueDate` (a bare date counts to the end of its day). */
function dueAtOf(body: Body, now: number): number {
	const read = vendorReader(body);
	const hours = read.optionalWon("validHours", 1);
	const dueDate = read.optionalText("dueDate", 1, 40);
	if (hours !== null && dueDate !== null) throw new VendorRefusal("INVALID_VALID_HOURS_WITH_DUE_DATE_AND_SINGLE");
	if (dueDate !== null) return dueDay(dueDate, now);
	if (hours !== null && hours > HOURS_MAX) throw new VendorRefusal("EXCEED_MAX_VALID_HOURS");
	return now + (hours ?? DEFAULT_HOURS) * HOUR_MS;
}

function dueDay(dueDate: string, now: number): number {
	const at = parseInstant(dueDate.length === 10 ? `${dueDate}T23:59:59` : dueDate);
	if (at === null || at <= now) throw new VendorRefusal("INVALID_DATE");
	if (at > now + DUE_DAYS_MAX * DAY_MS) throw new VendorRefusal("EXCEED_MAX_DUE_DATE");
	return at;
}

/** What the buyer, or the bank, did. */
export interface Deposit {
	readonly amount: number | null;
	readonly depositorName: string | null;
}

/** The buyer pays into the account: only the exact amount, only in time. */
export function deposit(payment: PaymentRecord, given: Deposit, mint: Mint, now: number): Outcome {
	const account = payment.virtualAccount;
	if (account === null) throw new ControlRefusal(409, "NOT_A_VIRTUAL_ACCOUNT", "The payment has no account number.");
	if (payment.status !== "WAITING_FOR_DEPOSIT")
		throw new ControlRefusal(409, "NOT_WAITING_FOR_DEPOSIT", `The payment is ${payment.status}.`);
	if (now >= account.dueAt) throw new ControlRefusal(409, "DEPOSIT_TOO_LATE", "The account has expired.");
	if (given.amount !== null && given.amount !== payment.amount)
		throw new ControlRefusal(409, "DEPOSIT_AMOUNT_MISMATCH", "The bank only takes the exact amount.", "amount");
	const transactionKey = mint.transactionKey();
	const done: PaymentRecord = {
		...payment,
		status: "DONE",
		approvedAt: now,
		lastTransactionKey: transactionKey,
		virtualAccount: { ...account, depositorName: given.depositorName ?? account.customerName },
	};
	return { payment: done, movement: movementOf(done, "charge", transactionKey, payment.amount, now), notify: true };
}

/** The bank takes a deposit back: the payment waits again, and the money is gone. */
export function depositError(payment: PaymentRecord, mint: Mint, now: number): Outcome {
	if (payment.virtualAccount === null || payment.status !== "DONE")
		throw new ControlRefusal(
			409,
			"DEPOSIT_NOT_DONE",
			`There is no deposit to take back; the payment is ${payment.status}.`,
		);
	const transactionKey = mint.transactionKey();
	const waiting: PaymentRecord = {
		...payment,
		status: "WAITING_FOR_DEPOSIT",
		approvedAt: null,
		lastTransactionKey: transactionKey,
	};
	const movement = movementOf(waiting, "refund", transactionKey, payment.balance, now);
	return { payment: waiting, movement, notify: true };
}
