import type { Caller } from "../domain/auth.ts";
import type { Body } from "../domain/body.ts";
import { issueAccount, issuerRefusal } from "../domain/confirm.ts";
import { ControlRefusal, VendorRefusal } from "../domain/errors.ts";
import { newPayment } from "../domain/payment.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import { accountRequest, deposit, depositError } from "../domain/virtual-account.ts";
import type { Deposit } from "../domain/virtual-account.ts";
import { assertFreeOrder } from "./billing.ts";
import type { Core } from "./core.ts";
import { record, recordNew } from "./core.ts";

/** Issues an account number without a payment window. */
export function openAccount(core: Core, caller: Caller, body: Body, decline: string | null): PaymentRecord {
	const now = core.clock.now();
	const { accountKey, bankCode, dueAt, ...order } = accountRequest(body, now);
	assertFreeOrder(core, caller.mId, order.orderId);
	const payment = newPayment({
		...order,
		paymentKey: core.mint.paymentKey(caller.mId, now),
		mId: caller.mId,
		requestedAt: now,
		method: "VIRTUAL_ACCOUNT",
	});
	const refusal = decline ?? issuerRefusal(payment);
	if (refusal !== null) throw new VendorRefusal(refusal);
	const accountType = accountKey === null ? "일반" : "고정";
	return recordNew(core, issueAccount(payment, core.mint, now, { accountType, bankCode, dueAt }));
}

/** Who the deposit is for, and whether it is one or the bank's taking it back. */
export interface DepositOrder extends Deposit {
	readonly paymentKey: string | null;
	readonly orderId: string | null;
	readonly mId: string;
	readonly isError: boolean;
}

/** Plays a deposit into a virtual account, or the bank's error afterwards. */
export function playDeposit(core: Core, order: DepositOrder): PaymentRecord {
	const payment =
		order.paymentKey === null
			? core.payments.findByOrder(order.orderId ?? "", order.mId)
			: core.payments.find(order.paymentKey);
	if (payment === null) throw new ControlRefusal(404, "PAYMENT_NOT_FOUND", "There is no such payment.");
	const now = core.clock.now();
	const outcome = order.isError ? depositError(payment, core.mint, now) : deposit(payment, order, core.mint, now);
	return record(core, outcome);
}
