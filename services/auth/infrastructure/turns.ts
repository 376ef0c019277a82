import { AuthRejected } from "../domain/rejected.ts";

/** Runs tasks of one key one after another, of different keys side by side. */
export interface Turns {
	run<T>(key: string, task: () => Promise<T>): Promise<T>;
}

/** At most `waitingMax` tasks wait altogether; one more is refused with RATE_LIMITED. */
export function createTurns(waitingMax: number): Turns {
	const tails = new Map<string, Promise<unknown>>();
	let waiting = 0;
	return {
		async run(key, task) {
			if (waiting >= waitingMax) throw new AuthRejected("RATE_LIMITED", { retryAfterSeconds: 1 });
			waiting++;
			const before = tails.get(key) ?? Promise.resolve();
			const mine = before.then(task);
			const settled = mine.then(ignore, ignore);
			tails.set(key, settled);
			try {
				return await mine;
			} finally {
				waiting--;
				if (tails.get(key) === settled) tails.delete(key);
			}
		},
	};
}

/** The caller hears of a failure; the next in line only needs to know that its turn has come. */
function ignore(): void {
	return;
}
