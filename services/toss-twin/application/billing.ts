import type { Caller } from "../domain/auth.ts";
import type { Body } from "../domain/body.ts";
import { vendorReader } from "../domain/body.ts";
import { instalmentMonths, maskedCard } from "../domain/card.ts";
import type { MaskedCard } from "../domain/card.ts";
import { approve, issuerRefusal } from "../domain/confirm.ts";
import { VendorRefusal } from "../domain/errors.ts";
import { isTaken, newPayment } from "../domain/payment.ts";
import type { CardRecord, PaymentRecord } from "../domain/payment.ts";
import { CUSTOMER_KEY, ORDER_ID } from "../domain/requests.ts";
import type { Core } from "./core.ts";
import { claimClientKey, recordNew } from "./core.ts";
import type { BillingAuth, BillingKey } from "./ports.ts";

const CUSTOMER_KEY_MAX = 300;

/** Turns the key of a finished billing window into a billing key, once. */
export function issueByAuthKey(core: Core, caller: Caller, body: Body): BillingKey {
	const read = vendorReader(body);
	const authKey = read.text("authKey", 1, 300);
	const customerKey = read.text("customerKey", 2, CUSTOMER_KEY_MAX);
	const auth = core.records.findAuth(authKey);
	if (auth?.usedAt !== null) throw new VendorRefusal("INVALID_BILLING_AUTH");
	if (auth.customerKey !== customerKey) throw new VendorRefusal("NOT_MATCHES_CUSTOMER_KEY");
	if (!claimClientKey(core, auth.clientKey, caller.mId)) throw new VendorRefusal("INVALID_BILLING_AUTH");
	const now = core.clock.now();
	core.records.saveAuth({ ...auth, usedAt: now });
	const card = auth.method === "CARD" ? { number: "94100012****789*", issuerCode: "21" } : null;
	return saveKey(core, caller, customerKey, card);
}

/** Issues a billing key for card details the merchant collected itself. */
export function issueByCard(core: Core, caller: Caller, body: Body): BillingKey {
	const customerKey = vendorReader(body, "INVALID_CUSTOMER_KEY").text("customerKey", 2, CUSTOMER_KEY_MAX, CUSTOMER_KEY);
	return saveKey(core, caller, customerKey, maskedCard(body, core.clock.now()));
}

function saveKey(core: Core, caller: Caller, customerKey: string, card: MaskedCard | null): BillingKey {
	const key: BillingKey = {
		billingKey: `${core.mint.token(43)}=`,
		mId: caller.mId,
		customerKey,
		method: card === null ? "TRANSFER" : "CARD",
		issuedAt: core.clock.now(),
		cardNumber: card?.number ?? null,
		issuerCode: card?.issuerCode ?? null,
		removedAt: null,
	};
	core.records.saveBillingKey(key);
	return key;
}

/** Charges a billing key; there is no window, no confirm, and no webhook about the success. */
export function chargeBillingKey(
	core: Core,
	caller: Caller,
	billingKey: string,
	body: Body,
	decline: string | null,
): PaymentRecord {
	const read = vendorReader(body);
	const amount = read.won("amount", 1);
	const customerKey = read.text("customerKey", 2, CUSTOMER_KEY_MAX);
	const key = usableKey(core, caller, billingKey);
	if (key.customerKey !== customerKey) throw new VendorRefusal("NOT_MATCHES_CUSTOMER_KEY");
	const order = orderOf(core, caller, body);
	const card = key.cardNumber === null ? null : cardOf(core, body, amount, key.cardNumber, key.issuerCode);
	const method = card === null ? "TRANSFER" : "CARD";
	const payment = paymentFor(core, caller, { ...order, amount, customerKey, type: "BILLING", method, card });
	return take(core, payment, decline);
}

/** A payment with card details typed in at the merchant's, done at once. */
export function keyIn(core: Core, caller: Caller, body: Body, decline: string | null): PaymentRecord {
	const amount = vendorReader(body).won("amount", 1);
	const order = orderOf(core, caller, body);
	const { number, issuerCode } = maskedCard(body, core.clock.now());
	const card = cardOf(core, body, amount, number, issuerCode);
	return take(core, paymentFor(core, caller, { ...order, amount, method: "CARD", card }), decline);
}

function take(core: Core, payment: PaymentRecord, decline: string | null): PaymentRecord {
	const refusal = decline ?? issuerRefusal(payment);
	if (refusal !== null) throw new VendorRefusal(refusal);
	return recordNew(core, approve(payment, core.mint, core.clock.now()));
}

type Given = Pick<PaymentRecord, "orderId" | "orderName" | "amount" | "method" | "card"> & Partial<PaymentRecord>;

function paymentFor(core: Core, caller: Caller, given: Given): PaymentRecord {
	const now = core.clock.now();
	const paymentKey = core.mint.paymentKey(caller.mId, now);
	return newPayment({ ...given, paymentKey, mId: caller.mId, status: "IN_PROGRESS", requestedAt: now });
}

/** The order a charge is for; the vendor takes each order id once. */
export function orderOf(
	core: Core,
	caller: Caller,
	body: Body,
): Pick<PaymentRecord, "orderId" | "orderName" | "taxFreeAmount"> {
	const read = vendorReader(body);
	const orderId = read.text("orderId", 6, 64, ORDER_ID);
	const orderName = read.text("orderName", 1, 100);
	const taxFreeAmount = read.optionalWon("taxFreeAmount", 0) ?? 0;
	if (taxFreeAmount > read.won("amount", 1)) throw new VendorRefusal("INVALID_REQUEST");
	assertFreeOrder(core, caller.mId, orderId);
	return { orderId, orderName, taxFreeAmount };
}

/** Refuses an order id that is paid or waits for a deposit. */
export function assertFreeOrder(core: Core, mId: string, orderId: string): void {
	const other = core.payments.findByOrder(orderId, mId);
	if (other !== null && isTaken(other)) throw new VendorRefusal("DUPLICATED_ORDER_ID");
}

function cardOf(core: Core, body: Body, amount: number, number: string, issuerCode: string | null): CardRecord {
	return {
		number,
		issuerCode: issuerCode ?? "41",
		installmentPlanMonths: instalmentMonths(body, amount),
		approveNo: core.mint.digits(8),
		cardType: "신용",
		ownerType: "개인",
	};
}

function usableKey(core: Core, caller: Caller, billingKey: string): BillingKey {
	const key = core.records.findBillingKey(billingKey);
	if (key?.mId !== caller.mId) throw new VendorRefusal("NOT_FOUND_BILLING");
	if (key.removedAt !== null) throw new VendorRefusal("ALREADY_REMOVED_BILLING_KEY");
	return key;
}

/** Removes a billing key for good and tells the merchant. */
export function removeBillingKey(core: Core, caller: Caller, billingKey: string): void {
	const key = usableKey(core, caller, billingKey);
	core.records.saveBillingKey({ ...key, removedAt: core.clock.now() });
	core.announcer.billingDeleted(billingKey, caller.mId);
}

/** A finished billing window: the buyer agreed to be charged later. */
export function openBillingAuth(core: Core, given: Omit<BillingAuth, "authKey" | "usedAt">): BillingAuth {
	const auth: BillingAuth = { ...given, authKey: `bln_${core.mint.token(36)}`, usedAt: null };
	core.records.saveAuth(auth);
	return auth;
}
