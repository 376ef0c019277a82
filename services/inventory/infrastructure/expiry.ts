import type { Runtime } from "../../../mixins/runtime.ts";
import { findReservation, release } from "../application/reservations.ts";
import type { Intent, IsRunning } from "../application/ports.ts";
import { slotId } from "../domain/reservation.ts";
import type { IntentRecords } from "./intents.ts";
import { createShelf } from "./shelf.ts";
import { stockAggregate } from "./stock.aggregate.ts";

/** Releases reservations nobody stands behind any more. */
export interface Expiry {
	/** Looks at everything that is due now. */
	run(signal?: AbortSignal): Promise<{ examined: number; released: number }>;
}

const PAGE = 200;

/** One reservation's trouble never stops the others: it stays due and is looked at again in the next run. */
export function createExpiry(runtime: Runtime, intents: IntentRecords, isRunning: IsRunning): Expiry {
	const { clock, ids, store } = runtime;

	/** Whether pieces came free. */
	async function examine(intent: Intent): Promise<boolean> {
		const { orderId, productId } = intent;
		const commandId = ids.next("CMD");
		const opened = await openingOf(intent);
		const cause = { correlationId: opened?.correlationid ?? commandId, causationId: opened?.id ?? commandId };
		const shelf = createShelf(runtime, { commandId, ...cause, actor: "SYSTEM" });
		const reservation = await findReservation(shelf, intent);
		if (reservation === null) await intents.drop(intent);
		else if (reservation.status !== "RESERVED") await intents.settle(intent);
		else if (!(await isRunning(reservation))) {
			await release({ shelf, intents, commandId, now: () => clock.now() }, { orderId, productId }, "EXPIRED");
			return true;
		}
		return false;
	}

	/** The release belongs to the story of the request behind the reservation. */
	async function openingOf({ orderId, productId }: Intent) {
		const { kind } = stockAggregate;
		const sequence = await store.findCommand(kind, productId, slotId(orderId, "open"));
		if (sequence === null) return undefined;
		const [event] = await store.events(kind, productId, { from: sequence, upTo: sequence });
		return event;
	}

	return {
		async run(signal) {
			const until = clock.iso();
			let after: Intent | null = null;
			let examined = 0;
			let released = 0;
			while (signal?.aborted !== true) {
				const page: readonly Intent[] = await intents.due(until, after, PAGE);
				const results = await Promise.allSettled(page.map(examine));
				examined += page.length;
				released += results.filter((result) => result.status === "fulfilled" && result.value).length;
				after = page.at(-1) ?? null;
				if (after === null || page.length < PAGE) break;
				await clock.turn();
			}
			return { examined, released };
		},
	};
}
