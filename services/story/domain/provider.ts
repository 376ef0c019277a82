import type { StoryEntry, StoryTone } from "../contract.ts";
import type { Placed } from "./placed.ts";
import { numberIn, shownOf, textIn, type Fact } from "./fact.ts";

interface Means {
	readonly rankOf: (eventId: string) => number;
	readonly hash: (key: string) => string;
}
interface Answer {
	readonly outcome: string;
	readonly tone: StoryTone;
}
interface Request {
	readonly operation: "confirm" | "cancel" | "reverse";
	readonly answers: Readonly<Record<string, Answer>>;
}

const REQUESTS: Readonly<Record<string, Request>> = {
	"payment.approval-requested": {
		operation: "confirm",
		answers: {
			"payment.approved": { outcome: "approved", tone: "good" },
			"payment.failed": { outcome: "declined", tone: "bad" },
		},
	},
	"payment.cancel-requested": {
		operation: "cancel",
		answers: {
			"payment.cancelled": { outcome: "cancelled", tone: "undone" },
			"payment.cancel-failed": { outcome: "refused", tone: "bad" },
		},
	},
	"payment.reversal-requested": {
		operation: "reverse",
		answers: { "payment.reversed": { outcome: "reversed", tone: "undone" } },
	},
};
const UNKNOWN: Answer = { outcome: "unknown", tone: "wait" };
/** The payment's command ends so when a webhook made us look, or when we looked by ourselves. */
const NOTICED = /:noticed$/;
const FOUND = /:found$/;

/** Requests to the provider with their outcome, from the payment's events in order. Unknown until an event says. */
export function providerCallsOf(facts: readonly Fact[], { rankOf, hash }: Means): Placed[] {
	const payments = facts.filter(({ kind }) => kind === "payment");
	return payments.flatMap((fact, index) => {
		const request = REQUESTS[fact.type];
		if (request === undefined) return [];
		const attempt = payments.slice(0, index + 1).filter(({ type }) => type === fact.type).length;
		const answer = answerTo(fact, request, payments.slice(index + 1));
		const key = textIn(fact, "providerIdempotencyKey");
		const asked = { attempt, keyHash: key === null ? null : hash(key) };
		return { entry: callOf(fact, request, answer, asked), rank: rankOf(fact.eventId) + 1 };
	});
}

function callOf(
	asked: Fact,
	{ operation, answers }: Request,
	answer: Fact | undefined,
	known: { readonly attempt: number; readonly keyHash: string | null },
): StoryEntry {
	const { outcome, tone } = answer === undefined ? UNKNOWN : (answers[answer.type] ?? UNKNOWN);
	const errorCode = answer === undefined ? null : textIn(answer, "errorCode");
	return {
		at: asked.at,
		lane: "provider",
		what: `provider.${operation}`,
		tone,
		amount: numberIn(asked, "amount"),
		flow: null,
		points: null,
		durationMs: answer === undefined ? null : Date.parse(answer.at) - Date.parse(asked.at),
		internals: { events: [shownOf(asked)], facts: { ...known, outcome, errorCode }, legs: null },
	};
}

/** Webhooks that told something new, and looks at the provider that did. */
export function noticesOf(facts: readonly Fact[], rankOf: (eventId: string) => number): Placed[] {
	return facts.flatMap((fact) => {
		const lane = noticeLane(fact.commandId ?? "");
		if (lane === null || fact.kind !== "payment") return [];
		const entry: StoryEntry = {
			at: fact.at,
			lane,
			what: lane === "webhook" ? "webhook.noticed" : "provider.lookup",
			tone: "plain",
			amount: null,
			flow: null,
			points: null,
			durationMs: null,
			internals: { events: [shownOf(fact)], facts: { led: fact.type }, legs: null },
		};
		return { entry, rank: rankOf(fact.eventId) - 1 };
	});
}

function noticeLane(commandId: string): "webhook" | "provider" | null {
	if (NOTICED.test(commandId)) return "webhook";
	return FOUND.test(commandId) ? "provider" : null;
}

/** The answer carries the request's key where it can; else it is the next of its kind. */
function answerTo(asked: Fact, { answers }: Request, later: readonly Fact[]): Fact | undefined {
	const key = textIn(asked, "providerIdempotencyKey");
	const isAnswer = (fact: Fact) => {
		const answered = textIn(fact, "providerIdempotencyKey");
		return fact.type in answers && (answered === null || answered === key);
	};
	return later.find(isAnswer);
}
