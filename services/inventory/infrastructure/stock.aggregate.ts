import type { Aggregate } from "../../../mixins/actor/port.ts";
import type { Stock, StockCommand, StockEvent } from "../domain/model.ts";
import { stock } from "../domain/stock.ts";

/** Stock as it is stored, by product. A repeat is answered from its own event: a product lives for ever. */
export const stockAggregate: Aggregate<Stock, StockCommand, StockEvent> = {
	kind: "stock",
	decider: stock,
	schemaVersion: 1,
	indexes: [{ fields: ["status"] }],
	answerFrom: (event) => ({ status: "none", last: event as unknown as StockEvent }),
};
