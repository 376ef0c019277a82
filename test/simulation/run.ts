import { Trace } from "./kernel/trace.ts";
import { Violation, type Check } from "./oracle/violation.ts";
import { planOf, WHOLE, type Reduction } from "./world/plan.ts";
import { World, type Tampering } from "./world/world.ts";

/** One run of one seed. */
export interface RunOptions {
	readonly seed: number;
	readonly reduction?: Reduction;
	/** Keeps the story for people. */
	readonly isTold?: boolean;
	readonly tampering?: Tampering;
}

/** How a run ended. */
export interface RunResult {
	readonly seed: number;
	/** Equal for equal runs. */
	readonly hash: string;
	/** Null: every promise was kept. */
	readonly broken: { readonly check: Check; readonly what: string } | null;
	/** The story, when it was asked for. */
	readonly lines: readonly string[];
	readonly steps: number;
	readonly crashes: number;
	readonly orders: number;
	readonly charges: number;
	/** Virtual milliseconds. */
	readonly lasted: number;
}

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 1_000;
/** When nothing but clocks is left, the machine sleeps for this long. */
const LEAP_MS = 45_000;
const STEPS_MAX = 2_000_000;

/** Lives through a seed: trouble, calm, and the end. Never rejects. */
export async function runSeed({
	seed,
	reduction = WHOLE,
	isTold = false,
	tampering = {},
}: RunOptions): Promise<RunResult> {
	const trace = new Trace(isTold);
	const plan = planOf(seed, reduction);
	const world = new World(plan, trace, tampering);
	const start = world.kernel.now;
	let broken: RunResult["broken"] = null;
	// A rejection that nobody handles ends a real process.
	const onRejection = (error: unknown): void => world.fail(error);
	process.on("unhandledRejection", onRejection);
	try {
		await live(world, plan.troubledMs);
	} catch (error) {
		broken = brokenBy(error);
		world.tell("oracle", `${broken.check}: ${broken.what}`);
	} finally {
		process.off("unhandledRejection", onRejection);
	}
	return {
		seed,
		hash: trace.hash,
		broken,
		lines: trace.lines ?? [],
		steps: world.kernel.steps,
		crashes: world.crashes,
		orders: world.oracle.orders.orders.size,
		charges: [...world.books.charges.values()].filter(({ amount }) => amount > 0).length,
		lasted: world.kernel.now - start,
	};
}

function brokenBy(error: unknown): { readonly check: Check; readonly what: string } {
	if (error instanceof Violation) return { check: error.check, what: error.message };
	return { check: "sound", what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

async function live(world: World, troubledMs: number): Promise<void> {
	const { kernel, oracle } = world;
	await within(world, world.open());
	const calmAt = kernel.now + troubledMs;
	world.trouble();
	world.invite();
	await kernel.drive(() => kernel.now >= calmAt || kernel.steps > STEPS_MAX);
	world.calm();
	await settle(world, kernel.now + DAY_MS);
	await within(world, finish(world));
	oracle.checkEnd(world.disk, world.books, world.settings.points.rateBps);
}

/** Time goes on until everything has ended, at most a day. */
async function settle(world: World, deadline: number): Promise<void> {
	const { kernel } = world;
	for (let looks = 1; ; looks++) {
		const next = kernel.now + LOOK_EVERY_MS;
		kernel.later(null, LOOK_EVERY_MS, () => undefined);
		await kernel.drive(() => kernel.now >= next || kernel.steps > STEPS_MAX);
		const left = world.unfinished();
		if (left.length === 0) return;
		if (kernel.now > deadline || kernel.steps > STEPS_MAX) throw new Violation("ended", left.slice(0, 5).join("; "));
		if (looks % 10 === 0) await within(world, world.operate());
		if (looks % 30 === 0 && world.buyers === 0) kernel.leap(LEAP_MS);
	}
}

/** The platform's own audits agree with ours. */
async function finish({ shop }: World): Promise<void> {
	if (shop === null) return;
	const verification = (await shop.broker.call("ledger.verify", {})) as { isIntact: boolean; firstBreak: unknown };
	if (!verification.isIntact)
		throw new Violation("ledger-balanced", `the ledger's own audit: ${JSON.stringify(verification.firstBreak)}`);
}

/** Lets the world run until the work is done. */
async function within(world: World, work: Promise<unknown>): Promise<void> {
	const state = { isDone: false };
	const done = () => (state.isDone = true);
	work.then(done, done);
	await world.kernel.drive(() => state.isDone || world.kernel.steps > STEPS_MAX);
	if (!state.isDone) throw new Violation("ended", "something waits for ever");
	await work;
}
