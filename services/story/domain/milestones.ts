import type { Milestone, MilestoneName, StoryTotals } from "../contract.ts";
import { numberIn, textIn, type Fact } from "./fact.ts";

/** Stations that a saga's failed step belongs to. */
const STATION_OF: Readonly<Record<string, MilestoneName>> = {
	payment: "PAID",
	stock: "STOCK",
	points: "POINTS",
	confirm: "CONFIRMED",
};

/** What has happened, looked up by event name; facts in order. */
class Past {
	readonly #facts: ReadonlyMap<string, readonly Fact[]>;

	constructor(facts: readonly Fact[]) {
		this.#facts = Map.groupBy(facts, ({ type }) => type);
	}

	all(...types: readonly string[]): readonly Fact[] {
		return types.flatMap((type) => this.#facts.get(type) ?? []);
	}

	last(...types: readonly string[]): Fact | undefined {
		return this.all(...types).reduce<Fact | undefined>(
			(latest, fact) => (latest === undefined || fact.at >= latest.at ? fact : latest),
			undefined,
		);
	}

	has(...types: readonly string[]): boolean {
		return types.some((type) => this.#facts.has(type));
	}
}

interface Signs {
	readonly done: Fact | undefined;
	readonly undone?: Fact | undefined;
	readonly failed?: Fact | undefined;
	readonly isRunning?: boolean;
	/** It will not come any more. */
	readonly isOver?: boolean;
	readonly amount?: number | null;
	readonly points?: number | null;
}

/** The stations of a purchase, those that were undone too, and how it ended if it ended without the goods. */
export function milestonesOf(facts: readonly Fact[], hasGoods: boolean): Milestone[] {
	const past = new Past(facts.filter(isOfPurchase));
	const failedAt = failedStation(past);
	const isOver = past.has("order.confirmed", "order.cancelled", "order.failed") || failedAt !== null;
	const whenFailed = (name: MilestoneName) => (failedAt?.name === name ? failedAt.fact : undefined);
	return [
		milestone("RECEIVED", received(past)),
		milestone("PAID", paid(past)),
		milestone("STOCK", { ...stock(past), failed: whenFailed("STOCK"), isOver: isOver || !hasGoods }),
		milestone("POINTS", { ...points(past), failed: whenFailed("POINTS"), isOver }),
		milestone("CONFIRMED", { ...confirmed(past), failed: whenFailed("CONFIRMED"), isOver }),
		...refunded(past),
		...endings(past),
	];
}

/** A refund has a saga of its own, which says nothing about the stations of the purchase. */
function isOfPurchase({ kind, data }: Fact): boolean {
	return kind !== "saga" || data["saga"] === "checkout";
}

/** Whether nothing more is expected by itself: the order has its end, and no refund and no saga is under way. */
export function hasEnded(facts: readonly Fact[]): boolean {
	const past = new Past(facts);
	const ended = past.all("saga.completed", "saga.compensated").map(({ aggregateId }) => aggregateId);
	const isSagaOpen = past.all("saga.started").some(({ aggregateId }) => !ended.includes(aggregateId));
	const wishes = past.all("order.cancel-requested").length;
	const isWishOpen = wishes > past.all("order.cancel-refused", "order.cancelled").length;
	const isAtEnd = past.has("order.confirmed", "order.cancelled", "order.failed");
	return isAtEnd && !isSagaOpen && !isWishOpen && !isRefunding(past);
}

/** What moved altogether. */
export function totalsOf(facts: readonly Fact[]): StoryTotals {
	const sum = (type: string, field: string) =>
		facts.reduce((total, fact) => (fact.type === type ? total + (numberIn(fact, field) ?? 0) : total), 0);
	return {
		charged: sum("payment.approved", "amount"),
		refunded: sum("payment.cancelled", "amount"),
		pointsEarned: sum("points.awarded", "points"),
		pointsTaken: sum("points.revoked", "points"),
	};
}

function milestone(name: MilestoneName, signs: Signs): Milestone {
	const { done, undone, failed, amount = null, points: given = null } = signs;
	const state = stateOf(signs);
	const isFailed = state === "failed";
	return {
		name,
		state,
		at: timeOf(isFailed ? failed : done),
		undoneAt: state === "undone" ? timeOf(undone) : null,
		amount,
		points: given,
		reason: isFailed || state === "undone" ? reasonOf(isFailed ? failed : undone) : null,
	};
}

function timeOf(fact: Fact | undefined): string | null {
	return fact?.at ?? null;
}

function stateOf({ done, undone, failed, isRunning = false, isOver = false }: Signs): Milestone["state"] {
	if (done !== undefined) return undone === undefined ? "done" : "undone";
	if (failed !== undefined) return "failed";
	if (isOver) return "skipped";
	return isRunning ? "running" : "waiting";
}

function received(past: Past): Signs {
	const done = past.last("order.created");
	return { done, amount: done === undefined ? null : numberIn(done, "amount") };
}

function paid(past: Past): Signs {
	const done = past.last("payment.approved");
	const given = past.last("payment.cancelled");
	const undone = given?.data["isPartial"] === true ? undefined : given;
	return {
		done,
		undone,
		failed: past.last("payment.failed", "payment.expired"),
		isRunning: past.has("payment.approval-requested"),
		isOver: given !== undefined || past.has("order.cancelled"),
		amount: done === undefined ? null : numberIn(done, "amount"),
	};
}

function stock(past: Past): Signs {
	const back = past.all("inventory.released", "inventory.restocked");
	const taken = past.all("inventory.reserved");
	const isBack = taken.length > 0 && back.length >= taken.length;
	// Half of the lines is no stock: what could be had was let go again.
	const done = past.has("inventory.reservation-failed") ? undefined : past.last("inventory.reserved");
	return {
		done,
		undone: isBack ? past.last("inventory.released", "inventory.restocked") : undefined,
		isRunning: past.has("saga.started"),
	};
}

function points(past: Past): Signs {
	const done = past.last("points.awarded");
	const amount = done === undefined ? null : numberIn(done, "points");
	return { done, undone: past.last("points.revoked"), isRunning: past.has("saga.started"), points: amount };
}

function confirmed(past: Past): Signs {
	return {
		done: past.last("order.confirmed"),
		undone: past.last("order.cancelled"),
		isRunning: past.has("saga.started"),
	};
}

function refunded(past: Past): Milestone[] {
	const back = past.all("payment.cancelled").filter((fact) => (numberIn(fact, "amount") ?? 0) > 0);
	const isRunning = isRefunding(past);
	if (back.length === 0 && !isRunning && !past.has("payment.reversed", "payment.cancel-failed")) return [];
	const sum = back.reduce((total, fact) => total + (numberIn(fact, "amount") ?? 0), 0);
	const done = isRunning ? undefined : (back.at(-1) ?? past.last("payment.reversed"));
	const failed = past.last("payment.cancel-failed");
	return [milestone("REFUNDED", { done, failed: isRunning ? undefined : failed, isRunning, amount: sum || null })];
}

function endings(past: Past): Milestone[] {
	const [cancelled, failed] = [past.last("order.cancelled"), past.last("order.failed")];
	const reasoned = (name: MilestoneName, fact: Fact) => ({
		...milestone(name, { done: fact }),
		reason: reasonOf(fact),
	});
	if (cancelled !== undefined) return [reasoned("CANCELLED", cancelled)];
	return failed === undefined ? [] : [reasoned("FAILED", failed)];
}

/** A request to the provider that nothing has answered yet. */
function isRefunding(past: Past): boolean {
	const asked = past.all("payment.cancel-requested").length;
	const answered = past
		.all("payment.cancelled", "payment.cancel-failed")
		.filter(({ data }) => data["providerIdempotencyKey"] !== null).length;
	return asked > answered || past.has("payment.reversal-requested") > past.has("payment.reversed");
}

function failedStation(past: Past): { readonly name: MilestoneName; readonly fact: Fact } | null {
	const fact = past.last("saga.compensating");
	if (fact === undefined) return null;
	const name = STATION_OF[textIn(fact, "failedStep") ?? ""];
	return name === undefined ? null : { name, fact };
}

function reasonOf(fact: Fact | undefined): string | null {
	if (fact === undefined) return null;
	if (fact.type === "payment.expired") return "EXPIRED";
	return textIn(fact, "errorCode") ?? textIn(fact, "reason") ?? textIn(fact, "cancelReason");
}
