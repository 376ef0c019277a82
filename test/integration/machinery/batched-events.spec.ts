import type { ServiceSchema } from "moleculer";
import { actor } from "../../../mixins/actor/actor.mixin.ts";
import type { Aggregate } from "../../../mixins/actor/port.ts";
import type { EventBatch, Meta } from "../../../mixins/typed.ts";
import type { DomainEvent } from "../../../services/shared/events.ts";
import { startPlatform, type TestPlatform } from "../../support/broker.ts";
import { envelope } from "../../support/envelopes.ts";

const tale: Aggregate<{ length: number }, readonly DomainEvent[], DomainEvent> = {
	kind: "tale",
	schemaVersion: 1,
	decider: {
		initial: { length: 0 },
		decide: (_state, events) => events,
		evolve: ({ length }) => ({ length: length + 1 }),
	},
};

interface Call {
	readonly name: string;
	readonly meta: Meta;
	readonly batch: EventBatch;
}

const listener = (calls: Call[]): ServiceSchema => {
	const handlerOf = (name: string) => ({
		group: "listener",
		from: "beginning",
		batch: 64,
		async handler(ctx: { params: EventBatch; meta: Meta }) {
			calls.push({ name, meta: ctx.meta, batch: ctx.params });
		},
	});
	const events = { "tale.told": handlerOf("told"), "tale.ended": handlerOf("ended") } as never;
	return { name: "listener", events };
};

describe("events in batches through the broker", () => {
	let platform: TestPlatform;
	const calls: Call[] = [];
	const start = async (environment: string): Promise<void> => {
		calls.length = 0;
		const teller = { name: "tale", mixins: [actor(tale)] };
		platform = await startPlatform({ services: [teller, listener(calls)], env: { NODE_ENV: environment } });
	};
	afterEach(() => platform.stop());

	const tell = (id: string, ...types: readonly string[]): Promise<unknown> => {
		const commandId = platform.runtime.ids.next("CMD");
		const context = { commandId, correlationId: "COR_1", causationId: commandId, actor: "SYSTEM" };
		const events = types.map((type) => ({ type, data: {} }));
		return platform.runtime.actors.tell(tale, id, events, context);
	};
	const placesOf = ({ name, batch }: Call) =>
		batch.deliveries.map(({ event, position }) => `${name} ${event.id} @${position}`);

	it("come to the handler of their type, many in a call, in order", async () => {
		await start("test");
		await tell("T1", "tale.told", "tale.told", "tale.unheard", "tale.ended", "tale.told");
		await platform.drained();
		expect(calls.map(placesOf)).toEqual([
			["told tale:T1:1 @1", "told tale:T1:2 @2"],
			["ended tale:T1:4 @4"],
			["told tale:T1:5 @5"],
		]);
		expect(calls[0]?.meta).toMatchObject({ actor: "SYSTEM" });
	});

	it("are refused from anybody else than the bus, but for a developer, whose event has no place", async () => {
		await start("test");
		await platform.broker.emit("tale.told", envelope({ subject: "T1" }, 1));
		expect(calls).toEqual([]);
		await platform.stop();
		await start("development");
		await platform.broker.emit("tale.told", envelope({ subject: "T1" }, 1));
		expect(calls.map(placesOf)).toEqual([["told thing:T1:1 @0"]]);
		const listed = platform.broker.registry.getEventList({ onlyLocal: true }) as unknown as { name: string }[];
		expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(["tale.told", "tale.ended"]));
	});
});
