/** When a job is due, in UTC: each set holds the allowed values, null allows all. */
export interface CronRule {
	readonly seconds: ReadonlySet<number>;
	readonly minutes: ReadonlySet<number>;
	readonly hours: ReadonlySet<number>;
	readonly days: ReadonlySet<number> | null;
	readonly months: ReadonlySet<number>;
	readonly weekdays: ReadonlySet<number> | null;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
/** Longer than the longest wait for a 29 February. */
const DAYS_AHEAD_MAX = 9 * 366;
/** Second, minute, hour, day, month, weekday (0 and 7 are Sunday). */
const RANGES = [
	[0, 59],
	[0, 59],
	[0, 23],
	[1, 31],
	[1, 12],
	[0, 7],
] as const;
const STEP = /^(?<range>\*|\d+(?:-\d+)?)(?:\/(?<step>\d+))?$/;

/** A rule from five fields (minute hour day month weekday) or six (seconds first): `*`, numbers, ranges, steps and lists; throws for anything else. */
export function parseCron(text: string): CronRule {
	const fields = text.trim().split(/\s+/);
	const all = fields.length === 5 ? ["0", ...fields] : fields;
	if (all.length !== 6) throw new BadCron(text);
	const [seconds, minutes, hours, days, months, weekdays] = RANGES.map(([min, max], index) =>
		valuesOf(text, all[index] ?? "", min, max),
	) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
	return {
		seconds,
		minutes,
		hours,
		days: all[3] === "*" ? null : days,
		months,
		weekdays: all[5] === "*" ? null : sundayIsZero(weekdays),
	};
}

/** The first due time after `after`, both in clock milliseconds; throws when the rule never comes true. */
export function nextDue(rule: CronRule, after: number): number {
	const from = Math.floor(after / SECOND_MS) * SECOND_MS + SECOND_MS;
	const firstDay = Math.floor(from / DAY_MS) * DAY_MS;
	for (let ahead = 0; ahead <= DAYS_AHEAD_MAX; ahead++) {
		const day = firstDay + ahead * DAY_MS;
		if (!isDay(rule, new Date(day))) continue;
		const due = dueWithin(rule, day, from);
		if (due !== null) return due;
	}
	throw new Error("the cron rule never comes true");
}

/** The text is no cron rule. */
export class BadCron extends Error {
	constructor(text: string) {
		super(`"${text}" is no cron rule`);
		this.name = "BadCron";
	}
}

function valuesOf(text: string, field: string, min: number, max: number): Set<number> {
	return new Set(field.split(",").flatMap((part) => partOf(text, part, min, max)));
}

function partOf(text: string, part: string, min: number, max: number): number[] {
	const { range, step = "1" } = STEP.exec(part)?.groups ?? {};
	if (range === undefined) throw new BadCron(text);
	const [low, high] = boundsOf(range, part.includes("/"), min, max);
	if (!isAscending([min, low, high, max]) || Number(step) < 1) throw new BadCron(text);
	return Array.from({ length: Math.floor((high - low) / Number(step)) + 1 }, (_, index) => low + index * Number(step));
}

function isAscending(values: readonly number[]): boolean {
	return values.every((value, index) => index === 0 || value >= (values[index - 1] ?? value));
}

function boundsOf(range: string, isStepped: boolean, min: number, max: number): [number, number] {
	if (range === "*") return [min, max];
	const [low = 0, high] = range.split("-").map(Number);
	return [low, high ?? (isStepped ? max : low)];
}

function sundayIsZero(weekdays: ReadonlySet<number>): Set<number> {
	return new Set([...weekdays].map((weekday) => weekday % 7));
}

/** When both day and weekday are given, either is enough, as in crontab(5). */
function isDay({ months, days, weekdays }: CronRule, date: Date): boolean {
	if (!months.has(date.getUTCMonth() + 1)) return false;
	const isDate = days?.has(date.getUTCDate()) ?? weekdays === null;
	const isWeekday = weekdays?.has(date.getUTCDay()) ?? days === null;
	return isDate || isWeekday;
}

function dueWithin({ hours, minutes, seconds }: CronRule, day: number, from: number): number | null {
	for (const hour of ascending(hours))
		for (const minute of ascending(minutes)) {
			const start = day + (hour * 60 + minute) * 60_000;
			if (start + 60_000 <= from) continue;
			const second = ascending(seconds).find((value) => start + value * SECOND_MS >= from);
			if (second !== undefined) return start + second * SECOND_MS;
		}
	return null;
}

function ascending(values: ReadonlySet<number>): number[] {
	return [...values].sort((left, right) => left - right);
}
