import { defineSaga, saga } from "../../../mixins/saga.mixin.ts";
import { inventoryErrors } from "../../../services/inventory/contract.ts";
import { pointsErrors } from "../../../services/points/contract.ts";

/** What the saga is about; amount in won. */
export interface Goodwill {
	/** `ORD_…`, because stock and points are kept by order; a present has an id of its own. */
	readonly caseId: string;
	readonly userId: string;
	readonly productId: string;
	readonly amount: number;
}

const timeoutMs = 5_000;

/** Says sorry: a present from the stock and points for it, both or neither. */
export const goodwill = defineSaga<Goodwill>({
	name: "goodwill",
	deadlineMs: 60_000,
	reference: ({ caseId }) => caseId,
	steps: [
		{
			name: "present",
			action: "inventory.reserve",
			params: ({ caseId, productId }) => ({ orderId: caseId, productId, quantity: 1 }),
			keep: ({ reservationId }) => ({ reservationId }),
			refusals: inventoryErrors,
			timeoutMs,
			compensation: {
				action: "inventory.release",
				params: ({ caseId, productId }) => ({ orderId: caseId, productId }),
				refusals: inventoryErrors,
				timeoutMs,
			},
		},
		{
			name: "points",
			action: "points.earn",
			params: ({ caseId, userId, amount }) => ({ orderId: caseId, userId, amount }),
			refusals: pointsErrors,
			timeoutMs,
			compensation: {
				action: "points.revoke",
				params: ({ caseId, userId }) => ({ orderId: caseId, userId }),
				refusals: pointsErrors,
				timeoutMs,
			},
		},
		{
			name: "parcel",
			pivot: true,
			action: "inventory.confirm",
			params: ({ caseId, productId }) => ({ orderId: caseId, productId }),
			refusals: inventoryErrors,
			timeoutMs,
			noCompensation: "The parcel is on its way; a reservation that was cancelled stays cancelled.",
		},
	],
});

/** The service that runs it: `this.sagas.of(goodwill).start(sagaId, input, context)` begins one. */
export default { name: "goodwill", mixins: [saga(goodwill)] };
