import type { CheckName, CheckReport, Difference, Examination } from "../contract.ts";
import { differenceOf, type Finding } from "../domain/finding.ts";

/** Differences of one check that are listed; all of them are counted. */
export const LISTED_MAX = 1_000;
const IN_FLIGHT_MAX = 100;

/** The checks in the order in which they are made. */
export const CHECKS: readonly CheckName[] = [
	"rows",
	"ledger",
	"stock",
	"points",
	"figures",
	"deliveries",
	"sagas",
	"purchases",
];

type Mutable = { -readonly [Key in keyof CheckReport]: CheckReport[Key] };

/** What an examination has found so far and how far it is; of bounded size whatever it finds. */
export class Tally {
	readonly #id: string;
	readonly #startedAt: number;
	readonly #checks = new Map<CheckName, Mutable>();
	readonly #differences = new Map<CheckName, Difference[]>();
	readonly #inFlight: Difference[] = [];
	hasProviderBooks = false;
	looks = 0;

	constructor(examinationId: string, startedAt: number) {
		this.#id = examinationId;
		this.#startedAt = startedAt;
		for (const check of CHECKS)
			this.#checks.set(check, { check, status: "WAITING", done: 0, total: null, differences: 0, inFlight: 0 });
	}

	begin(check: CheckName, total: number | null): void {
		Object.assign(this.#of(check), { status: "RUNNING", done: 0, total });
	}

	expect(check: CheckName, total: number | null): void {
		const report = this.#of(check);
		if (total !== null) report.total = (report.total ?? 0) + total;
	}

	advance(check: CheckName, by: number): void {
		this.#of(check).done += by;
	}

	end(check: CheckName): void {
		const report = this.#of(check);
		if (report.status !== "SKIPPED") Object.assign(report, { status: "DONE", total: report.done });
	}

	skip(check: CheckName): void {
		this.#of(check).status = "SKIPPED";
	}

	/** Differences beyond `listed` that were only counted. */
	count(check: CheckName, more: number): void {
		this.#of(check).differences += more;
	}

	add(found: Finding): void {
		this.#of(found.check).differences += 1;
		const listed = this.#differences.get(found.check) ?? [];
		this.#differences.set(found.check, listed);
		if (listed.length < LISTED_MAX) listed.push(differenceOf(found));
	}

	addInFlight(found: Finding): void {
		this.#of(found.check).inFlight += 1;
		if (this.#inFlight.length < IN_FLIGHT_MAX) this.#inFlight.push(differenceOf(found));
	}

	/** The examination as it stands; `end` is the time it ended, milliseconds. */
	view(end: number | null = null, isFailed = false): Examination {
		const checks = CHECKS.map((check) => ({ ...this.#of(check) }));
		const differenceCount = checks.reduce((sum, { differences }) => sum + differences, 0);
		const verdict = differenceCount === 0 ? "CONSISTENT" : "DIFFERENT";
		return {
			examinationId: this.#id,
			status: end === null ? "RUNNING" : isFailed ? "FAILED" : verdict,
			startedAt: new Date(this.#startedAt).toISOString(),
			endedAt: end === null ? null : new Date(end).toISOString(),
			durationMs: end === null ? null : end - this.#startedAt,
			hasProviderBooks: this.hasProviderBooks,
			looks: this.looks,
			checks,
			differenceCount,
			differences: CHECKS.flatMap((check) => this.#differences.get(check) ?? []),
			inFlightCount: checks.reduce((sum, { inFlight }) => sum + inFlight, 0),
			inFlight: [...this.#inFlight],
		};
	}

	#of(check: CheckName): Mutable {
		const report = this.#checks.get(check);
		if (report === undefined) throw new Error(`there is no check ${check}`);
		return report;
	}
}
