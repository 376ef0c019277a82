import type { PointsAccount, PointsCommand, PointsEvent } from "../domain/model.ts";

/** Points accounts, as commands see them. */
export interface Accounts {
	/** The account right after the command; for a command id that was used before, right after its event. */
	tell(userId: string, commandId: string, command: PointsCommand): Promise<PointsAccount>;
	/** The event a command id led to; null if it was never used. */
	eventOf(userId: string, commandId: string): Promise<PointsEvent | null>;
	balanceOf(userId: string): Promise<number>;
}

/** What the operations on points stand on. */
export interface PointsDesk {
	readonly accounts: Accounts;
	/** The caller's command. */
	readonly commandId: string;
	/** ISO 8601. */
	readonly now: () => string;
	readonly rateBps: number;
	/** The reason an earning fails on purpose; null where it may go on. */
	readonly failureOf: (purchase: { readonly userId: string; readonly productIds: readonly string[] }) => string | null;
}
