import type { PointsMovement } from "../contract.ts";
import type { PointsEvent } from "../domain/model.ts";

/** The account's entry of an event; null for an event that moves nothing. */
export function movementOf(event: PointsEvent): PointsMovement | null {
	switch (event.type) {
		case "points.awarded": {
			const { orderId, points, balance: balanceAfter, awardedAt: createdAt } = event.data;
			return { orderId, type: "EARN", points, balanceAfter, createdAt };
		}
		case "points.revoked": {
			const { orderId, points, balance: balanceAfter, revokedAt: createdAt } = event.data;
			return { orderId, type: "REVOKE", points, balanceAfter, createdAt };
		}
		case "points.award-failed":
		case "points.award-cancelled":
			return null;
	}
}
