import { defineSaga } from "../../../mixins/saga.mixin.ts";
import { inventoryErrors } from "../../inventory/contract.ts";
import { orderErrors } from "../../order/contract.ts";
import { paymentErrors } from "../../payment/contract.ts";
import { pointsErrors } from "../../points/contract.ts";
import { hasGoods, linesOf, productsOf, reasonOf, type Checkout } from "../domain/checkout.ts";

const timeoutMs = 10_000;
/** A refund waits for the provider. */
const REFUND_TIMEOUT_MS = 30_000;

/** From an approved payment to a confirmed order, or back to a buyer who has lost nothing. */
export const checkout = defineSaga<Checkout>({
	name: "checkout",
	deadlineMs: 300_000,
	reference: ({ orderId }) => orderId,
	steps: [
		{
			name: "order",
			adopts: "order.created",
			compensation: {
				action: "order.abandon",
				params: ({ orderId }, _facts, _forwardId, errorCode) => ({ orderId, reason: reasonOf(errorCode) }),
				refusals: orderErrors,
				timeoutMs,
			},
		},
		{
			name: "payment",
			adopts: "payment.approved",
			compensation: {
				action: "payment.refund",
				params: ({ orderId, sagaId }, _facts, _forwardId, errorCode) => ({
					orderId,
					refundId: sagaId,
					cancelReason: reasonOf(errorCode),
				}),
				// Open: the provider has not said so yet.
				isDone: ({ outcome }) => outcome === "DONE",
				refusals: paymentErrors,
				timeoutMs: REFUND_TIMEOUT_MS,
			},
		},
		{
			name: "stock",
			isNeeded: hasGoods,
			action: "inventory.reserveOrder",
			params: ({ orderId, sagaId, items }) => ({ orderId, sagaId, items: linesOf(items) }),
			keep: ({ reservations }) => ({ reservationId: reservations[0]?.reservationId ?? null }),
			refusals: inventoryErrors,
			timeoutMs,
			compensation: {
				action: "inventory.releaseOrder",
				params: ({ orderId, items }) => ({ orderId, productIds: productsOf(items) }),
				refusals: inventoryErrors,
				timeoutMs,
			},
		},
		{
			name: "points",
			isNeeded: ({ isLate = false }) => !isLate,
			action: "points.earn",
			params: ({ orderId, userId, amount, items }) => ({ orderId, userId, amount, productIds: productsOf(items) }),
			keep: ({ points }) => ({ points }),
			refusals: pointsErrors,
			timeoutMs,
			compensation: {
				action: "points.revoke",
				params: ({ orderId, userId }) => ({ orderId, userId }),
				refusals: pointsErrors,
				timeoutMs,
			},
		},
		{
			name: "confirm",
			pivot: true,
			action: "order.confirm",
			params: ({ orderId, paymentId, amount }) => ({ orderId, payment: { paymentId, amount } }),
			refusals: orderErrors,
			timeoutMs,
			noCompensation: "The customer sees it. Its refusal is final: only an order that has ended refuses.",
		},
		{
			name: "dispatch",
			isNeeded: hasGoods,
			action: "inventory.confirmOrder",
			params: ({ orderId, items }) => ({ orderId, productIds: productsOf(items) }),
			refusals: inventoryErrors,
			timeoutMs,
			noCompensation: "The order is confirmed; goods come back by a refund.",
		},
	],
});
