import type { ServiceSchema } from "moleculer";
import { actor } from "../../../mixins/actor/actor.mixin.ts";
import type { Aggregate } from "../../../mixins/actor/port.ts";
import type { Envelope, EventsFrom } from "../../../services/shared/events.ts";
import { startPlatform, temporaryFolder, type TestPlatform } from "../../support/broker.ts";

type Counted = EventsFrom<{ "counter.counted": { by: number } }>;
interface Counter {
	readonly total: number;
}
const counter: Aggregate<Counter, { by: number }, Counted> = {
	kind: "counter",
	schemaVersion: 1,
	decider: {
		initial: { total: 0 },
		decide: (_state, { by }) => [{ type: "counter.counted", data: { by } }],
		evolve: (state, event) => ({ total: state.total + event.data.by }),
	},
};

function servicesWith(heard: Envelope[], failing: { times: number }): ServiceSchema[] {
	return [
		{
			name: "counter",
			mixins: [actor(counter)],
			actions: {
				count: {
					handler(ctx) {
						return (this as never as { tell(...rest: unknown[]): unknown })["tell"](ctx, ctx.params.id, {
							by: ctx.params.by,
						});
					},
				},
			},
		},
		{
			name: "listener",
			events: {
				"counter.counted": {
					group: "listener",
					from: "beginning",
					async handler(ctx: { params: Envelope }) {
						if (failing.times-- > 0) throw new Error("not now");
						heard.push(ctx.params);
					},
				} as never,
			},
		},
	];
}

describe("durable events through the broker", () => {
	let platform: TestPlatform;
	const heard: Envelope[] = [];
	const failing = { times: 0 };
	const count = (id: string, by: number, commandId?: string): Promise<{ state: Counter; sequence: number }> =>
		platform.broker.call("counter.count", { id, by }, { headers: commandId === undefined ? {} : { commandId } });

	beforeEach(async () => {
		heard.length = 0;
		failing.times = 0;
		platform = await startPlatform({ services: servicesWith(heard, failing) });
	});
	afterEach(() => platform.stop());

	it("delivers every committed event to its handler, in order per aggregate", async () => {
		await Promise.all(Array.from({ length: 300 }, (_, index) => count(`c${index % 3}`, 1)));
		await platform.drained();
		expect(heard).toHaveLength(300);
		for (const id of ["c0", "c1", "c2"]) {
			const sequences = heard.filter((event) => event.subject === id).map((event) => event.sequence);
			expect(sequences).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
		}
	});

	it("answers a repeated command with its first answer", async () => {
		const first = await count("c", 5, "CMD-1");
		await count("c", 7, "CMD-2");
		const again = await count("c", 5, "CMD-1");
		expect(again.state).toEqual(first.state);
		expect(again.sequence).toBe(1);
		await platform.drained();
		expect(heard).toHaveLength(2);
	});

	it("refuses a fact that anybody else than the bus sends", async () => {
		await platform.broker.emit("counter.counted", { by: 1 });
		expect(heard).toHaveLength(0);
	});

	it("carries on after a restart where it stopped, without telling twice", async () => {
		const folder = temporaryFolder();
		const before: Envelope[] = [];
		const one = await startPlatform({ services: servicesWith(before, { times: 0 }), dataDir: folder.path });
		await one.broker.call("counter.count", { id: "c", by: 1 });
		await one.drained();
		await one.stop();
		const after: Envelope[] = [];
		const two = await startPlatform({ services: servicesWith(after, { times: 0 }), dataDir: folder.path });
		await two.broker.call("counter.count", { id: "c", by: 2 });
		await two.drained();
		await two.stop();
		folder.remove();
		expect(before.map((event) => event.sequence)).toEqual([1]);
		expect(after.map((event) => event.sequence)).toEqual([2]);
	});
});
