/** Lets work on ids happen, each id once at a time, a bounded number at once. */
export interface WaitingRoom {
	/** False when the id is at work already, or when there is no room for it. */
	enter(id: string): boolean;
	hasRoom(): boolean;
	/** Resolves when the id is not at work and does not wait. */
	left(id: string): Promise<void>;
	/** Lets nobody in any more; resolves when the last has left. */
	close(): Promise<void>;
}

/** Ids that may wait; the sweep brings back the others. */
const WAITING_MAX = 2_000;

/** `work` never rejects. */
export function createWaitingRoom(width: number, work: (id: string) => Promise<void>): WaitingRoom {
	const inside = new Map<string, Promise<void>>();
	const waiting = new Set<string>();
	let isClosed = false;

	const begin = (id: string): void => {
		const working = work(id).finally(() => {
			inside.delete(id);
			const [next] = waiting;
			if (next === undefined || isClosed) return;
			waiting.delete(next);
			begin(next);
		});
		inside.set(id, working);
	};

	return {
		enter(id) {
			if (isClosed || inside.has(id) || waiting.has(id) || waiting.size >= WAITING_MAX) return false;
			if (inside.size < width) begin(id);
			else waiting.add(id);
			return true;
		},
		hasRoom: () => !isClosed && waiting.size < WAITING_MAX,
		async left(id) {
			while (inside.has(id) || waiting.has(id)) await (inside.get(id) ?? Promise.race(inside.values()));
		},
		async close() {
			isClosed = true;
			waiting.clear();
			await Promise.all(inside.values());
		},
	};
}
