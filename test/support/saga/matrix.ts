import { faultPointsOf, type SagaPlan } from "../../../mixins/saga/plan.ts";
import { seededRandom } from "../hostile/random.ts";
import { cellsOf, endOf, nameOf, uncovered, type Cell } from "./cells.ts";
import { Targets, type Fate, type Request } from "./targets.ts";
import { SagaWorld, worldClock } from "./world.ts";

const SAGA_ID = "SAG_1";
const DOWNTIME_MAX_MS = 20_000;
const LATE_MAX_MS = 120_000;
/** A release runs more: `SEEDS=20`. */
const SEEDS = Array.from({ length: Number(process.env["SEEDS"] ?? 1) }, (_none, index) => 1_000 * (index + 1));
const OWN_STEP = ({ sagaId, step }: Request) => `${sagaId}:${step}:forward`;

/** What a matrix needs to know besides the definition. */
export interface MatrixOptions<Input extends object> {
	readonly input: Input;
	/** What a compensation's params say that it undoes; default: the same step's forward command. */
	readonly undoes?: (request: Request) => string;
	/** What the callee of a step answers, where the definition reads answers. */
	readonly resultOf?: (request: Request) => unknown;
	/** Targets that forget cancellations: the matrix must see it. */
	readonly isForgetful?: boolean;
}

/** Runs every cell of a definition's crash matrix, and holds each to its end and the world to all or nothing. */
export function describeMatrix<Input extends object>(plan: SagaPlan<Input>, options: MatrixOptions<Input>): void {
	const cells = cellsOf(plan);
	const passed = new Set<string>();

	describe(`the crash matrix of ${plan.name}, ${cells.length} cells`, () => {
		it("has cells for every step, direction, moment and trouble", () => {
			expect(uncovered(plan, cells)).toEqual([]);
		});

		it.each([...new Set(cells.map(({ step, direction }) => `${step}/${direction}`))])("%s ends well", async (place) => {
			const own = cells.filter(({ step, direction }) => `${step}/${direction}` === place);
			for (const [index, cell] of own.entries())
				for (const seed of SEEDS) await runCell(plan, cell, options, seed + index, passed);
		});

		it("has passed every fault point", () => {
			expect([...passed].sort()).toEqual(faultPointsOf(plan).map(nameOf).sort());
		});
	});
}

/** Runs one cell; rejects when it does not end as it must. */
export async function runCell<Input extends object>(
	plan: SagaPlan<Input>,
	cell: Cell,
	{ input, resultOf, undoes = OWN_STEP, isForgetful = false }: MatrixOptions<Input>,
	seed: number,
	passed = new Set<string>(),
): Promise<void> {
	const clock = worldClock();
	const random = seededRandom(seed);
	let troubles = cell.times;
	let isDoomed = cell.moment !== null;
	const fateOf = (request: Request): Fate => {
		const isHere = request.step === cell.step && request.direction === cell.direction;
		if (isHere && troubles-- > 0) return fateIn(plan, cell, random.below(LATE_MAX_MS));
		const isPivot = plan.steps[plan.pivot]?.name === request.step;
		return isPivot && cell.direction === "compensation" ? refusalOf(plan, request.step, "forward") : { type: "fine" };
	};
	const targets = new Targets({ clock, fateOf, undoes, ...(resultOf === undefined ? {} : { resultOf }) });
	targets.isForgetful = isForgetful;
	const world: SagaWorld<Input> = new SagaWorld<Input>({
		plan,
		seed,
		clock,
		caller: targets.caller(),
		faults: { slow: 0.1 },
		onPoint: (point): Promise<never> | undefined => {
			passed.add(nameOf(point));
			if (!isDoomed || nameOf(point) !== nameOf(cell)) return undefined;
			isDoomed = false;
			return world.kill();
		},
	});
	world.boot();
	for (const { name, forward } of plan.steps) if (forward === null) targets.standing.add(`${SAGA_ID}:${name}:forward`);
	await world.start(SAGA_ID, input);
	const isOver = () => !isDoomed && targets.late === 0 && typeof world.stored(SAGA_ID)?.endedAt === "string";
	await world.live(isOver, random.below(DOWNTIME_MAX_MS));
	check(plan, cell, world, targets);
}

function check<Input extends object>(
	plan: SagaPlan<Input>,
	cell: Cell,
	world: SagaWorld<Input>,
	{ standing, deeds }: Targets,
): void {
	const name = `${nameOf(cell)}/${cell.trouble} × ${cell.times}`;
	const stored = world.stored(SAGA_ID);
	const status = endOf(plan, cell);
	// What is not undone by choice counts for nothing when the saga has turned back.
	const counted = plan.steps.filter(
		({ compensation, isPivot }) => status === "COMPLETED" || compensation !== null || isPivot,
	);
	const effects = counted.map((step) => `${SAGA_ID}:${step.name}:forward`);
	const wanted = status === "COMPLETED" ? effects : [];
	expect({ name, status: stored?.status, standing: effects.filter((effect) => standing.has(effect)) }).toEqual({
		name,
		status,
		standing: wanted,
	});
	const undone = world
		.eventsOf(SAGA_ID)
		.flatMap(({ type, data }) =>
			type === "saga.step-succeeded" && data.direction === "compensation" ? [data.step] : [],
		);
	expect(undone).toEqual(
		plan.steps
			.map((step) => step.name)
			.filter((step) => undone.includes(step))
			.reverse(),
	);
	expect(stored).toMatchObject({ dueAt: null, needsAttention: false, runner: null });
	expect(new Set(deeds).size).toBe(deeds.length);
	expect(world.folded(SAGA_ID)).toEqual(stored);
	expect(world.errors).toEqual([]);
}

function fateIn<Input extends object>(plan: SagaPlan<Input>, cell: Cell, ms: number): Fate {
	switch (cell.trouble) {
		case "kill":
			return { type: "fine" };
		case "refusal":
			return refusalOf(plan, cell.step, cell.direction);
		case "error":
			return { type: "break" };
		case "late effect": {
			const call = plan.steps.find(({ name }) => name === cell.step)?.[cell.direction];
			return { type: "delay", ms: ms + (call?.timeoutMs ?? 0) };
		}
		case "lost reply":
			return { type: "lose" };
	}
}

function refusalOf<Input extends object>(plan: SagaPlan<Input>, step: string, direction: Cell["direction"]): Fate {
	const refusals = plan.steps.find(({ name }) => name === step)?.[direction]?.refusals ?? {};
	const code = Object.entries(refusals).find(([, status]) => status < 500)?.[0];
	if (code === undefined) throw new Error(`${step} declares no refusal`);
	return { type: "refuse", code };
}
