import { defineSaga } from "../../../mixins/saga/plan.ts";
import { orderErrors } from "../../../services/order/contract.ts";
import { paymentErrors } from "../../../services/payment/contract.ts";
import type { Request } from "./targets.ts";

const timeoutMs = 5_000;

/** A saga with every kind of step: adopted, compensated, not compensated, the point of no return, and beyond it. */
export const purchase = defineSaga<{ readonly orderId: string; readonly amount: number }>({
	name: "purchase",
	deadlineMs: 300_000,
	reference: ({ orderId }) => orderId,
	steps: [
		{
			name: "order",
			adopts: "order.created",
			compensation: {
				action: "order.cancel",
				params: ({ orderId }, _facts, forwardId) => ({ orderId, reason: forwardId }),
				refusals: orderErrors,
				timeoutMs,
			},
		},
		{
			name: "charge",
			action: "payment.create",
			params: ({ orderId, amount }) => ({ orderId, userId: "USR_1", orderName: "x", amount, expiresAt: "" }),
			refusals: paymentErrors,
			timeoutMs,
			compensation: {
				action: "payment.void",
				params: ({ orderId }, _facts, forwardId) => ({ orderId, reason: forwardId }),
				refusals: paymentErrors,
				timeoutMs,
			},
		},
		{
			name: "terms",
			action: "order.terms",
			params: ({ orderId }) => ({ orderId }),
			refusals: orderErrors,
			timeoutMs,
			noCompensation: "It only reads.",
		},
		{
			name: "stock",
			action: "payment.expire",
			params: ({ orderId }) => ({ orderId }),
			refusals: paymentErrors,
			timeoutMs,
			compensation: {
				action: "payment.void",
				params: ({ orderId }, _facts, forwardId) => ({ orderId, reason: forwardId }),
				refusals: paymentErrors,
				timeoutMs,
			},
		},
		{
			name: "confirm",
			pivot: true,
			action: "payment.confirm",
			params: ({ orderId, amount }) => ({ paymentKey: "key", orderId, amount }),
			refusals: paymentErrors,
			timeoutMs,
			noCompensation: "It is the point of no return; its refusal is final.",
		},
		{
			name: "announce",
			action: "order.history",
			params: ({ orderId }) => ({ orderId }),
			refusals: orderErrors,
			timeoutMs,
			noCompensation: "It lies beyond the point of no return.",
		},
	],
});

/** What the compensations of a purchase say that they undo. */
export function undoes({ params }: Request): string {
	return (params as { readonly reason: string }).reason;
}
