import type { PointsAudit } from "../contract.ts";
import type { PointsAccount, PointsEvent } from "./model.ts";

/** Things that are wrong which one audit names; more of them say nothing new. */
const FINDINGS_MAX = 10;

/** Counts an account again, event by event, without its decider. */
export class Tally {
	/** The last event that was counted. */
	sequence = 0;
	readonly #broken: string[] = [];
	#earned = 0;
	#revoked = 0;

	count(event: PointsEvent, sequence: number): void {
		if (sequence !== this.sequence + 1) this.#find(`event ${this.sequence + 1} is missing`);
		this.sequence = sequence;
		if (event.type === "points.awarded") this.#earned += event.data.points;
		if (event.type === "points.revoked") this.#revoked += event.data.points;
		if ("balance" in event.data && event.data.balance !== this.#balance)
			this.#find(`event ${sequence} states another balance than the one that was counted`);
		if (this.#revoked > this.#earned) this.#find(`event ${sequence} takes back more than was ever earned`);
	}

	/** What the count says about an account whose document is `state` at the sequence that was counted last. */
	audit(userId: string, { balance, earned, revoked }: PointsAccount): PointsAudit {
		const broken = [...this.#broken];
		if (balance !== this.#balance) broken.push(`the account says ${balance}, its events say ${this.#balance}`);
		if (earned !== this.#earned || revoked !== this.#revoked)
			broken.push("the account's totals are not those of its events");
		return { userId, isHolding: broken.length === 0, broken, balance, earned, revoked, events: this.sequence };
	}

	get #balance(): number {
		return this.#earned - this.#revoked;
	}

	#find(what: string): void {
		if (this.#broken.length < FINDINGS_MAX) this.#broken.push(what);
	}
}
