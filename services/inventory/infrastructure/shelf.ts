import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { Shelf } from "../application/ports.ts";
import type { StockEvent } from "../domain/model.ts";
import { stockAggregate } from "./stock.aggregate.ts";

/** Stock behind its actors, changed in the name of one call. */
export function createShelf({ actors, store }: Pick<Runtime, "actors" | "store">, context: CommandContext): Shelf {
	const { kind } = stockAggregate;
	return {
		async tell(productId, commandId, command) {
			const { state } = await actors.tell(stockAggregate, productId, command, { ...context, commandId });
			// Every command that is not refused leads to one event.
			if (state.last === null) throw new Error(`${commandId} led to no event of ${productId}`);
			return state.last;
		},
		async eventOf(productId, commandId) {
			const sequence = await store.findCommand(kind, productId, commandId);
			if (sequence === null) return null;
			const [event] = await store.events(kind, productId, { from: sequence, upTo: sequence });
			if (event === undefined) throw new Error(`event ${sequence} of ${productId} is missing`);
			return event as unknown as StockEvent;
		},
	};
}
