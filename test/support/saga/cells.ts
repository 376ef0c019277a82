import { faultPointsOf, type SagaPlan } from "../../../mixins/saga/plan.ts";
import { MOMENTS, type Direction, type FaultPoint } from "../../../mixins/saga/port.ts";

export const TROUBLES = ["kill", "refusal", "error", "late effect", "lost reply"] as const;
export type Trouble = (typeof TROUBLES)[number];

/** One thing that can happen at one place: a call's trouble, and a process that dies at a moment around that call. */
export interface Cell {
	readonly step: string;
	readonly direction: Direction;
	/** Null: nobody dies. */
	readonly moment: FaultPoint["moment"] | null;
	readonly trouble: Trouble;
	/** How many calls meet the trouble. */
	readonly times: number;
}

/** A call that never gets better, before the saga gives up on it. */
const ALWAYS = 1_000;
const SOME = 2;
/** Enough to call for somebody. */
const MANY = 12;

/** The crash matrix of a definition. */
export function cellsOf<Input extends object>(plan: SagaPlan<Input>): readonly Cell[] {
	const calls = faultPointsOf(plan).filter(({ moment }) => moment === MOMENTS[0]);
	return calls.flatMap(({ step, direction }) =>
		TROUBLES.flatMap((trouble) =>
			timesOf(plan, step, direction, trouble).flatMap((times) =>
				momentsOf(trouble).map((moment) => ({ step, direction, moment, trouble, times })),
			),
		),
	);
}

/** What the cells leave out of `plan`, as `step/direction/moment/trouble`. */
export function uncovered<Input extends object>(plan: SagaPlan<Input>, cells: readonly Cell[]): readonly string[] {
	const covered = new Set(cells.map((cell) => `${nameOf(cell)}/${cell.trouble}`));
	const wanted = faultPointsOf(plan).flatMap((point) => TROUBLES.map((trouble) => `${nameOf(point)}/${trouble}`));
	return wanted.filter((name) => !covered.has(name));
}

/** What a cell must end with. */
export function endOf<Input extends object>(
	{ steps, pivot }: SagaPlan<Input>,
	cell: Cell,
): "COMPLETED" | "COMPENSATED" {
	if (cell.direction === "compensation") return "COMPENSATED";
	const place = steps.findIndex(({ name }) => name === cell.step);
	if (cell.trouble === "refusal") return place <= pivot ? "COMPENSATED" : "COMPLETED";
	return cell.times === ALWAYS ? "COMPENSATED" : "COMPLETED";
}

/** `step/direction/moment`. */
export function nameOf({ step, direction, moment }: Pick<Cell, "step" | "direction" | "moment">): string {
	return `${step}/${direction}/${moment ?? "nobody dies"}`;
}

function momentsOf(trouble: Trouble): readonly Cell["moment"][] {
	return trouble === "kill" ? MOMENTS : [...MOMENTS, null];
}

function timesOf<Input extends object>(
	{ steps, pivot }: SagaPlan<Input>,
	step: string,
	direction: Direction,
	trouble: Trouble,
): readonly number[] {
	if (trouble === "kill") return [0];
	const place = steps.findIndex(({ name }) => name === step);
	if (direction === "compensation" || place >= pivot) return trouble === "refusal" && place === pivot ? [1] : [MANY];
	return trouble === "refusal" ? [1] : [SOME, ALWAYS];
}
