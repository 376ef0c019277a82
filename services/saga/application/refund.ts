import { defineSaga } from "../../../mixins/saga.mixin.ts";
import { inventoryErrors } from "../../inventory/contract.ts";
import { orderErrors } from "../../order/contract.ts";
import { paymentErrors } from "../../payment/contract.ts";
import { pointsErrors } from "../../points/contract.ts";
import { productsOf } from "../domain/checkout.ts";
import { hasGoodsToReturn, shareOf, type Refund } from "../domain/refund.ts";

const timeoutMs = 10_000;
/** The provider is asked meanwhile. */
const MONEY_TIMEOUT_MS = 30_000;
/** Nobody's wish for their money lapses because the platform was down. */
const DEADLINE_MS = 30 * 86_400_000;

const noCompensation = "The money is back; whatever follows from that is asked for until it is done.";

/** Gives money back and then takes back what went with it; if the provider will not, nothing has changed. */
export const refund = defineSaga<Refund>({
	name: "refund",
	deadlineMs: DEADLINE_MS,
	reference: ({ orderId }) => orderId,
	steps: [
		{
			name: "money",
			pivot: true,
			action: "payment.refund",
			params: ({ orderId, sagaId: refundId, cancelReason, cancelAmount, cancelledBy }) => ({
				orderId,
				refundId,
				cancelReason,
				...(cancelAmount === null ? {} : { cancelAmount }),
				...(cancelledBy === null ? {} : { cancelledBy }),
			}),
			isDone: ({ outcome }) => outcome === "DONE",
			keep: ({ amount, cancelledAmount, isFull }) => ({ amount, cancelledAmount, isFull }),
			refusals: paymentErrors,
			timeoutMs: MONEY_TIMEOUT_MS,
			noCompensation: "Only the provider can refuse, and money that is back cannot be fetched again.",
		},
		{
			name: "order",
			action: "order.followRefund",
			params: ({ orderId, cancelReason: reason }, { isFull }) => ({ orderId, reason, isFull: isFull === true }),
			// After a part of the money, an order that is still being confirmed has no points yet to take a part of.
			isDone: ({ status }) => status !== "CREATED" && status !== "PENDING" && status !== "PAID",
			keep: ({ wasConfirmed }) => ({ wasConfirmed }),
			refusals: orderErrors,
			timeoutMs,
			noCompensation,
		},
		{
			name: "points",
			action: "points.revoke",
			params: ({ orderId, userId }, facts) => ({ orderId, userId, ...shareOf(facts) }),
			keep: ({ points }) => ({ points }),
			refusals: pointsErrors,
			timeoutMs,
			noCompensation,
		},
		{
			name: "stock",
			isNeeded: hasGoodsToReturn,
			action: "inventory.restockOrder",
			params: ({ orderId, items }) => ({ orderId, productIds: productsOf(items) }),
			refusals: inventoryErrors,
			timeoutMs,
			noCompensation,
		},
	],
});
