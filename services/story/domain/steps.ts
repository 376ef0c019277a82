import type { StoryEntry, StoryTone } from "../contract.ts";
import type { Placed } from "./placed.ts";
import { shownOf, numberIn, textIn, type Fact } from "./fact.ts";

interface Ending {
	readonly status: string;
	readonly tone: StoryTone;
}

const ENDINGS: Readonly<Record<string, Ending>> = {
	"saga.step-succeeded": { status: "SUCCEEDED", tone: "good" },
	"saga.step-failed": { status: "REFUSED", tone: "bad" },
	"saga.step-unanswered": { status: "UNANSWERED", tone: "bad" },
	// The last of its attempts: nobody answered, and the saga turned back.
	"saga.compensating": { status: "UNANSWERED", tone: "bad" },
};
const RUNNING: Ending = { status: "STARTED", tone: "wait" };

/** Every attempt at every step of every saga as one stretch on the axis. */
export function stepsOf(facts: readonly Fact[], rankOf: (eventId: string) => number): Placed[] {
	const sagas = Map.groupBy(
		facts.filter(({ kind }) => kind === "saga"),
		({ aggregateId }) => aggregateId,
	);
	return [...sagas.values()].flatMap((events) =>
		attemptsOf(events.toSorted((left, right) => left.sequence - right.sequence)).map(([begun, end]) =>
			stepOf(begun, end, rankOf(begun.eventId)),
		),
	);
}

/** What begins an attempt and what ends it, if it has ended. */
function attemptsOf(events: readonly Fact[]): [Fact, Fact | undefined][] {
	const attempts: [Fact, Fact | undefined][] = [];
	for (const fact of events) {
		const last = attempts.at(-1);
		if (fact.type === "saga.step-started") attempts.push([fact, undefined]);
		else if (last?.[1] === undefined && last !== undefined && fact.type in ENDINGS) last[1] = fact;
	}
	return attempts;
}

function stepOf(begun: Fact, end: Fact | undefined, rank: number): Placed {
	const { status, tone } = end === undefined ? RUNNING : (ENDINGS[end.type] ?? RUNNING);
	const isBack = textIn(begun, "direction") === "compensation";
	const entry: StoryEntry = {
		at: begun.at,
		lane: "saga",
		what: "saga.step",
		tone: isBack && tone === "good" ? "undone" : tone,
		amount: null,
		flow: null,
		points: null,
		durationMs: lengthMs(begun, end),
		internals: {
			events: partsOf(begun, end).map(shownOf),
			facts: {
				saga: textIn(begun, "saga"),
				sagaId: begun.aggregateId,
				step: textIn(begun, "step"),
				direction: isBack ? "COMPENSATE" : "FORWARD",
				attempt: numberIn(begun, "attempt"),
				status,
				error: wordIn(end, "errorCode"),
				retryAt: wordIn(end, "retryAt"),
			},
			legs: null,
		},
	};
	return { entry, rank };
}

/** That the saga turned back is told on its own. */
function partsOf(begun: Fact, end: Fact | undefined): readonly Fact[] {
	return end === undefined || end.type === "saga.compensating" ? [begun] : [begun, end];
}

function lengthMs(begun: Fact, end: Fact | undefined): number | null {
	return end === undefined ? null : Date.parse(end.at) - Date.parse(begun.at);
}

function wordIn(fact: Fact | undefined, name: string): string | null {
	return fact === undefined ? null : textIn(fact, name);
}
