import type { Decider } from "../../shared/decider.ts";
import { unreachable } from "../../shared/errors.ts";
import { pointsFor } from "./earning.ts";
import type { Of, PointsAccount, PointsCommand, PointsEvent } from "./model.ts";

/** Rules of an account: points come and go in whole numbers, and what is taken back is never refused. */
export const account: Decider<PointsAccount, PointsCommand, PointsEvent> = {
	initial: { userId: null, balance: 0, earned: 0, revoked: 0, needsReview: false, last: null },
	decide(state, command) {
		switch (command.type) {
			case "earn":
				return earn(state, command);
			case "report-failure":
				return reportFailure(command);
			case "cancel-unearned":
				return cancelUnearned(command);
			case "revoke":
				return revoke(state, command);
			default:
				return unreachable(command);
		}
	},
	evolve(state, event) {
		const { userId } = event.data;
		switch (event.type) {
			case "points.awarded": {
				const { points } = event.data;
				return moved({ ...state, userId, earned: state.earned + points, last: event }, points);
			}
			case "points.revoked": {
				const { points } = event.data;
				return moved({ ...state, userId, revoked: state.revoked + points, last: event }, -points);
			}
			case "points.award-failed":
			case "points.award-cancelled":
				return { ...state, userId, last: event };
			default:
				return unreachable(event);
		}
	},
};

/** No points, no entry. */
function earn(state: PointsAccount, { userId, orderId, amount, rateBps, now: awardedAt }: Of<"earn">): PointsEvent[] {
	const points = pointsFor(amount, rateBps);
	if (points === 0) return [];
	const balance = state.balance + points;
	return [{ type: "points.awarded", data: { userId, orderId, points, balance, amount, rateBps, awardedAt } }];
}

function reportFailure({ userId, orderId, amount, reason, now: failedAt }: Of<"report-failure">): PointsEvent[] {
	return [{ type: "points.award-failed", data: { userId, orderId, amount, reason, failedAt } }];
}

function cancelUnearned({ userId, orderId, now: cancelledAt }: Of<"cancel-unearned">): PointsEvent[] {
	return [{ type: "points.award-cancelled", data: { userId, orderId, cancelledAt } }];
}

function revoke(state: PointsAccount, { userId, orderId, points, now: revokedAt }: Of<"revoke">): PointsEvent[] {
	const balance = state.balance - points;
	return [{ type: "points.revoked", data: { userId, orderId, points, balance, needsReview: balance < 0, revokedAt } }];
}

function moved(state: PointsAccount, points: number): PointsAccount {
	const balance = state.balance + points;
	return { ...state, balance, needsReview: balance < 0 };
}
