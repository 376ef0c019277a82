import type { Answer } from "./wire.ts";

/** `ok`: it was done. `fail`: it certainly was not. `unknown`: nobody could say. */
export type Outcome = "ok" | "fail" | "unknown";

/** What kind of request it was. */
export type Kind = "signup" | "login" | "order" | "confirm" | "cancel" | "refund" | "notice";

/** One thing a buyer wanted, and everything that was answered to it. */
export interface Operation {
	readonly kind: Kind;
	/** The idempotency key; a repeat with it is the same operation. */
	readonly key: string;
	readonly buyer: number;
	/** The order it is about, as the buyer calls it. */
	readonly wish: string;
	outcome: Outcome;
	/** Answers without a word about the outcome, before the last. */
	unknowns: number;
	answer: Answer;
	/** Answers under one key that contradict each other; must stay empty. */
	readonly contradictions: string[];
}

/** Counts of single requests. */
export interface Tally {
	ok: number;
	fail: number;
	unknown: number;
}

/** Still at work, or a gateway that could not say. */
const UNDECIDED: ReadonlySet<unknown> = new Set(["REQUEST_IN_PROGRESS", "PAYMENT_IN_PROGRESS", "CONFLICT"]);

/** What an answer says about what happened. */
export function outcomeOf(answer: Answer): Outcome {
	if (answer === null || answer.status >= 500 || UNDECIDED.has(answer.body["code"])) return "unknown";
	return answer.status < 400 ? "ok" : "fail";
}

/** Remembers every request of every buyer. */
export class Recorder {
	readonly operations: Operation[] = [];
	readonly tallies = new Map<Kind, Tally>();
	readonly codes = new Map<string, number>();

	open(kind: Kind, buyer: number, wish: string, key: string): Operation {
		const operation: Operation = {
			kind,
			key,
			buyer,
			wish,
			outcome: "unknown",
			unknowns: 0,
			answer: null,
			contradictions: [],
		};
		this.operations.push(operation);
		return operation;
	}

	/** Takes an answer down; under one key a second answer must say what the first said. */
	note(operation: Operation, answer: Answer): Outcome {
		const outcome = outcomeOf(answer);
		const tally = this.#tallyOf(operation.kind);
		tally[outcome]++;
		if (outcome !== "ok") this.#count(answer);
		if (outcome === "unknown") {
			operation.unknowns++;
			return outcome;
		}
		const contradiction = contradictionOf(operation, answer, outcome);
		if (contradiction !== null) operation.contradictions.push(contradiction);
		operation.outcome = outcome;
		operation.answer = answer;
		return outcome;
	}

	/** All kinds together. */
	total(): Tally {
		const total: Tally = { ok: 0, fail: 0, unknown: 0 };
		for (const { ok, fail, unknown } of this.tallies.values()) {
			total.ok += ok;
			total.fail += fail;
			total.unknown += unknown;
		}
		return total;
	}

	#count(answer: Answer): void {
		const code = answer === null ? "no answer" : `${answer.status} ${String(answer.body["code"])}`;
		this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
	}

	#tallyOf(kind: Kind): Tally {
		const known = this.tallies.get(kind);
		if (known !== undefined) return known;
		const tally: Tally = { ok: 0, fail: 0, unknown: 0 };
		this.tallies.set(kind, tally);
		return tally;
	}
}

/** An order is the same order for ever, and what was done cannot be refused afterwards. */
function contradictionOf({ outcome, answer, kind }: Operation, next: Answer, said: Outcome): string | null {
	if (outcome === "unknown" || answer === null || next === null) return null;
	if (outcome !== said) return `${kind}: first ${answer.status}, then ${next.status}`;
	const [before, after] = [answer.body["orderId"], next.body["orderId"]];
	return before === after ? null : `${kind}: first ${String(before)}, then ${String(after)}`;
}
