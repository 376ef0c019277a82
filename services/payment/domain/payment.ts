import type { Decider } from "../../shared/decider.ts";
import { unreachable } from "../../shared/errors.ts";
import { failed, giveUp, requestApproval } from "./approval.ts";
import { cancel, expire, voidUnpaid } from "./cancellation.ts";
import { evolve } from "./evolve.ts";
import {
	PaymentRejected,
	type KnownPayment,
	type Of,
	type Payment,
	type PaymentCommand,
	type PaymentEvent,
} from "./model.ts";
import { observe } from "./observation.ts";
import { refund } from "./refund.ts";
import { reversalRefused } from "./reversal.ts";

/** Rules of a payment: charged at most once, never more given back than was charged, nothing guessed. */
export const payment: Decider<Payment, PaymentCommand, PaymentEvent> = {
	initial: { status: "none" },
	decide(state, command) {
		if (command.type === "create") return state.status === "none" ? create(command) : [];
		if (state.status === "none") throw new PaymentRejected("PAYMENT_NOT_FOUND");
		return change(state, command);
	},
	evolve,
};

function change(state: KnownPayment, command: Exclude<PaymentCommand, { type: "create" }>): PaymentEvent[] {
	switch (command.type) {
		case "request-approval":
			return requestApproval(state, command);
		case "observe":
			return observe(state, command);
		case "refuse":
			return refuse(state, command);
		case "give-up":
			return giveUp(state);
		case "cancel":
			return cancel(state, command);
		case "refund":
			return refund(state, command);
		case "void":
			return voidUnpaid(state, command);
		case "expire":
			return expire(state);
		default:
			return unreachable(command);
	}
}

function create(command: Of<"create">): PaymentEvent[] {
	const { paymentId, orderId, userId, orderName, amount, expiresAt, now: createdAt } = command;
	return [
		{
			type: "payment.created",
			data: { paymentId, orderId, userId, orderName, amount, currency: "KRW", createdAt, expiresAt },
		},
	];
}

/** A refusal counts only for the request that is open; anything else is an echo. */
function refuse(state: KnownPayment, { providerIdempotencyKey, code, message, now }: Of<"refuse">): PaymentEvent[] {
	if (state.status === "APPROVING" && state.approvalKey === providerIdempotencyKey)
		return [failed(state, code, message)];
	if (state.cancellation?.providerIdempotencyKey !== providerIdempotencyKey)
		return reversalRefused(state, providerIdempotencyKey, now);
	const { paymentId, orderId } = state;
	return [{ type: "payment.cancel-failed", data: { paymentId, orderId, errorCode: code, errorMessage: message } }];
}
