import type { Posting } from "../ledger/contract.ts";
import type { HttpStatus } from "../shared/errors.ts";

/** Where on the axis something happened. */
export type StoryLane = "order" | "payment" | "provider" | "webhook" | "stock" | "points" | "ledger" | "saga" | "other";

/** How it went: well, badly, not known yet, taken back, or just so. */
export type StoryTone = "good" | "bad" | "wait" | "undone" | "plain";

/** `plain`: a buyer's own words and no internals; `full`: everything. */
export type StoryViewName = "plain" | "full";

/** An event behind an entry, as it is stored; secrets are left out. */
export interface StoryEvent {
	eventId: string;
	type: string;
	at: string;
	correlationId: string;
	causationId: string;
	actor: string;
	data: Readonly<Record<string, unknown>>;
}

/** What only operators and administrators see of an entry. */
export interface StoryInternals {
	events: readonly StoryEvent[];
	/** Step, direction, attempt, error code, hash of the provider's idempotency key … */
	facts: Readonly<Record<string, string | number | boolean | null>>;
	/** Of a ledger entry. */
	legs: readonly Posting[] | null;
}

/** One thing on the axis; instants ISO 8601. */
export interface StoryEntry {
	at: string;
	lane: StoryLane;
	/** An event's name, or `saga.step`, `provider.confirm|cancel|reverse|lookup`, `webhook.noticed`, `ledger.<kind>`. */
	what: string;
	tone: StoryTone;
	/** Won it is about. */
	amount: number | null;
	/** Whether that money went from the buyer to us (`in`) or back (`out`). */
	flow: "in" | "out" | null;
	/** Given, or taken back when negative. */
	points: number | null;
	/** Of a step or a call; null for an instant, and while it is under way. */
	durationMs: number | null;
	internals: StoryInternals | null;
}

/** The stations of a purchase in the order of a buyer's story. */
export type MilestoneName =
	"RECEIVED" | "PAID" | "STOCK" | "POINTS" | "CONFIRMED" | "REFUNDED" | "CANCELLED" | "FAILED";

/** A station: reached, under way, still to come, not reached, taken back, or not needed. */
export interface Milestone {
	name: MilestoneName;
	state: "done" | "running" | "waiting" | "failed" | "undone" | "skipped";
	at: string | null;
	undoneAt: string | null;
	/** Won. */
	amount: number | null;
	points: number | null;
	/** A code, or the words of whoever cancelled. */
	reason: string | null;
}

/** What moved altogether: won, and points. */
export interface StoryTotals {
	charged: number;
	refunded: number;
	pointsEarned: number;
	pointsTaken: number;
}

/** Everything that is known of one order, on one axis; the oldest first. */
export interface StoryView {
	orderId: string;
	orderName: string;
	/** Won. */
	amount: number;
	currency: "KRW";
	view: StoryViewName;
	/** Nothing more is expected to happen by itself. */
	hasEnded: boolean;
	/** Not when the event log or the books could not be asked, or there is more than is shown. */
	isComplete: boolean;
	milestones: readonly Milestone[];
	entries: readonly StoryEntry[];
	totals: StoryTotals;
	/** Only in the full view. */
	sagaIds: readonly string[];
}

/** Actions of the story service. */
export interface StoryActions {
	/** The owner gets the plain view; operators and administrators either, `full` by default. */
	"story.get": { params: { orderId: string; view?: StoryViewName }; result: StoryView };
}

/** Every way the story service refuses. */
export const storyErrors = {
	UNAUTHENTICATED: 401,
	FORBIDDEN: 403,
	ORDER_NOT_FOUND: 404,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `storyErrors`. */
export type StoryErrorCode = keyof typeof storyErrors;
