import { collect } from "../../../services/logging/application/collector.ts";
import { EVENT_ROW } from "../../../services/logging/domain/event-row.ts";
import { traceOf } from "../../../services/logging/application/trace.ts";
import { createPublisher, envelope } from "../../support/envelopes.ts";
import { createHostileStore } from "../../support/hostile/store.ts";

const event = envelope({ subject: "A", kind: "order", type: "order.created" }, 1);

describe("the collector", () => {
	it("stores one row per event, however often it is delivered", async () => {
		const store = createHostileStore({ seed: 1 });
		await Promise.all([collect(store, event), collect(store, event), collect(store, event)]);
		expect(await store.count(EVENT_ROW)).toBe(1);
		expect(await store.load(EVENT_ROW, event.id)).toMatchObject({ version: 1, state: { eventType: "order.created" } });
	});

	it("asks for another delivery when the store cannot say", async () => {
		const store = createHostileStore({ seed: 1, faults: { lostReply: 1 } });
		await expect(collect(store, event)).rejects.toThrow();
		store.setFaults({ lostReply: 0 });
		await collect(store, event);
		expect(await store.count(EVENT_ROW)).toBe(1);
	});

	it("asks for another delivery when the store says nothing", async () => {
		await expect(collect({ commit: async () => [] }, event)).rejects.toThrow("the row of order:A:1 was not stored");
	});

	it("reads a trace with one read per aggregate, and only the asked events", async () => {
		const store = createHostileStore({ seed: 1 });
		const kinds = ["order", "order", "order", "payment"];
		await createPublisher(store)(kinds.map((kind) => ({ subject: "A", kind, type: `${kind}.done` })));
		const reads: unknown[] = [];
		const source = {
			events: (kind: string, id: string, options: { from: number; upTo: number }) => {
				reads.push([kind, id, options]);
				return store.events(kind, id, options);
			},
		};
		const rows = await traceOf(source, ["order:A:3", "payment:A:1", "order:A:1"]);
		expect(rows.map(({ eventId }) => eventId)).toEqual(["order:A:1", "payment:A:1", "order:A:3"]);
		expect(reads).toEqual([
			["order", "A", { from: 1, upTo: 3 }],
			["payment", "A", { from: 1, upTo: 1 }],
		]);
	});
});
