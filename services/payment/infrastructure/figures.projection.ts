import type { Store } from "../../../mixins/store/port.ts";

/** Totals over all payments; amounts in won. */
export interface Figures {
	readonly approvedCount: number;
	readonly approvedAmount: number;
	readonly cancelledAmount: number;
}

/** Adds up what payments announce; each event counts once, however often it is delivered. */
export interface FiguresProjection {
	/** Resolves when the event is counted durably. */
	add(eventId: string, change: Partial<Figures>): Promise<void>;
	read(): Promise<Figures>;
}

interface Waiting {
	readonly eventId: string;
	readonly change: Partial<Figures>;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
}

const KIND = "payment-figures";
const ID = "all";
const NOTHING: Figures = { approvedCount: 0, approvedAmount: 0, cancelledAmount: 0 };
const BATCH_MAX = 200;
const RACES_MAX = 5;

/** One document; events that wait for the same turn become one write, and the store's command ids keep each from counting twice. */
export function createFigures(store: Store): FiguresProjection {
	store.define({ kind: KIND });
	const queue: Waiting[] = [];
	let isRunning = false;

	async function run(): Promise<void> {
		isRunning = true;
		while (queue.length > 0) {
			const batch = queue.splice(0, BATCH_MAX);
			await count(batch).then(
				() => batch.forEach(({ resolve }) => resolve()),
				(error: unknown) => batch.forEach(({ reject }) => reject(error)),
			);
		}
		isRunning = false;
	}

	async function count(batch: readonly Waiting[]): Promise<void> {
		for (let race = 0; race < RACES_MAX; race++) {
			const fresh = await uncounted(batch);
			if (fresh.length === 0 || (await write(fresh))) return;
		}
		throw new Error("The payment figures are written by too many at once.");
	}

	async function uncounted(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
		const known = await Promise.all(batch.map(({ eventId }) => store.findCommand(KIND, ID, eventId)));
		const chosen = new Map(batch.map((waiting) => [waiting.eventId, waiting]));
		return batch.filter((waiting, index) => known[index] === null && chosen.get(waiting.eventId) === waiting);
	}

	async function write(batch: readonly Waiting[]): Promise<boolean> {
		const stored = await store.load<Figures>(KIND, ID);
		const state = batch.reduce((figures, { change }) => sumOf(figures, change), stored?.state ?? NOTHING);
		const commands = batch.map(({ eventId }) => ({ commandId: eventId, sequence: 0 }));
		const expectedVersion = stored?.version ?? 0;
		const [result] = await store.commit([{ kind: KIND, id: ID, expectedVersion, state, events: [], commands }]);
		return result?.status === "ok";
	}

	return {
		add: (eventId, change) =>
			new Promise((resolve, reject) => {
				queue.push({ eventId, change, resolve, reject });
				if (!isRunning) void run();
			}),
		read: async () => (await store.load<Figures>(KIND, ID))?.state ?? NOTHING,
	};
}

function sumOf(figures: Figures, change: Partial<Figures>): Figures {
	return {
		approvedCount: figures.approvedCount + (change.approvedCount ?? 0),
		approvedAmount: figures.approvedAmount + (change.approvedAmount ?? 0),
		cancelledAmount: figures.cancelledAmount + (change.cancelledAmount ?? 0),
	};
}
