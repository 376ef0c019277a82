import { seoulIso } from "./dates.ts";
import { vendorMessage } from "./error-catalogue.ts";
import type { Language } from "./error-catalogue.ts";
import { methodNames, taxOf } from "./payment.ts";
import type { CancelRecord, Method, PaymentRecord, VirtualAccountRecord } from "./payment.ts";

/** The version of the vendor's API that every answer names. */
export const API_VERSION = "2022-11-16";

/** What a view needs besides the payment. */
export interface ViewContext {
	readonly baseUrl: string;
	readonly language: Language;
	readonly now: number;
}

const providerNames: Readonly<Record<string, string>> = {
	TOSSPAY: "토스페이",
	NAVERPAY: "네이버페이",
	KAKAOPAY: "카카오페이",
	SAMSUNGPAY: "삼성페이",
	PAYCO: "페이코",
};

const englishWords: Readonly<Record<string, string>> = {
	신용: "CREDIT",
	체크: "CHECK",
	기프트: "GIFT",
	미확인: "UNKNOWN",
	개인: "PERSONAL",
	법인: "CORPORATE",
	일반: "GENERAL",
	고정: "FIXED",
};

/** Korean wire words, or their English form when the caller asked for English. */
export function word(text: string, language: Language): string {
	return language === "en" ? (englishWords[text] ?? text) : text;
}

/** The method's wire name. */
export function methodName(method: Method | null, language: Language): string | null {
	if (method === null) return null;
	return language === "en" ? method : methodNames[method];
}

/** The vendor's Payment object: always the same shape, parts that do not apply are null. */
export function paymentView(payment: PaymentRecord, context: ViewContext): Record<string, unknown> {
	const { paymentKey, balance, taxFreeAmount, taxExemptionAmount } = payment;
	const tax = taxOf(balance, taxFreeAmount, taxExemptionAmount);
	const receiptUrl = `${context.baseUrl}/twin/receipts/${paymentKey}`;
	return {
		version: API_VERSION,
		mId: payment.mId,
		paymentKey,
		lastTransactionKey: payment.lastTransactionKey,
		type: payment.type,
		orderId: payment.orderId,
		orderName: payment.orderName,
		currency: "KRW",
		method: methodName(payment.method, context.language),
		status: payment.status,
		requestedAt: seoulIso(payment.requestedAt),
		approvedAt: payment.approvedAt === null ? null : seoulIso(payment.approvedAt),
		totalAmount: payment.amount,
		balanceAmount: balance,
		suppliedAmount: tax.suppliedAmount,
		vat: tax.vat,
		taxFreeAmount,
		taxExemptionAmount,
		useEscrow: payment.useEscrow,
		cultureExpense: false,
		isPartialCancelable: payment.isPartialCancelable,
		country: "KR",
		...methodParts(payment, context, receiptUrl),
		cashReceipt: null,
		cashReceipts: null,
		discount: null,
		cancels: payment.cancels.length === 0 ? null : payment.cancels.map(cancelView),
		secret: payment.secret,
		failure: failureView(payment, context.language),
		metadata: payment.metadata,
		receipt: payment.approvedAt === null ? null : { url: receiptUrl },
		checkout: { url: `${context.baseUrl}/v1/payments/${paymentKey}/checkout` },
	};
}

function methodParts(payment: PaymentRecord, context: ViewContext, receiptUrl: string): Record<string, unknown> {
	return {
		card: cardView(payment, context.language),
		virtualAccount: accountView(payment, payment.virtualAccount, context),
		easyPay: easyPayView(payment, context.language),
		...simpleParts(payment, receiptUrl),
	};
}

/** Transfer, phone and gift certificate: little is known of them, and only once they are approved. */
function simpleParts(payment: PaymentRecord, receiptUrl: string): Record<string, unknown> {
	const settlementStatus = "INCOMPLETED";
	const none = { transfer: null, mobilePhone: null, giftCertificate: null };
	if (payment.approvedAt === null || payment.method === null) return none;
	if (payment.method === "TRANSFER") return { ...none, transfer: { bankCode: "88", settlementStatus } };
	if (payment.method === "MOBILE_PHONE")
		return { ...none, mobilePhone: { customerMobilePhone: "010****1234", settlementStatus, receiptUrl } };
	if (payment.method.endsWith("GIFT_CERTIFICATE"))
		return { ...none, giftCertificate: { approveNo: "00012345", settlementStatus } };
	return none;
}

function easyPayView(payment: PaymentRecord, language: Language): Record<string, unknown> | null {
	if (payment.easyPayProvider === null) return null;
	return { provider: providerName(payment.easyPayProvider, language), amount: 0, discountAmount: 0 };
}

function providerName(provider: string, language: Language): string {
	return language === "en" ? provider : (providerNames[provider] ?? provider);
}

function cardView(payment: PaymentRecord, language: Language): Record<string, unknown> | null {
	const { card } = payment;
	if (card === null) return null;
	return {
		amount: payment.amount,
		issuerCode: card.issuerCode,
		acquirerCode: card.issuerCode,
		number: card.number,
		installmentPlanMonths: card.installmentPlanMonths,
		isInterestFree: false,
		interestPayer: null,
		approveNo: card.approveNo,
		useCardPoint: false,
		cardType: word(card.cardType, language),
		ownerType: word(card.ownerType, language),
		acquireStatus: payment.balance === 0 ? "CANCELED" : "READY",
	};
}

function accountView(
	payment: PaymentRecord,
	account: VirtualAccountRecord | null,
	context: ViewContext,
): Record<string, unknown> | null {
	if (account === null) return null;
	return {
		accountType: word(account.accountType, context.language),
		accountNumber: account.accountNumber,
		bankCode: account.bankCode,
		customerName: account.customerName,
		dueDate: seoulIso(account.dueAt),
		refundStatus: account.refundStatus,
		expired: payment.status === "WAITING_FOR_DEPOSIT" && context.now >= account.dueAt,
		settlementStatus: "INCOMPLETED",
		refundReceiveAccount: account.refundAccount,
		depositorName: account.depositorName,
	};
}

/** One element of `cancels`. */
export function cancelView(entry: CancelRecord): Record<string, unknown> {
	return {
		transactionKey: entry.transactionKey,
		cancelAmount: entry.amount,
		cancelReason: entry.reason,
		taxFreeAmount: entry.taxFreeAmount,
		taxExemptionAmount: entry.taxExemptionAmount,
		refundableAmount: entry.balanceAfter,
		cardDiscountAmount: 0,
		transferDiscountAmount: 0,
		easyPayDiscountAmount: 0,
		canceledAt: seoulIso(entry.at),
		receiptKey: null,
		cancelStatus: "DONE",
		cancelRequestId: entry.cancelRequestId,
	};
}

function failureView(payment: PaymentRecord, language: Language): { code: string; message: string } | null {
	if (payment.failureCode === null) return null;
	return { code: payment.failureCode, message: vendorMessage(payment.failureCode, language) };
}
