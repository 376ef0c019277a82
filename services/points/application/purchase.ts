import type { PointsOutcome } from "../contract.ts";
import { pointsFor, slotId } from "../domain/earning.ts";
import { PointsRejected, type PointsEvent } from "../domain/model.ts";
import type { PointsDesk } from "./ports.ts";

/** Names a purchase whose points are meant. */
export interface PurchaseKey {
	readonly userId: string;
	readonly orderId: string;
}

/** A purchase that earns; `amount` in won. */
export interface EarnRequest extends PurchaseKey {
	readonly amount: number;
	readonly productIds: readonly string[];
}

/** Credits a purchase's points, once. */
export async function earn(desk: PointsDesk, request: EarnRequest): Promise<PointsOutcome> {
	const { userId, orderId, amount } = request;
	const { accounts, rateBps } = desk;
	const before = await accounts.eventOf(userId, slotId(orderId, "earn"));
	if (before !== null) return earned(before, request);
	await failOnPurpose(desk, request);
	// Without points there is no event, and without an event nothing could answer for the command.
	if (pointsFor(amount, rateBps) === 0)
		return { userId, orderId, points: 0, balance: await accounts.balanceOf(userId) };
	const command = { type: "earn", userId, orderId, amount, rateBps, now: desk.now() } as const;
	const { last } = await accounts.tell(userId, slotId(orderId, "earn"), command);
	return earned(last, request);
}

/** Takes back exactly what the purchase earned, once; what was not earned can never be earned after this. */
export async function revoke(desk: PointsDesk, key: PurchaseKey): Promise<PointsOutcome> {
	const { userId, orderId } = key;
	const { accounts } = desk;
	const earning = (await accounts.eventOf(userId, slotId(orderId, "earn"))) ?? (await cancelUnearned(desk, key));
	if (earning?.type !== "points.awarded")
		return { userId, orderId, points: 0, balance: await accounts.balanceOf(userId) };
	const command = { type: "revoke", ...key, points: earning.data.points, now: desk.now() } as const;
	const { last } = await accounts.tell(userId, slotId(orderId, "revoke"), command);
	if (last?.type !== "points.revoked") throw unexpected(last);
	const { points, balance } = last.data;
	return { userId, orderId, points, balance };
}

/** An `earn` may win the race; then there is something to take back. */
async function cancelUnearned({ accounts, now }: PointsDesk, key: PurchaseKey): Promise<PointsEvent | null> {
	const command = { type: "cancel-unearned", ...key, now: now() } as const;
	return (await accounts.tell(key.userId, slotId(key.orderId, "earn"), command)).last;
}

async function failOnPurpose({ accounts, commandId, failureOf, now }: PointsDesk, request: EarnRequest): Promise<void> {
	const reason = failureOf(request);
	if (reason === null) return;
	const { userId, orderId, amount } = request;
	const command = { type: "report-failure", userId, orderId, amount, reason, now: now() } as const;
	await accounts.tell(userId, `${commandId}:failed`, command);
	throw new PointsRejected("POINTS_UNAVAILABLE", { orderId });
}

function earned(event: PointsEvent | null, { userId, orderId, amount }: EarnRequest): PointsOutcome {
	if (event?.type === "points.award-cancelled") throw new PointsRejected("COMMAND_CANCELLED", { orderId });
	if (event?.type !== "points.awarded") throw unexpected(event);
	if (event.data.amount !== amount) throw new PointsRejected("POINTS_CONFLICT", { amount: event.data.amount });
	const { points, balance } = event.data;
	return { userId, orderId, points, balance };
}

function unexpected(event: PointsEvent | null): Error {
	return new Error(`${event?.type ?? "nothing"} cannot stand in an account's slot`);
}
