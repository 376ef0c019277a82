import type { Core } from "../application/core.ts";
import { openAccount } from "../application/accounts.ts";
import { chargeBillingKey, issueByAuthKey, issueByCard, keyIn, removeBillingKey } from "../application/billing.ts";
import type { BillingKey } from "../application/ports.ts";
import { cancelReceipt, newReceipt, receiptView } from "../domain/cash-receipt.ts";
import { seoulIso } from "../domain/dates.ts";
import { VendorRefusal } from "../domain/errors.ts";
import { methodName, word } from "../domain/payment-view.ts";
import type { Language } from "../domain/error-catalogue.ts";
import type { Route } from "./router.ts";
import type { VendorCall, VendorResult, VendorRoute } from "./vendor-call.ts";
import { paymentResult } from "./vendor-payments.ts";

const write = (
	pattern: string,
	operation: VendorRoute["operation"],
	handle: VendorRoute["handle"],
	method = "POST",
): Route<VendorRoute> => ({ method, pattern, target: { operation, isWrite: true, handle } });

/** Key-in, virtual accounts, billing and cash receipts. */
export const moreRoutes: readonly Route<VendorRoute>[] = [
	write("/v1/payments/key-in", "key-in", (core, call) =>
		paymentResult(core, call, keyIn(core, call.caller, call.body, call.decline)),
	),
	write("/v1/virtual-accounts", "virtual-account", (core, call) =>
		paymentResult(core, call, openAccount(core, call.caller, call.body, call.decline)),
	),
	write("/v1/billing/authorizations/issue", "billing-issue", issueAuth),
	write("/v1/billing/authorizations/card", "billing-issue", issueCard),
	write("/v1/billing/:billingKey", "billing-charge", charge),
	write("/v1/billing/:billingKey", "billing-delete", remove, "DELETE"),
	write("/v1/cash-receipts", "cash-receipt", issueReceipt),
	write("/v1/cash-receipts/:receiptKey/cancel", "cash-receipt-cancel", undoReceipt),
];

/** For calls in which a fault's refusal has nothing to end: it simply wins. */
function assertNotDeclined(call: VendorCall): void {
	if (call.decline !== null) throw new VendorRefusal(call.decline);
}

function issueAuth(core: Core, call: VendorCall): VendorResult {
	assertNotDeclined(call);
	return billingResult(issueByAuthKey(core, call.caller, call.body), call.language);
}

function issueCard(core: Core, call: VendorCall): VendorResult {
	assertNotDeclined(call);
	return billingResult(issueByCard(core, call.caller, call.body), call.language);
}

function charge(core: Core, call: VendorCall): VendorResult {
	const billingKey = call.params["billingKey"] ?? "";
	return paymentResult(core, call, chargeBillingKey(core, call.caller, billingKey, call.body, call.decline));
}

function remove(core: Core, call: VendorCall): VendorResult {
	assertNotDeclined(call);
	removeBillingKey(core, call.caller, call.params["billingKey"] ?? "");
	return { status: 200, body: undefined };
}

function billingResult(key: BillingKey, language: Language): VendorResult {
	const card =
		key.cardNumber === null
			? null
			: {
					issuerCode: key.issuerCode,
					acquirerCode: key.issuerCode,
					number: key.cardNumber,
					cardType: word("신용", language),
					ownerType: word("개인", language),
				};
	return {
		status: 200,
		body: {
			mId: key.mId,
			customerKey: key.customerKey,
			authenticatedAt: seoulIso(key.issuedAt),
			method: methodName(key.method, language),
			billingKey: key.billingKey,
			card,
			transfers: card === null ? [{ bankName: "신한", bankAccountNumber: "110*****5678" }] : null,
			easyPay: null,
			cardCompany: card === null ? null : "하나",
			cardNumber: key.cardNumber,
		},
	};
}

function issueReceipt(core: Core, call: VendorCall): VendorResult {
	assertNotDeclined(call);
	const now = core.clock.now();
	const receipt = newReceipt(call.body, {
		receiptKey: core.mint.token(32),
		mId: call.caller.mId,
		issueNumber: core.mint.digits(9),
		requestedAt: now,
	});
	core.records.insertReceipt(receipt);
	return { status: 200, body: receiptView(receipt, core.baseUrl(), now) };
}

function undoReceipt(core: Core, call: VendorCall): VendorResult {
	assertNotDeclined(call);
	const found = core.records.findReceipt(call.params["receiptKey"] ?? "");
	if (found?.mId !== call.caller.mId) throw new VendorRefusal("NOT_FOUND");
	const now = core.clock.now();
	const { receipt, cancel } = cancelReceipt(found, call.body, now);
	core.records.updateReceipt(receipt);
	core.records.insertReceipt(cancel);
	return { status: 200, body: receiptView(cancel, core.baseUrl(), now) };
}
