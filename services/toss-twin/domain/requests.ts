import type { Body, Reader } from "./body.ts";
import { controlReader, isBody, vendorReader } from "./body.ts";
import type { CancelRequest } from "./cancel.ts";
import { DEMO_CLIENT_KEY, isClientKey } from "./auth.ts";
import type { ConfirmRequest } from "./confirm.ts";
import { ControlRefusal } from "./errors.ts";
import { methodNames } from "./payment.ts";
import type { Method, RefundAccount } from "./payment.ts";

/** Ids of orders: the characters the vendor's browser and server agree on, and `=`. */
export const ORDER_ID = /^[A-Za-z0-9_=-]+$/;
export const CUSTOMER_KEY = /^[A-Za-z0-9_=.@-]+$/;
export const METHODS = Object.keys(methodNames) as Method[];
const REQUEST_ID = /^[A-Za-z0-9_=-]+$/;

/** The body of a confirm. */
export function confirmRequest(body: Body): ConfirmRequest {
	const read = vendorReader(body);
	return {
		paymentKey: read.text("paymentKey", 1, 200),
		orderId: read.text("orderId", 6, 64),
		amount: read.won("amount", 1),
	};
}

/** The body of a cancel. */
export function cancelRequest(body: Body): CancelRequest {
	const read = vendorReader(body);
	return {
		cancelReason: read.text("cancelReason", 1, 200),
		cancelAmount: read.optionalWon("cancelAmount", 1),
		taxFreeAmount: read.optionalWon("taxFreeAmount", 0),
		taxExemptionAmount: read.optionalWon("taxExemptionAmount", 0),
		refundableAmount: read.optionalWon("refundableAmount", 0),
		currency: read.optionalText("currency", 3, 3),
		refundAccount: refundAccount(read.optionalObject("refundReceiveAccount")),
		cancelRequestId: read.optionalText("cancelRequestId", 6, 64, REQUEST_ID),
	};
}

function refundAccount(body: Body | null): RefundAccount | null {
	if (body === null) return null;
	const read = vendorReader(body, "INVALID_REFUND_ACCOUNT_INFO");
	return {
		bankCode: read.text("bank", 1, 20),
		accountNumber: read.text("accountNumber", 1, 40),
		holderName: read.text("holderName", 1, 60),
	};
}

/** What a payment window is opened with. */
export interface SessionRequest {
	readonly clientKey: string | null;
	readonly orderId: string;
	readonly orderName: string;
	readonly amount: number;
	readonly method: Method | null;
	readonly successUrl: string | null;
	readonly failUrl: string | null;
	readonly customerKey: string | null;
	readonly customerName: string | null;
	readonly taxFreeAmount: number;
	readonly metadata: Readonly<Record<string, string>> | null;
}

/** The body of `POST /twin/sessions`: a flat amount in won, and a payment any secret key may claim. */
export function sessionRequest(body: Body, prefix = ""): SessionRequest {
	const read = controlReader(body, prefix);
	return { ...sessionFields(read), clientKey: clientKey(read), amount: read.won("amount", 1) };
}

/** The body the browser shim sends: the amount is `{currency, value}`, key and redirect addresses are required. */
export function browserSessionRequest(body: Body): SessionRequest {
	const read = controlReader(body);
	const fields = sessionFields(read);
	const key = clientKey(read) ?? read.refuse("clientKey", "is required");
	if (fields.successUrl === null) read.refuse("successUrl", "is required");
	if (fields.failUrl === null) read.refuse("failUrl", "is required");
	const amount = read.optionalObject("amount") ?? read.refuse("amount", "is required");
	const amountRead = controlReader(amount, "amount.");
	amountRead.oneOf("currency", ["KRW"]);
	return { ...fields, clientKey: key, amount: amountRead.won("value", 1) };
}

function sessionFields(read: Reader): Omit<SessionRequest, "clientKey" | "amount"> {
	return {
		orderId: read.text("orderId", 6, 64, ORDER_ID),
		orderName: read.text("orderName", 1, 100),
		method: read.optionalOneOf("method", METHODS),
		successUrl: webAddress(read, "successUrl"),
		failUrl: webAddress(read, "failUrl"),
		customerKey: read.optionalText("customerKey", 2, 50, CUSTOMER_KEY),
		customerName: read.optionalText("customerName", 1, 100),
		taxFreeAmount: read.optionalWon("taxFreeAmount", 0) ?? 0,
		metadata: metadata(read),
	};
}

function clientKey(read: Reader): string | null {
	const key = read.optionalText("clientKey", 1, 120);
	if (key === null || isClientKey(key)) return key;
	const hint = `must look like ${DEMO_CLIENT_KEY}`;
	if (/_g?sk_/.test(key)) throw new ControlRefusal(400, "INSECURE_KEY_USAGE", "A secret key must not reach a page.");
	return read.refuse("clientKey", hint);
}

/** An absolute http(s) address; anything else would make the payment page a way to run a script. */
export function webAddress(read: Reader, name: string): string | null {
	const text = read.optionalText(name, 1, 2000);
	if (text === null) return null;
	const url = URL.parse(text);
	if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
		return read.refuse(name, "must be an absolute http or https address");
	return url.href;
}

function metadata(read: Reader): Record<string, string> | null {
	const given = read.optionalObject("metadata");
	if (given === null) return null;
	const pairs = Object.entries(given);
	const isFine = pairs.length <= 5 && pairs.every(([key, value]) => isMetadataPair(key, value));
	if (!isFine)
		return read.refuse("metadata", "may have 5 pairs of text, keys up to 40 and values up to 2000 characters");
	return Object.fromEntries(pairs) as Record<string, string>;
}

function isMetadataPair(key: string, value: unknown): boolean {
	return key.length <= 40 && !/[[\]]/.test(key) && typeof value === "string" && value.length <= 2000;
}

/** A JSON array of objects, with a limit. */
export function bodyList(value: unknown, name: string, max: number): Body[] {
	if (!Array.isArray(value) || value.length === 0 || value.length > max || !value.every(isBody))
		throw new ControlRefusal(400, "VALIDATION_ERROR", `${name} must be a list of 1 to ${max} objects`, name);
	return value;
}
