import { type VirtualClock, virtualClock } from "../../../mixins/clock/virtual.ts";
import { readLease } from "../../../mixins/scheduler/leases.ts";
import { createJobRunner, type Job, type JobRunner } from "../../../mixins/scheduler/runner.ts";
import { isSlotDone } from "../../../mixins/scheduler/slots.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { createHostileStore, type HostileStore } from "../../support/hostile/store.ts";
import { seededRandom } from "../../support/hostile/random.ts";
import { gate, patiently, turns, until } from "../../support/patience.ts";

const START = Date.UTC(2026, 0, 1);
const LEASE_MS = 30_000;
const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

let clock: VirtualClock;
let store: HostileStore;
let errors: Error[];

beforeEach(() => {
	clock = virtualClock(START);
	store = createHostileStore({ seed: 3 });
	errors = [];
});

function runnerOf(owner: string, over: Store = store): JobRunner {
	return createJobRunner({ store: over, clock, owner, onError: (error) => void errors.push(error) });
}

describe("a job runner", () => {
	it("runs a job under a lease and records the run", async () => {
		const tokens: number[] = [];
		const job: Job = { name: "sweep", run: async ({ token }) => tokens.push(token) };
		expect(await runnerOf("a").tick(job)).toBe("done");
		expect(await runnerOf("b").tick(job)).toBe("done");
		expect(tokens).toEqual([1, 2]);
		expect(await readLease(store, "sweep")).toMatchObject({
			owner: null,
			token: 2,
			runs: 2,
			failures: 0,
			lastError: null,
		});
	});

	it("records the last error, reports it, and tries again at the next tick", async () => {
		let isBroken = true;
		const run = async (): Promise<void> => {
			if (isBroken) throw new RangeError("no rate for that day");
		};
		const runner = runnerOf("a");
		expect(await runner.tick({ name: "sweep", run })).toBe("failed");
		expect(errors.map(String)).toEqual(["RangeError: no rate for that day"]);
		isBroken = false;
		expect(await runner.tick({ name: "sweep", run })).toBe("done");
		expect(await readLease(store, "sweep")).toMatchObject({
			runs: 2,
			failures: 1,
			lastError: "RangeError: no rate for that day",
		});
	});

	it("never overlaps with itself, here or elsewhere", async () => {
		const door = gate();
		let starts = 0;
		const run = (): Promise<void> => {
			starts++;
			return door.passed;
		};
		const [here, elsewhere] = [runnerOf("a"), runnerOf("b")];
		const first = here.tick({ name: "sweep", run });
		await until(() => starts === 1);
		expect(await here.tick({ name: "sweep", run })).toBe("busy");
		expect(await elsewhere.tick({ name: "sweep", run })).toBe("held");
		await clock.advance(10 * LEASE_MS);
		expect(await elsewhere.tick({ name: "sweep", run })).toBe("held");
		door.open();
		expect(await first).toBe("done");
		expect(starts).toBe(1);
	});

	it("waits for its jobs when it stops, tells them, and starts none after", async () => {
		const runner = runnerOf("a");
		let isTold = false;
		const job: Job = {
			name: "sweep",
			run: ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve((isTold = true)))),
		};
		const running = runner.tick(job);
		await until(() => clock.now() === START);
		await turns(5);
		await runner.stop();
		expect(await running).toBe("done");
		expect(isTold).toBe(true);
		expect(await runner.tick(job)).toBe("stopped");
	});

	it("runs a once-per-period job once per period, whoever ticks", async () => {
		const periods: (string | null)[] = [];
		const job: Job = { name: "close", period: dayOf, run: async ({ period }) => periods.push(period) };
		const runners = [runnerOf("a"), runnerOf("b"), runnerOf("c")];
		for (let day = 0; day < 3; day++) {
			for (let round = 0; round < 3; round++) await Promise.all(runners.map((runner) => runner.tick(job)));
			await clock.advance(86_400_000);
		}
		expect(periods).toEqual(["2026-01-01", "2026-01-02", "2026-01-03"]);
	});

	it("runs a period again when it failed, and then no more", async () => {
		let attempts = 0;
		const run = async (): Promise<void> => {
			if (++attempts === 1) throw new Error("the bank is closed");
		};
		const job: Job = { name: "close", period: dayOf, run };
		expect(await runnerOf("a").tick(job)).toBe("failed");
		expect(await runnerOf("b").tick(job)).toBe("done");
		expect(await runnerOf("a").tick(job)).toBe("slotted");
		expect(attempts).toBe(2);
	});
});

describe("a holder that was paused past its lease", () => {
	/** A runner whose process stands still: its timers do not fire, its writes wait. */
	function pausedRunner(owner: string): { runner: JobRunner; freeze(): void } {
		let isFrozen = false;
		const own = {
			...clock,
			after: (ms: number, task: () => void) => clock.after(ms, () => (isFrozen ? undefined : task())),
		};
		const runner = createJobRunner({ store, clock: own, owner, onError: (error) => void errors.push(error) });
		return { runner, freeze: () => void (isFrozen = true) };
	}

	it("finds its token refused, and its period done by another", async () => {
		const door = gate();
		const slow = pausedRunner("slow");
		let isPaused = false;
		const jobFor = (owner: string): Job => ({
			name: "close",
			period: dayOf,
			leaseMs: LEASE_MS,
			run: async (run) => {
				if (owner === "slow") {
					isPaused = true;
					await door.passed;
				}
				await run.change("books", "close", () => ({ closedBy: owner }));
			},
		});
		const late = slow.runner.tick(jobFor("slow"));
		await until(() => isPaused);
		slow.freeze();
		await clock.advance(LEASE_MS);
		expect(await runnerOf("quick").tick(jobFor("quick"))).toBe("done");
		door.open();
		expect(await late).toBe("failed");
		expect((await store.load("books", "close"))?.state).toEqual({ closedBy: "quick", fencingToken: 2 });
		expect(errors.map(({ name }) => name)).toEqual(["StaleToken"]);
		expect(await readLease(store, "close")).toMatchObject({ token: 2, runs: 2, failures: 0 });
	});

	it("cannot finish a period that was taken over, even without a write of its own", async () => {
		const door = gate();
		const slow = pausedRunner("slow");
		let starts = 0;
		const job: Job = {
			name: "close",
			period: dayOf,
			leaseMs: LEASE_MS,
			run: () => (++starts === 1 ? door.passed : Promise.resolve()),
		};
		const late = slow.runner.tick(job);
		await until(() => starts === 1);
		slow.freeze();
		await clock.advance(LEASE_MS);
		expect(await runnerOf("quick").tick(job)).toBe("done");
		door.open();
		expect(await late).toBe("failed");
		expect(errors.map(({ name }) => name)).toEqual(["StaleToken"]);
	});

	it("is told by its signal once it notices, and by asking the store at once", async () => {
		const door = gate();
		let signal: AbortSignal | undefined;
		let held: Promise<void> | undefined;
		const slow = pausedRunner("slow");
		const late = slow.runner.tick({
			name: "sweep",
			leaseMs: LEASE_MS,
			run: async (run) => {
				({ signal } = run);
				await door.passed;
				held = run.assertHeld();
				await held;
			},
		});
		await until(() => signal !== undefined);
		slow.freeze();
		await clock.advance(LEASE_MS);
		await runnerOf("quick").tick({ name: "sweep", run: async () => undefined });
		door.open();
		expect(await late).toBe("failed");
		await expect(held).rejects.toThrow("past token 1");
	});

	it("loses the lease by itself when renewals do not get through", async () => {
		let signal: AbortSignal | undefined;
		const door = gate();
		const runner = runnerOf("a");
		const running = runner.tick({
			name: "sweep",
			leaseMs: LEASE_MS,
			run: (run) => {
				({ signal } = run);
				return door.passed;
			},
		});
		await until(() => signal !== undefined);
		store.refuse(() => true);
		await clock.advance(LEASE_MS - 1);
		expect(signal?.aborted).toBe(false);
		await clock.advance(LEASE_MS);
		expect(signal?.aborted).toBe(true);
		store.refuse(null);
		door.open();
		await patiently(clock, running);
	});
});

describe.each([51, 52, 53, 54, 55, 56])("three owners on a hostile store (seed %i)", (seed) => {
	it("close each day once, whoever is paused, and never write under an old token after a new one", async () => {
		const random = seededRandom(seed);
		const hostile = createHostileStore({
			seed,
			faults: { lostReply: 0.05, lostWrite: 0.05, lostRace: 0.1, slow: 0.2 },
		});
		const job: Job = {
			name: "close",
			period: dayOf,
			leaseMs: 3_000,
			run: async (run) => {
				if (random.chance(0.3)) await clock.sleep(random.below(9_000));
				await run.change<Books>("books", "close", (books) => {
					const closed = books?.closed ?? [];
					if (closed.some(({ period }) => period === run.period)) return null;
					return { closed: [...closed, { period: run.period, token: run.token }] };
				});
			},
		};
		const runners = ["a", "b", "c"].map((owner) => runnerOf(owner, hostile));
		const running: Promise<unknown>[] = [];
		for (let step = 0; step < 240; step++) {
			const runner = runners[random.below(3)];
			if (runner !== undefined) running.push(runner.tick(job));
			await clock.advance(random.below(4_000) + 14_400_000 / 8);
		}
		await patiently(clock, Promise.all(running));
		const { closed } = (await hostile.load<Books>("books", "close"))?.state ?? { closed: [] };
		const periods = closed.map(({ period }) => period);
		expect(periods.length).toBeGreaterThanOrEqual(4);
		expect(new Set(periods).size).toBe(periods.length);
		const tokens = closed.map(({ token }) => token);
		expect(tokens).toEqual([...tokens].sort((left, right) => left - right));
		for (const period of periods) expect(await isSlotDone(hostile, "close", period ?? "")).toBe(true);
	});
});

interface Books {
	readonly closed: readonly { readonly period: string | null; readonly token: number }[];
}
