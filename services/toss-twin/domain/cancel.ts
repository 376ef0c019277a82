import { BANK_CODES } from "./codes.ts";
import { DAY_MS } from "./dates.ts";
import { VendorRefusal } from "./errors.ts";
import { movementOf } from "./payment.ts";
import type { CancelRecord, Method, Mint, Outcome, PaymentRecord, PaymentStatus, RefundAccount } from "./payment.ts";

export interface CancelRequest {
	readonly cancelReason: string;
	readonly cancelAmount: number | null;
	readonly taxFreeAmount: number | null;
	readonly taxExemptionAmount: number | null;
	readonly refundableAmount: number | null;
	readonly currency: string | null;
	readonly refundAccount: RefundAccount | null;
	readonly cancelRequestId: string | null;
}

const CANCELABLE: ReadonlySet<PaymentStatus> = new Set(["DONE", "PARTIAL_CANCELED", "WAITING_FOR_DEPOSIT"]);
const REFUND_DAYS: Partial<Record<Method, number>> = { TRANSFER: 180, VIRTUAL_ACCOUNT: 365 };

/** Gives money back, all that is left or a part of it; the order of the checks is the order in which refusals win. */
export function cancel(payment: PaymentRecord, request: CancelRequest, mint: Mint, now: number): Outcome {
	assertCancelable(payment);
	const amount = request.cancelAmount ?? payment.balance;
	checkAmount(payment, request, amount);
	checkMethodRules(payment, request, amount, now);
	const entry = cancelEntry(payment, request, amount, mint.transactionKey(), now);
	const wasPaid = payment.status !== "WAITING_FOR_DEPOSIT";
	const after: PaymentRecord = {
		...payment,
		status: entry.balanceAfter === 0 && payment.cancels.length === 0 ? "CANCELED" : "PARTIAL_CANCELED",
		balance: entry.balanceAfter,
		taxFreeAmount: payment.taxFreeAmount - entry.taxFreeAmount,
		taxExemptionAmount: payment.taxExemptionAmount - entry.taxExemptionAmount,
		lastTransactionKey: entry.transactionKey,
		cancels: [...payment.cancels, entry],
		virtualAccount: refundedAccount(payment, request, wasPaid),
	};
	const kind = wasPaid ? "refund" : "void";
	return { payment: after, movement: movementOf(after, kind, entry.transactionKey, amount, now), notify: true };
}

function assertCancelable(payment: PaymentRecord): void {
	if (payment.status === "CANCELED") throw new VendorRefusal("ALREADY_CANCELED_PAYMENT");
	if (!CANCELABLE.has(payment.status)) throw new VendorRefusal("NOT_CANCELABLE_PAYMENT");
}

function checkAmount(payment: PaymentRecord, request: CancelRequest, amount: number): void {
	if (request.currency !== null && request.currency !== "KRW") throw new VendorRefusal("INVALID_CURRENCY");
	if (request.refundableAmount !== null && request.refundableAmount !== payment.balance)
		throw new VendorRefusal("NOT_MATCHES_REFUNDABLE_AMOUNT");
	if (payment.balance === 0 || amount > payment.balance) throw new VendorRefusal("NOT_CANCELABLE_AMOUNT");
}

function checkMethodRules(payment: PaymentRecord, request: CancelRequest, amount: number, now: number): void {
	const isPartial = amount < payment.balance;
	const isWaiting = payment.status === "WAITING_FOR_DEPOSIT";
	if (isWaiting && isPartial) throw new VendorRefusal("NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT");
	if (isPartial && forbidsPartial(payment)) throw new VendorRefusal("NOT_ALLOWED_PARTIAL_REFUND");
	if (isTooLate(payment, now)) throw new VendorRefusal("EXCEED_MAX_REFUND_DUE");
	checkRefundAccount(request.refundAccount, payment.method === "VIRTUAL_ACCOUNT" && !isWaiting);
}

function isTooLate(payment: PaymentRecord, now: number): boolean {
	const days = payment.method === null ? undefined : REFUND_DAYS[payment.method];
	return days !== undefined && payment.approvedAt !== null && now > payment.approvedAt + days * DAY_MS;
}

function forbidsPartial(payment: PaymentRecord): boolean {
	return !payment.isPartialCancelable || (payment.card !== null && payment.taxExemptionAmount > 0);
}

function checkRefundAccount(account: RefundAccount | null, isNeeded: boolean): void {
	if (isNeeded && account === null) throw new VendorRefusal("INVALID_REFUND_ACCOUNT_INFO");
	if (account === null) return;
	if (!isNeeded) throw new VendorRefusal("INVALID_REQUEST");
	if (!BANK_CODES.has(account.bankCode)) throw new VendorRefusal("INVALID_BANK");
	if (!/^\d{1,20}$/.test(account.accountNumber)) throw new VendorRefusal("INVALID_REFUND_ACCOUNT_NUMBER");
}

function cancelEntry(
	payment: PaymentRecord,
	request: CancelRequest,
	amount: number,
	transactionKey: string,
	now: number,
): CancelRecord {
	const untaxed = untaxedParts(payment, request, amount);
	return {
		transactionKey,
		amount,
		reason: request.cancelReason,
		...untaxed,
		balanceAfter: payment.balance - amount,
		at: now,
		cancelRequestId: request.cancelRequestId,
	};
}

/** How much of the cancelled amount carries no tax; the last cancel takes whatever is left of it. */
function untaxedParts(
	payment: PaymentRecord,
	request: CancelRequest,
	amount: number,
): Pick<CancelRecord, "taxFreeAmount" | "taxExemptionAmount"> {
	if (amount === payment.balance)
		return { taxFreeAmount: payment.taxFreeAmount, taxExemptionAmount: payment.taxExemptionAmount };
	const taxFreeAmount = request.taxFreeAmount ?? 0;
	const taxExemptionAmount = request.taxExemptionAmount ?? 0;
	const freeLeft = payment.taxFreeAmount - taxFreeAmount;
	const exemptLeft = payment.taxExemptionAmount - taxExemptionAmount;
	if (freeLeft < 0 || exemptLeft < 0 || taxFreeAmount + taxExemptionAmount > amount)
		throw new VendorRefusal("INVALID_REQUEST");
	// What is left to cancel cannot be less than its own untaxed part.
	if (freeLeft + exemptLeft > payment.balance - amount) throw new VendorRefusal("NOT_CANCELABLE_AMOUNT");
	return { taxFreeAmount, taxExemptionAmount };
}

function refundedAccount(
	payment: PaymentRecord,
	request: CancelRequest,
	wasPaid: boolean,
): PaymentRecord["virtualAccount"] {
	if (payment.virtualAccount === null || !wasPaid) return payment.virtualAccount;
	return { ...payment.virtualAccount, refundStatus: "COMPLETED", refundAccount: request.refundAccount };
}
