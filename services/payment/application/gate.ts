import { PaymentRejected } from "../domain/model.ts";

/** Lets a bounded number of tasks through at a time. */
export interface Gate {
	/** Refuses with GATEWAY_UNAVAILABLE, before anything is done, when too many are waiting already or the turn does not come in time. */
	pass<Result>(task: () => Promise<Result>): Promise<Result>;
}

/** How long a task waits for its turn; `after` is the clock's. */
export interface Patience {
	readonly ms: number;
	readonly after: (ms: number, task: () => void) => { cancel(): void };
}

interface Waiting {
	readonly enter: () => void;
}

/** `width` tasks at a time, at most `waitingMax` waiting for their turn. */
export function createGate(width: number, waitingMax: number, patience?: Patience): Gate {
	const waiting = new Set<Waiting>();
	let inside = 0;

	function turn(): Promise<void> {
		return new Promise((resolve, reject) => {
			const timer = patience?.after(patience.ms, () => {
				waiting.delete(place);
				reject(new PaymentRejected("GATEWAY_UNAVAILABLE"));
			});
			const place: Waiting = {
				enter: () => {
					timer?.cancel();
					resolve();
				},
			};
			waiting.add(place);
		});
	}

	function leave(): void {
		const [next] = waiting;
		if (next === undefined) {
			inside--;
			return;
		}
		waiting.delete(next);
		next.enter();
	}

	return {
		async pass(task) {
			if (inside >= width) {
				if (waiting.size >= waitingMax) throw new PaymentRejected("GATEWAY_UNAVAILABLE");
				await turn();
			} else inside++;
			try {
				return await task();
			} finally {
				leave();
			}
		},
	};
}
