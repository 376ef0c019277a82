import { unreachable } from "../../shared/errors.ts";
import type { PaymentView } from "../../payment/contract.ts";
import type { CancelCause } from "../contract.ts";
import type { OrderCommand, PlacedOrder } from "../domain/model.ts";

/** The payment of an order as its ending sees it. */
export interface OrderPayment {
	void(orderId: string, reason: string): Promise<PaymentView>;
	expire(orderId: string): Promise<PaymentView>;
	/** Everything that is left; `requestedAt` (ISO 8601) tells wishes of the customer apart. */
	refund(orderId: string, reason: string, requestedAt: string): Promise<PaymentView>;
}

/** Changes one order on behalf of one request; `step` names a command within it. */
export type TellOrder = (step: string, command: OrderCommand) => Promise<PlacedOrder>;

/** The payment service's own word that the order's payment cannot end like this. */
export const PAYMENT_REFUSALS: readonly string[] = [
	"PAYMENT_NOT_FOUND",
	"PAYMENT_IN_PROGRESS",
	"INVALID_PAYMENT_STATE",
	"CANCEL_REFUSED",
	"CANCEL_AMOUNT_EXCEEDED",
];

/**
 * Asks the payment first and lets the order follow its word; the request is recorded already, so whatever is not
 * answered now is taken up by the sweep. The answer says whether the payment refused.
 */
export async function carryCancel(
	state: PlacedOrder,
	payment: OrderPayment,
	tell: TellOrder,
	now: string,
): Promise<{ readonly order: PlacedOrder; readonly isRefused: boolean }> {
	const { cancelRequest } = state;
	if (cancelRequest === null) return { order: state, isRefused: false };
	const { reason, cause } = cancelRequest;
	try {
		const { status } = await askPayment(state, cause, reason, payment);
		const isOver = status === "CANCELLED" || status === "EXPIRED";
		return { order: isOver ? await tell(":end", { type: "end", reason, now }) : state, isRefused: false };
	} catch (error) {
		const { type } = error as { readonly type?: unknown };
		if (typeof type !== "string" || !PAYMENT_REFUSALS.includes(type)) throw error;
		return { order: await tell(":refused", { type: "refuse-cancel", reason: type, now }), isRefused: true };
	}
}

function askPayment(
	{ status, orderId, updatedAt }: PlacedOrder,
	cause: CancelCause,
	reason: string,
	payment: OrderPayment,
): Promise<PaymentView> {
	if (status !== "PENDING") return payment.refund(orderId, reason, updatedAt);
	switch (cause) {
		case "CUSTOMER":
			return payment.void(orderId, reason);
		case "EXPIRY":
			return payment.expire(orderId);
		default:
			return unreachable(cause);
	}
}
