import type { PointsOutcome } from "../contract.ts";
import { lostOf, pointsFor, revokeSlot, slotId, type Share } from "../domain/earning.ts";
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

/** Partial refunds of one purchase that take points back; more are not a purchase any more. */
const REVOKES_MAX = 1_000;

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

/** A refund whose points are meant; `share` null is all of the money. */
export interface RevokeRequest extends PurchaseKey {
	readonly share: Share | null;
}

/** Takes back a refund's share of what the purchase earned; what was not earned can never be earned after a full one. */
export async function revoke(desk: PointsDesk, { userId, orderId, share }: RevokeRequest): Promise<PointsOutcome> {
	const { accounts } = desk;
	const key = { userId, orderId };
	const found = await accounts.eventOf(userId, slotId(orderId, "earn"));
	const earning = found ?? (isAll(share) ? await cancelUnearned(desk, key) : null);
	const wanted = earning?.type === "points.awarded" ? lostOf(earning.data.points, share) : 0;
	const lost = earning?.type === "points.awarded" ? await loseUpTo(desk, key, wanted) : { points: 0, balance: null };
	return { ...key, points: lost.points, balance: lost.balance ?? (await accounts.balanceOf(userId)) };
}

/** Takes slot after slot until that much is lost; of two refunds at once the one that comes second sees what is missing then. */
async function loseUpTo(
	desk: PointsDesk,
	key: PurchaseKey,
	wanted: number,
): Promise<{ readonly points: number; readonly balance: number | null }> {
	let points = 0;
	let balance: number | null = null;
	for (let number = 1; number <= REVOKES_MAX; number++) {
		const taken = await desk.accounts.eventOf(key.userId, slotId(key.orderId, revokeSlot(number)));
		if (taken === null && points >= wanted) return { points, balance };
		const event = taken ?? (await takeBack(desk, key, number, wanted - points));
		if (event.type !== "points.revoked") throw unexpected(event);
		points += event.data.points;
		balance = event.data.balance;
	}
	throw new Error(`${key.orderId} was refunded in more than ${REVOKES_MAX} parts`);
}

function isAll(share: Share | null): boolean {
	return share === null || share.cancelledAmount >= share.amount;
}

async function takeBack(
	{ accounts, now }: PointsDesk,
	key: PurchaseKey,
	number: number,
	points: number,
): Promise<PointsEvent> {
	const command = { type: "revoke", ...key, points, now: now() } as const;
	const { last } = await accounts.tell(key.userId, slotId(key.orderId, revokeSlot(number)), command);
	if (last === null) throw unexpected(last);
	return last;
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
