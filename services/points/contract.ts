import type { AuditPage, AuditRequest } from "../shared/audit.ts";
import type { HttpStatus } from "../shared/errors.ts";

/** One entry of an account, in points; a purchase earns once and is taken back by its refunds, never more than it earned. */
export interface PointsMovement {
	orderId: string;
	type: "EARN" | "REVOKE";
	/** Always positive; `type` says which way. */
	points: number;
	balanceAfter: number;
	/** ISO 8601. */
	createdAt: string;
}

/** A person's points. `username` is null while the account service cannot be asked. */
export interface MyPoints {
	userId: string;
	username: string | null;
	balance: number;
	/** The newest 50, newest first. */
	history: readonly PointsMovement[];
}

/** What became of a purchase's points. */
export interface PointsOutcome {
	userId: string;
	orderId: string;
	/** Earned, or taken back so far; 0 when there was nothing to do. */
	points: number;
	balance: number;
}

/** One account's figures, counted again from its stored events. */
export interface PointsAudit {
	userId: string;
	isHolding: boolean;
	/** One sentence for each thing that is wrong, at most a few. */
	broken: readonly string[];
	balance: number;
	earned: number;
	revoked: number;
	events: number;
}

/** What one event did to a purchase's points. */
export interface PointsGrant {
	orderId: string;
	userId: string;
	kind: "AWARDED" | "REVOKED";
	points: number;
	/** The points that the amount (won) and the rate of an award come to; those of the event for what was taken back. */
	due: number;
	/** Won; null for what was taken back. */
	amount: number | null;
}

/** Actions of the points service; see the folder's README for who may call what. */
export interface PointsActions {
	/**
	 * Internal: points of a purchase, once per order; `amount` in won. After `revoke` it is refused with COMMAND_CANCELLED.
	 * `productIds` only serve the failures that tests ask for.
	 */
	"points.earn": {
		params: { userId: string; orderId: string; amount: number; productIds?: string[] };
		result: PointsOutcome;
	};
	/**
	 * Internal: takes back what the order earned, once; without anything earned a late `earn` is refused. After a part of
	 * the money went back, `cancelledAmount` of `amount` (won), that share of the points, rounded down; each refund takes
	 * what is missing to its share, in whatever order they come. Answers all that was taken back for the order.
	 */
	"points.revoke": {
		params: { userId: string; orderId: string; cancelledAmount?: number; amount?: number };
		result: PointsOutcome;
	};
	/** The caller's own points. */
	"points.my": { params: null; result: MyPoints };
	/** Internal: every gain and loss of points, account by account. `total` counts accounts. */
	"points.movements": { params: AuditRequest; result: AuditPage<PointsGrant> };
	/** Internal: counts accounts again from their events, a page of accounts at a time. */
	"points.invariants": {
		params: { limit?: number; cursor?: string };
		result: { items: readonly PointsAudit[]; nextCursor: string | null };
	};
}

/** Facts of a points account; `balance` is the one after the event. */
export interface PointsEvents {
	"points.awarded": {
		userId: string;
		orderId: string;
		points: number;
		balance: number;
		/** Won. */
		amount: number;
		rateBps: number;
		awardedAt: string;
	};
	"points.award-failed": { userId: string; orderId: string; amount: number; reason: string; failedAt: string };
	/** Taken back before it was earned: it never will be. */
	"points.award-cancelled": { userId: string; orderId: string; cancelledAt: string };
	"points.revoked": {
		userId: string;
		orderId: string;
		points: number;
		balance: number;
		/** The balance is below zero: somebody should look. */
		needsReview: boolean;
		revokedAt: string;
	};
}

/** Every way the points service refuses. */
export const pointsErrors = {
	UNAUTHENTICATED: 401,
	COMMAND_CANCELLED: 409,
	POINTS_CONFLICT: 409,
	POINTS_UNAVAILABLE: 503,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `pointsErrors`. */
export type PointsErrorCode = keyof typeof pointsErrors;
