import type { Body } from "./body.ts";
import { vendorReader } from "./body.ts";
import { DAY_MS, seoulIso } from "./dates.ts";
import { VendorRefusal } from "./errors.ts";
import { ORDER_ID } from "./requests.ts";

/** A cash receipt or its cancel, as the Twin keeps it. The identity number is kept masked only. */
export interface CashReceipt {
	readonly receiptKey: string;
	readonly mId: string;
	readonly orderId: string;
	readonly orderName: string;
	readonly type: "소득공제" | "지출증빙";
	readonly transactionType: "CONFIRM" | "CANCEL";
	readonly amount: number;
	readonly remaining: number;
	readonly cancels: number;
	readonly taxFreeAmount: number;
	readonly issueNumber: string;
	readonly customerIdentityNumber: string;
	readonly requestedAt: number;
}

const BUSINESS_NUMBER = "1234567890";
const TYPES = ["소득공제", "지출증빙"] as const;

/** The body of `POST /v1/cash-receipts` as a record that has yet to get its key. */
export function newReceipt(
	body: Body,
	given: Pick<CashReceipt, "receiptKey" | "mId" | "issueNumber" | "requestedAt">,
): CashReceipt {
	const read = vendorReader(body);
	const amount = read.won("amount", 1);
	const identity = vendorReader(body, "INVALID_CASH_RECEIPT_INFO").text("customerIdentityNumber", 6, 30, /^\d+$/);
	const taxFreeAmount = read.optionalWon("taxFreeAmount", 0) ?? 0;
	if (taxFreeAmount > amount) throw new VendorRefusal("INVALID_REQUEST");
	return {
		...given,
		amount,
		taxFreeAmount,
		orderId: read.text("orderId", 6, 64, ORDER_ID),
		orderName: read.text("orderName", 1, 100),
		type: vendorReader(body, "INVALID_CASH_RECEIPT_INFO").oneOf("type", TYPES),
		transactionType: "CONFIRM",
		remaining: amount,
		cancels: 0,
		customerIdentityNumber: `${identity.slice(0, 3)}${"*".repeat(identity.length - 5)}${identity.slice(-2)}`,
	};
}

/** Takes a receipt back, wholly or in part: the receipt after it, and the record of the cancel. */
export function cancelReceipt(
	receipt: CashReceipt,
	body: Body,
	now: number,
): { readonly receipt: CashReceipt; readonly cancel: CashReceipt } {
	if (receipt.transactionType === "CANCEL") throw new VendorRefusal("INVALID_REQUEST");
	const amount = vendorReader(body, "INVALID_REFUND_AMOUNT").optionalWon("amount", 1) ?? receipt.remaining;
	if (amount === 0 || amount > receipt.remaining) throw new VendorRefusal("INVALID_REFUND_AMOUNT");
	const cancels = receipt.cancels + 1;
	const suffix = cancels === 1 ? "" : `_${cancels}`;
	return {
		receipt: { ...receipt, remaining: receipt.remaining - amount, cancels },
		cancel: {
			...receipt,
			receiptKey: `c_${receipt.receiptKey}${suffix}`,
			transactionType: "CANCEL",
			amount,
			remaining: 0,
			taxFreeAmount: Math.min(amount, receipt.taxFreeAmount),
			requestedAt: now,
		},
	};
}

/** The vendor's CashReceipt object; the tax office takes a day to answer. */
export function receiptView(receipt: CashReceipt, baseUrl: string, now: number): Record<string, unknown> {
	return {
		receiptKey: receipt.receiptKey,
		issueNumber: receipt.issueNumber,
		issueStatus: now >= receipt.requestedAt + DAY_MS ? "COMPLETED" : "IN_PROGRESS",
		amount: receipt.amount,
		taxFreeAmount: receipt.taxFreeAmount,
		orderId: receipt.orderId,
		orderName: receipt.orderName,
		type: receipt.type,
		transactionType: receipt.transactionType,
		businessNumber: BUSINESS_NUMBER,
		customerIdentityNumber: receipt.customerIdentityNumber,
		failure: null,
		requestedAt: seoulIso(receipt.requestedAt),
		receiptUrl: `${baseUrl}/twin/receipts/${receipt.receiptKey}`,
	};
}
