import { DomainError } from "../../shared/errors.ts";
import type { EventsFrom } from "../../shared/events.ts";
import type { PointsErrorCode, PointsEvents } from "../contract.ts";

/** Every fact of a points account. */
export type PointsEvent = EventsFrom<PointsEvents>;

/** A person's points; it stays this small however long they live. `last` is the answer of the command behind it. */
export interface PointsAccount {
	/** Null: nothing has happened yet. */
	readonly userId: string | null;
	/** Below zero only after points were taken back that had been spent. */
	readonly balance: number;
	readonly earned: number;
	readonly revoked: number;
	readonly needsReview: boolean;
	readonly last: PointsEvent | null;
}

interface Purchase {
	readonly userId: string;
	readonly orderId: string;
	readonly now: string;
}

/** What can be asked of an account; amounts in won, `now` ISO 8601. */
export type PointsCommand =
	| (Purchase & { readonly type: "earn"; readonly amount: number; readonly rateBps: number })
	| (Purchase & { readonly type: "report-failure"; readonly amount: number; readonly reason: string })
	/** Ends what was never earned, so that it never will be. */
	| (Purchase & { readonly type: "cancel-unearned" })
	| (Purchase & { readonly type: "revoke"; readonly points: number });

/** One command of a kind. */
export type Of<Type extends PointsCommand["type"]> = Extract<PointsCommand, { type: Type }>;

/** A rule of the points said no. */
export class PointsRejected extends DomainError<PointsErrorCode> {}
