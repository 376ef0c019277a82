import { addTo, BATCH_SIZE_MAX, type DurableEvent, type Groups, runsOf } from "../../../mixins/bus/groups.ts";
import { envelope } from "../../support/envelopes.ts";

const handler = (changes: Partial<DurableEvent>): DurableEvent => ({
	name: "order.paid",
	group: "log",
	from: "beginning",
	...changes,
});
const added = (...events: readonly DurableEvent[]): Groups => {
	const groups: Groups = new Map();
	for (const event of events) addTo(groups, event, "a service");
	return groups;
};

describe("groups of handlers", () => {
	it("take together what their handlers name", () => {
		const group = added(handler({ batch: 8 }), handler({ name: "order.failed", batch: 8 })).get("log");
		expect([...(group?.types ?? [])]).toEqual(["order.paid", "order.failed"]);
		expect(group).toMatchObject({ batch: 8, hearsAll: false });
	});

	it.each([
		[[handler({}), handler({ from: "now" })], "one place"],
		[[handler({ batch: 8 }), handler({ batch: 9 })], "equal batches"],
		[[handler({}), handler({ batch: 9 })], "equal batches"],
		[[handler({ batch: 0 })], "1 to"],
		[[handler({ batch: 1.5 })], "1 to"],
		[[handler({ batch: BATCH_SIZE_MAX + 1 })], "1 to"],
		[[handler({ batch: 8 }), handler({ name: "**", batch: 8 })], "everything, or"],
	])("refuse handlers that do not go together: %j", (events, reason) => {
		expect(() => added(...events)).toThrow(reason);
	});

	it("cut a batch where the handler changes, and leave it whole for a handler of everything", () => {
		const deliveries = ["x", "x", "y", "x"].map((type, index) => ({
			stream: "log",
			position: index + 1,
			event: envelope({ subject: "a", type }, index + 1),
		}));
		const places = (runs: ReturnType<typeof runsOf>) => runs.map((run) => run.map(({ position }) => position));
		expect(places(runsOf(deliveries, { hearsAll: false }))).toEqual([[1, 2], [3], [4]]);
		expect(places(runsOf(deliveries, { hearsAll: true }))).toEqual([[1, 2, 3, 4]]);
	});
});
