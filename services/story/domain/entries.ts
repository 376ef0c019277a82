import type { EntryView } from "../../ledger/contract.ts";
import type { StoryEntry, StoryInternals, StoryLane, StoryTone } from "../contract.ts";
import { causalRanks, compare, inOrder } from "./causal-rank.ts";
import { numberIn, shownOf, type Fact } from "./fact.ts";
import type { Placed } from "./placed.ts";
import { noticesOf, providerCallsOf } from "./provider.ts";
import { stepsOf } from "./steps.ts";

const LANES: Readonly<Record<string, StoryLane>> = {
	order: "order",
	payment: "payment",
	saga: "saga",
	stock: "stock",
	"points-account": "points",
};
const TONES: Readonly<Record<string, StoryTone>> = {
	"order.paid": "good",
	"order.confirmed": "good",
	"order.failed": "bad",
	"order.cancel-requested": "wait",
	"order.cancel-refused": "bad",
	"order.cancelled": "undone",
	"order.late-refund-requested": "wait",
	"payment.approval-requested": "wait",
	"payment.approved": "good",
	"payment.failed": "bad",
	"payment.expired": "bad",
	"payment.cancel-deferred": "wait",
	"payment.cancel-requested": "wait",
	"payment.cancel-failed": "bad",
	"payment.cancelled": "undone",
	"payment.reversal-requested": "wait",
	"payment.reversed": "undone",
	"inventory.reserved": "good",
	"inventory.confirmed": "good",
	"inventory.reservation-failed": "bad",
	"inventory.reservation-cancelled": "undone",
	"inventory.released": "undone",
	"inventory.restocked": "undone",
	"points.awarded": "good",
	"points.award-failed": "bad",
	"points.award-cancelled": "undone",
	"points.revoked": "undone",
	"saga.compensating": "bad",
	"saga.needs-attention": "bad",
	"saga.completed": "good",
	"saga.compensated": "undone",
};
/** What a buyer is told, in the words of a buyer. */
const PLAIN: ReadonlySet<string> = new Set([
	"order.created",
	"order.confirmed",
	"order.failed",
	"order.cancel-requested",
	"order.cancel-refused",
	"order.cancelled",
	"payment.approved",
	"payment.failed",
	"payment.expired",
	"payment.cancel-requested",
	"payment.cancelled",
	"payment.reversed",
	"inventory.reserved",
	"inventory.reservation-failed",
	"inventory.released",
	"inventory.restocked",
	"points.awarded",
	"points.revoked",
]);
/** These belong to the steps, which are shown whole. */
const OF_STEPS: ReadonlySet<string> = new Set([
	"saga.step-started",
	"saga.step-succeeded",
	"saga.step-failed",
	"saga.step-unanswered",
]);
const RANK_STEP = 10;

/** A buyer's entries: what happened and what it cost, no internals. */
export function plainEntries(facts: readonly Fact[]): StoryEntry[] {
	const told = facts.filter((fact) => PLAIN.has(fact.type) && !isEmptyCancel(fact));
	return inOrder(told, causalRanks(facts)).map((fact) => ({ ...entryOf(fact), internals: null }));
}

/** Everything: events, saga steps, provider calls, webhooks and postings. `hash` shortens a provider's key beyond recognition. */
export function fullEntries(
	facts: readonly Fact[],
	postings: readonly EntryView[],
	hash: (key: string) => string,
): StoryEntry[] {
	const ranks = causalRanks(facts);
	const rankOf = (eventId: string) => RANK_STEP * (ranks.get(eventId) ?? 0);
	const told = facts.filter(({ type }) => !OF_STEPS.has(type));
	const placed: Placed[] = [
		...told.map((fact) => ({ entry: entryOf(fact), rank: rankOf(fact.eventId) })),
		...stepsOf(facts, rankOf),
		...providerCallsOf(inOrder(facts, ranks), { rankOf, hash }),
		...noticesOf(facts, rankOf),
		...postings.map((posting) => postingOf(posting, facts, rankOf(posting.cause))),
	];
	return placed
		.toSorted((left, right) => compare(left.entry.at, right.entry.at) || left.rank - right.rank)
		.map(({ entry }) => entry);
}

function entryOf(fact: Fact): StoryEntry {
	const { at, type, kind } = fact;
	return {
		at,
		lane: LANES[kind] ?? "other",
		what: type,
		tone: TONES[type] ?? "plain",
		amount: kind === "order" || kind === "payment" ? numberIn(fact, "amount") : null,
		flow: flowOf(fact),
		points: pointsOf(fact),
		durationMs: null,
		internals: internalsOf([fact]),
	};
}

/** The internals of an entry made of these events. */
export function internalsOf(facts: readonly Fact[], more: StoryInternals["facts"] = {}): StoryInternals {
	return { events: facts.map(shownOf), facts: more, legs: null };
}

function flowOf(fact: Fact): StoryEntry["flow"] {
	if (fact.type === "payment.approved") return "in";
	return fact.type === "payment.cancelled" && !isEmptyCancel(fact) ? "out" : null;
}

/** A payment that ended before anything was charged. */
function isEmptyCancel(fact: Fact): boolean {
	return fact.type === "payment.cancelled" && numberIn(fact, "amount") === 0;
}

function pointsOf(fact: Fact): number | null {
	const points = numberIn(fact, "points");
	return fact.type === "points.revoked" && points !== null ? -points : points;
}

/** Stands right behind its cause, also when the book's clock is a moment behind. */
function postingOf(posting: EntryView, facts: readonly Fact[], causeRank: number): Placed {
	const { kind, legs, entryId, cause, sequence, postedAt } = posting;
	const causedAt = facts.find(({ eventId }) => eventId === cause)?.at ?? posting.occurredAt;
	const entry: StoryEntry = {
		at: postedAt > causedAt ? postedAt : causedAt,
		lane: "ledger",
		what: `ledger.${kind}`,
		tone: "plain",
		amount: legs.reduce((sum, { side, amount }) => (side === "debit" ? sum + amount : sum), 0),
		flow: null,
		points: null,
		durationMs: null,
		internals: { events: [], facts: { entryId, cause, batch: sequence }, legs },
	};
	return { entry, rank: causeRank + 3 };
}
