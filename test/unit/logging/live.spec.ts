import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { sharedLiveLog } from "../../../services/logging/application/live.ts";
import { createCollector } from "../../../services/logging/application/collector.ts";
import { createRollUps } from "../../../services/logging/application/roll-ups.ts";
import { EVENT_ROW } from "../../../services/logging/domain/event-row.ts";
import { PAGE } from "../../../services/logging/domain/page.ts";
import { HOUR, MINUTE } from "../../../services/logging/domain/roll-up.ts";
import { EPOCH } from "../../support/broker.ts";
import { envelope } from "../../support/envelopes.ts";
import { createHostileStore } from "../../support/hostile/store.ts";

function bed() {
	const store = createHostileStore({ seed: 1 });
	for (const kind of [HOUR, MINUTE]) store.define({ kind, indexes: [{ fields: ["from"] }] });
	const clock = virtualClock(EPOCH);
	const told: number[] = [];
	const shared = sharedLiveLog({ store, clock }, () => void store.count(PAGE).then((pages) => told.push(pages)));
	const collector = createCollector(store, createRollUps(store), shared.onStored);
	const collect = (position: number) => {
		const event = envelope({ subject: `S_${position}`, kind: "order", type: "order.created" }, 1);
		return collector.collect([{ stream: "order/0", position, event }]);
	};
	return { store, clock, shared, told, collect };
}

describe("rows of several processes", () => {
	it("have their place before anybody is told of them, and nobody is told after the end", async () => {
		const { store, shared, told, collect } = bed();
		await collect(1);
		await store.count(PAGE);
		expect(told).toEqual([1]);
		shared.stop();
		await collect(2);
		await store.count(PAGE);
		expect([told, await store.count(PAGE)]).toEqual([[1], 2]);
	});

	it("come again until they have it", async () => {
		const { store, shared, told, collect } = bed();
		store.refuse(({ kind }) => kind === PAGE);
		await expect(collect(1)).rejects.toThrow("live log");
		expect([await store.count(EVENT_ROW), told]).toEqual([1, []]);
		store.refuse(null);
		await collect(1);
		const { events } = await shared.pages.after(0, 10);
		expect(events.map(({ eventId }) => eventId)).toEqual(["order:S_1:1"]);
	});
});
