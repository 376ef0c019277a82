import { VendorRefusal } from "./errors.ts";
import { movementOf } from "./payment.ts";
import type { Mint, Outcome, PaymentRecord, VirtualAccountRecord } from "./payment.ts";
import { assertConfirmable } from "./session.ts";

export interface ConfirmRequest {
	readonly paymentKey: string;
	readonly orderId: string;
	readonly amount: number;
}

const CARD_MINIMUM = 100;
const ACCOUNT_MINIMUM = 200;
const DEFAULT_VALID_HOURS = 168;
const HOUR_MS = 3_600_000;

/** Whether the merchant's words match the payment; refusals here leave it as it is. */
export function checkConfirm(payment: PaymentRecord, request: ConfirmRequest): void {
	if (payment.orderId !== request.orderId) throw new VendorRefusal("FORBIDDEN_REQUEST");
	assertConfirmable(payment);
	if (payment.amount !== request.amount) throw new VendorRefusal("INVALID_REQUEST");
}

/** Why the issuer would refuse this payment by itself; null when it would not. */
export function issuerRefusal(payment: PaymentRecord): string | null {
	const isAccount = payment.method === "TRANSFER" || payment.method === "VIRTUAL_ACCOUNT";
	return payment.amount < (isAccount ? ACCOUNT_MINIMUM : CARD_MINIMUM) ? "BELOW_MINIMUM_AMOUNT" : null;
}

/** Takes the money, or issues the account number the buyer will pay into. */
export function approve(payment: PaymentRecord, mint: Mint, now: number): Outcome {
	if (payment.method === "VIRTUAL_ACCOUNT") return issueAccount(payment, mint, now, null);
	const transactionKey = mint.transactionKey();
	const done: PaymentRecord = {
		...payment,
		status: "DONE",
		approvedAt: now,
		expiresAt: null,
		lastTransactionKey: transactionKey,
		card: payment.card ?? cardFor(payment, mint),
		easyPayProvider: payment.method === "EASY_PAY" ? (payment.easyPayProvider ?? "TOSSPAY") : null,
	};
	const movement = movementOf(done, "charge", transactionKey, done.amount, now);
	return { payment: done, movement, notify: payment.type === "NORMAL" };
}

/** The approval failed for good: the payment ends ABORTED and the merchant is told. */
export function abort(payment: PaymentRecord, code: string): Outcome {
	return {
		payment: { ...payment, status: "ABORTED", expiresAt: null, failureCode: code },
		movement: null,
		notify: true,
	};
}

/** Gives the payment an account number; money moves only with the deposit. */
export function issueAccount(
	payment: PaymentRecord,
	mint: Mint,
	now: number,
	given: Partial<VirtualAccountRecord> | null,
): Outcome {
	const transactionKey = mint.transactionKey();
	const waiting: PaymentRecord = {
		...payment,
		method: "VIRTUAL_ACCOUNT",
		status: "WAITING_FOR_DEPOSIT",
		expiresAt: null,
		lastTransactionKey: transactionKey,
		secret: mint.depositSecret(),
		virtualAccount: {
			accountType: "일반",
			accountNumber: `X${mint.digits(13)}`,
			bankCode: "20",
			customerName: payment.customerName ?? "구매자",
			dueAt: now + DEFAULT_VALID_HOURS * HOUR_MS,
			refundStatus: "NONE",
			refundAccount: null,
			depositorName: null,
			...given,
		},
	};
	return {
		payment: waiting,
		movement: movementOf(waiting, "issue", transactionKey, waiting.amount, now),
		notify: true,
	};
}

function cardFor(payment: PaymentRecord, mint: Mint): PaymentRecord["card"] {
	if (payment.method !== "CARD" && payment.method !== "EASY_PAY") return null;
	return {
		issuerCode: "41",
		number: "45184200****123*",
		installmentPlanMonths: 0,
		approveNo: mint.digits(8),
		cardType: "신용",
		ownerType: "개인",
	};
}

/** Keys of demonstrations that need no session: what the prefix promises. */
export type MagicOutcome = "ok" | "decline" | "timeout" | "late";

/** The outcome a `mock_…` payment key asks for; null for an ordinary key. */
export function magicOutcome(paymentKey: string): MagicOutcome | null {
	const match = /^mock_(ok|decline|timeout|late)_/.exec(paymentKey);
	return match === null ? null : (match[1] as MagicOutcome);
}
