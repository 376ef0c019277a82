import type { DoctorView, Examination } from "../contract.ts";
import { examine } from "./examination.ts";
import type { ExaminerDeps } from "./ports.ts";
import { Tally } from "./tally.ts";

/** Differences of one check that survive a restart. */
const KEPT_MAX = 100;

/** Where the newest examination is kept over a restart. */
export interface Archive {
	read(): Promise<Examination | null>;
	write(examination: Examination): Promise<void>;
}

/** What a practice stands on. */
export interface PracticeDeps extends ExaminerDeps {
	readonly archive: Archive;
	readonly examinationId: () => string;
	readonly onError: (error: unknown) => void;
}

/** Examines one time after the other, never two at once. */
export interface Practice {
	/** Begins an examination unless one runs; answers how it stands. */
	start(): Examination;
	/** The same, and waits for its end. */
	examine(): Promise<Examination>;
	read(): Promise<DoctorView>;
	/** Resolves when nothing runs any more. */
	settled(): Promise<void>;
}

/** A practice of this process. */
export function createPractice(deps: PracticeDeps): Practice {
	let running: { readonly tally: Tally; readonly end: Promise<Examination> } | null = null;
	let last: Examination | null = null;

	async function carry(tally: Tally): Promise<Examination> {
		const isFailed = await examine(deps, tally).then(
			() => false,
			(error: unknown) => {
				deps.onError(error);
				return true;
			},
		);
		const ended = tally.view(deps.now(), isFailed);
		last = ended;
		running = null;
		await deps.archive.write(shortened(ended)).catch(deps.onError);
		return ended;
	}

	function begin(): { readonly tally: Tally; readonly end: Promise<Examination> } {
		if (running !== null) return running;
		const tally = new Tally(deps.examinationId(), deps.now());
		running = { tally, end: carry(tally) };
		return running;
	}

	return {
		start: () => begin().tally.view(),
		examine: () => begin().end,
		async read() {
			last ??= await deps.archive.read();
			return { running: running?.tally.view() ?? null, last };
		},
		async settled() {
			await running?.end;
		},
	};
}

/** Counts stay what they are; of the list the first of each check are kept. */
function shortened(examination: Examination): Examination {
	const listed = new Map<string, number>();
	const differences = examination.differences.filter(({ check }) => {
		const count = (listed.get(check) ?? 0) + 1;
		listed.set(check, count);
		return count <= KEPT_MAX;
	});
	return { ...examination, differences };
}
