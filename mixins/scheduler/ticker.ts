import { scheduleJob } from "node-schedule";
import type { Clock, Timer } from "../clock/port.ts";
import type { VirtualClock } from "../clock/virtual.ts";
import { nextDue, parseCron } from "./cron.ts";

/** How often a job looks for work: a cron rule in UTC, or a fixed pace. */
export type Rhythm =
	{ readonly cron: string; readonly everyMs?: never } | { readonly everyMs: number; readonly cron?: never };

/** Calls a job at its times; a missed tick costs nothing, because jobs look at what is due. */
export interface Ticker {
	/** Starts ticking; throws when the rhythm is none. Returns the way to stop it. */
	start(rhythm: Rhythm, tick: () => Promise<unknown>): Timer;
}

/** The ticker that suits a clock: node-schedule for the machine's own, the clock itself for a virtual one. */
export function tickerFor(clock: Clock | VirtualClock): Ticker {
	return "hold" in clock ? virtualTicker(clock) : systemTicker(clock);
}

/** Ticks by the virtual clock's timers; time moves on when the job is done, so that no day is missed. */
export function virtualTicker(clock: VirtualClock): Ticker {
	return { start: (rhythm, tick) => follow(clock, timesOf(rhythm), () => clock.hold(tick())) };
}

/** Ticks by node-schedule for cron rules, by the clock for a fixed pace. */
export function systemTicker(clock: Clock): Ticker {
	return {
		start(rhythm, tick) {
			if (rhythm.cron === undefined) return follow(clock, timesOf(rhythm), () => void tick());
			parseCron(rhythm.cron);
			const job = scheduleJob({ rule: rhythm.cron, tz: "Etc/UTC" }, () => void tick());
			return { cancel: () => void job.cancel() };
		},
	};
}

/** The next time after `after`; a pace that has fallen behind goes on from now. */
function timesOf(rhythm: Rhythm): (after: number, now: number) => number {
	if (rhythm.cron !== undefined) {
		const rule = parseCron(rhythm.cron);
		return (after, now) => nextDue(rule, Math.max(after, now));
	}
	const { everyMs } = rhythm;
	if (!Number.isSafeInteger(everyMs) || everyMs < 1) throw new Error(`${everyMs} is no pace in milliseconds`);
	return (after, now) => (after + everyMs > now ? after + everyMs : now + everyMs);
}

function follow(clock: Clock, next: (after: number, now: number) => number, tick: () => void): Timer {
	let timer: Timer;
	const wait = (after: number): void => {
		const at = next(after, clock.now());
		timer = clock.after(at - clock.now(), () => {
			wait(at);
			tick();
		});
	};
	wait(clock.now());
	return { cancel: () => timer.cancel() };
}
