import type { ProviderOutcome, ProviderPayment } from "../contract.ts";
import { declineText } from "./decline-texts.ts";
import { parseErrorCode, parsePayment } from "./provider-payment.ts";

/** What came back over the wire. `lost`: nothing usable did, whatever the provider may have done. */
export type ProviderAnswer =
	| { readonly kind: "answer"; readonly status: number; readonly body: unknown }
	| { readonly kind: "lost"; readonly code: LostCode };

/** Why an answer is missing. */
export type LostCode = "TIMEOUT" | "CONNECTION_LOST" | "CONNECTION_REFUSED" | "ANSWER_TOO_LARGE" | "ANSWER_UNREADABLE";

/** Which of the provider's refusals are final depends on what was asked. */
export type Operation = "confirm" | "cancel";

/**
 * Refusals after which no money has moved and none will, by what was asked. Everything that is not listed is unknown
 * (error catalogue: docs.tosspayments.com/reference/error-codes).
 */
export const FINAL_REFUSALS: Readonly<Record<Operation, readonly string[]>> = {
	confirm: [
		"REJECT_CARD_PAYMENT",
		"REJECT_CARD_COMPANY",
		"REJECT_ACCOUNT_PAYMENT",
		"REJECT_TOSSPAY_INVALID_ACCOUNT",
		"INVALID_REJECT_CARD",
		"INVALID_STOPPED_CARD",
		"INVALID_CARD_EXPIRATION",
		"INVALID_CARD_LOST_OR_STOLEN",
		"INVALID_CARD_NUMBER",
		"INVALID_CARD_INSTALLMENT_PLAN",
		"NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
		"NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN",
		"NOT_ALLOWED_POINT_USE",
		"EXCEED_MAX_CARD_INSTALLMENT_PLAN",
		"EXCEED_MAX_DAILY_PAYMENT_COUNT",
		"EXCEED_MAX_PAYMENT_AMOUNT",
		"EXCEED_MAX_AMOUNT",
		"EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
		"EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
		"EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT",
		"EXCEED_MAX_ONE_DAY_AMOUNT",
		"EXCEED_MAX_AUTH_COUNT",
		"BELOW_MINIMUM_AMOUNT",
		"RESTRICTED_TRANSFER_ACCOUNT",
		"INVALID_ACCOUNT_INFO_RE_REGISTER",
		"INVALID_PASSWORD",
		"INVALID_AUTHORIZE_AUTH",
		"INVALID_UNREGISTERED_SUBMALL",
		"NOT_REGISTERED_BUSINESS",
		"NOT_FOUND_TERMINAL_ID",
		"UNAPPROVED_ORDER_ID",
		"FDS_ERROR",
		"PAY_PROCESS_ABORTED",
		"INVALID_PAYMENT_KEY",
		"NOT_FOUND_PAYMENT_SESSION",
		"NOT_FOUND_PAYMENT",
		"INVALID_REQUEST",
		"FORBIDDEN_REQUEST",
	],
	cancel: [
		"REFUND_REJECTED",
		"EXCEED_MAX_REFUND_DUE",
		"EXCEED_CANCEL_LIMIT",
		"EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
		"NOT_CANCELABLE_PAYMENT",
		"NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
		"NOT_ALLOWED_PARTIAL_REFUND",
		"NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
		"INVALID_REFUND_ACCOUNT_INFO",
		"INVALID_REFUND_ACCOUNT_NUMBER",
		"INVALID_BANK",
		"FORBIDDEN_BANK_REFUND_REQUEST",
		"FORBIDDEN_CONSECUTIVE_REQUEST",
		"NOT_AVAILABLE_BANK",
		"NOT_FOUND_PAYMENT",
		"INVALID_REQUEST",
		"FORBIDDEN_REQUEST",
	],
};

/** Our own key or settings are wrong: nothing was done, but it is not for us to guess. */
export const CONFIGURATION_CODES: readonly string[] = [
	"UNAUTHORIZED_KEY",
	"INVALID_API_KEY",
	"INCORRECT_BASIC_AUTH_FORMAT",
	"INVALID_IDEMPOTENCY_KEY",
];

/** What the answer to a confirmation or cancellation means. */
export function outcomeOf(operation: Operation, answer: ProviderAnswer): ProviderOutcome {
	if (answer.kind === "lost") return unknown(answer.code);
	if (answer.status === 200) return accepted(parsePayment(answer.body));
	const code = parseErrorCode(answer.body);
	if (code === null) return unknown(`HTTP_${answer.status}`);
	if (CONFIGURATION_CODES.includes(code)) return { ...unknown(code), isConfiguration: true };
	if (isFinal(operation, answer.status, code)) return { outcome: "declined", code, message: declineText(code) };
	return unknown(code);
}

/** What the answer to a lookup says: the payment, certainly none, or nothing that can be relied on. */
export function foundIn(answer: ProviderAnswer): { found: ProviderPayment | null; isCertain: boolean; code?: string } {
	if (answer.kind === "lost") return { found: null, isCertain: false, code: answer.code };
	const found = answer.status === 200 ? parsePayment(answer.body) : null;
	if (found !== null) return { found, isCertain: true };
	const code = parseErrorCode(answer.body) ?? `HTTP_${answer.status}`;
	return { found: null, isCertain: answer.status === 404 && code === "NOT_FOUND_PAYMENT", code };
}

/** Whether the provider itself is in trouble, which is what the circuit breaker counts; refusals are not. */
export function isProviderFailure(answer: ProviderAnswer): boolean {
	return answer.kind === "lost" || answer.status >= 500;
}

function accepted(payment: ProviderPayment | null): ProviderOutcome {
	return payment === null ? unknown("ANSWER_UNREADABLE") : { outcome: "approved", payment };
}

/** A listed code counts only with the status of a refusal: a broken proxy in between may say anything. */
function isFinal(operation: Operation, status: number, code: string): boolean {
	return (status === 400 || status === 403 || status === 404) && FINAL_REFUSALS[operation].includes(code);
}

function unknown(code: string): Extract<ProviderOutcome, { outcome: "unknown" }> {
	return { outcome: "unknown", code, message: "결제 결과를 확인하고 있습니다.", isConfiguration: false };
}
