import type { Core } from "../application/core.ts";
import type { BillingAuth } from "../application/ports.ts";
import type { Body } from "../domain/body.ts";
import { DEMO_CLIENT_KEY, DEMO_SECRET_KEY } from "../domain/auth.ts";
import { vendorMessage } from "../domain/error-catalogue.ts";
import { methodNames } from "../domain/payment.ts";
import type { Method, PaymentRecord } from "../domain/payment.ts";

/** The methods the payment window offers. */
export const PAGE_METHODS: readonly Method[] = ["CARD", "EASY_PAY", "TRANSFER", "VIRTUAL_ACCOUNT"];

/** What a person may let go wrong with the merchant's confirm; the fault list understands `fault`. */
export const PAGE_FAULTS: readonly { readonly value: string; readonly name: string; readonly fault: Body | null }[] = [
	{ value: "none", name: "정상 승인", fault: null },
	{ value: "lost", name: "승인되지만 응답이 사라짐", fault: { fault: "drop-after" } },
	{ value: "slow", name: "승인되지만 응답이 15초 늦음", fault: { fault: "slow", ms: 15_000 } },
	{ value: "limit", name: "한도 초과로 거절", fault: { fault: "decline", code: "REJECT_CARD_PAYMENT" } },
	{ value: "down", name: "승인 없이 서버 오류 (500)", fault: { fault: "error" } },
];

const statusWords: Readonly<Record<PaymentRecord["status"], string>> = {
	READY: "결제 대기",
	IN_PROGRESS: "승인 대기",
	WAITING_FOR_DEPOSIT: "입금 대기",
	DONE: "결제 완료",
	CANCELED: "취소 완료",
	PARTIAL_CANCELED: "부분 취소",
	ABORTED: "승인 실패",
	EXPIRED: "시간 만료",
};

/** What the overview page shows. */
export function homeModel(core: Core): Record<string, unknown> {
	return { baseUrl: core.baseUrl(), clientKey: DEMO_CLIENT_KEY, secretKey: DEMO_SECRET_KEY };
}

/** What the payment window and the receipt show; plain text only, the templates escape it. */
export function paymentModel(payment: PaymentRecord): Record<string, unknown> {
	return {
		orderName: payment.orderName,
		orderId: payment.orderId,
		paymentKey: payment.paymentKey,
		amount: wonText(payment.amount),
		balance: wonText(payment.balance),
		status: payment.status,
		statusWord: statusWords[payment.status],
		method: payment.method === null ? null : methodNames[payment.method],
		account: payment.virtualAccount === null ? null : payment.virtualAccount.accountNumber,
		chosen: payment.method ?? "CARD",
		methods: offered(payment.method).map((value) => ({ value, name: methodNames[value] })),
		faults: PAGE_FAULTS,
		failure: payment.failureCode === null ? null : vendorMessage(payment.failureCode, "ko"),
		action: `/v1/payments/${encodeURIComponent(payment.paymentKey)}/checkout`,
	};
}

/** What the merchant asked for; a card window knows easy pay too, and one that was not told offers everything. */
function offered(method: Method | null): readonly Method[] {
	if (method === null) return PAGE_METHODS;
	return method === "CARD" || method === "EASY_PAY" ? ["CARD", "EASY_PAY"] : [method];
}

/** What the billing window shows. */
export function billingModel(auth: BillingAuth): Record<string, unknown> {
	return {
		customerKey: auth.customerKey,
		method: methodNames[auth.method],
		isUsed: auth.usedAt !== null,
		action: `/twin/billing-windows/${encodeURIComponent(auth.authKey)}`,
	};
}

/** The origins a window's form may lead to. */
export function originsOf(urls: readonly (string | null)[]): string[] {
	return [...new Set(urls.flatMap((url) => (url === null ? [] : [new URL(url).origin])))];
}

function wonText(amount: number): string {
	return `${amount.toLocaleString("ko-KR")}원`;
}
