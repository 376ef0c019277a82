import { PaymentRejected } from "../domain/model.ts";

/** Lets a bounded number of tasks through at a time. */
export interface Gate {
	/** Refuses with GATEWAY_UNAVAILABLE, before anything is done, when too many are waiting already. */
	pass<Result>(task: () => Promise<Result>): Promise<Result>;
}

/** `width` tasks at a time, at most `waitingMax` waiting for their turn. */
export function createGate(width: number, waitingMax: number): Gate {
	const waiting: (() => void)[] = [];
	let inside = 0;
	return {
		async pass(task) {
			if (inside >= width) {
				if (waiting.length >= waitingMax) throw new PaymentRejected("GATEWAY_UNAVAILABLE");
				await new Promise<void>((enter) => waiting.push(enter));
			} else inside++;
			try {
				return await task();
			} finally {
				const next = waiting.shift();
				if (next === undefined) inside--;
				else next();
			}
		},
	};
}
