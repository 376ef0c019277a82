import { createActors } from "../../../mixins/actor/actors.ts";
import type { Aggregate } from "../../../mixins/actor/port.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { createHostileStore } from "../../support/hostile/store.ts";
import { account, type Account, type AccountCommand } from "./support.ts";

/** An account whose answers stand in its events. */
const endless = {
	...account,
	answerFrom: ({ data }: { data: object }) => ({ balance: "amount" in data ? Number(data.amount) : 0, name: null }),
} as unknown as Aggregate<Account, AccountCommand, never>;

function bankOf(aggregate: Aggregate<Account, AccountCommand, never>) {
	const inner = createHostileStore({ seed: 1 });
	const read: (number | undefined)[] = [];
	const store = new Proxy<Store>(inner, {
		get(target, name: keyof Store) {
			if (name !== "events") return (target[name] as () => unknown).bind(target);
			return (...[kind, id, options]: Parameters<Store["events"]>) => {
				read.push(options?.from);
				return target.events(kind, id, options);
			};
		},
	});
	const actors = createActors({ store, clock: systemClock() });
	const add = (amount: number, commandId: string) => {
		const context = { commandId, correlationId: "COR_1", causationId: commandId, actor: "SYSTEM" };
		return actors.tell(aggregate, "A", { type: "add", amount }, context);
	};
	return { add, read, actors };
}

describe("an aggregate that never ends", () => {
	it("answers a repeated command from the one event it led to", async () => {
		const { add, read, actors } = bankOf(endless);
		await add(1, "CMD_1");
		await add(20, "CMD_2");
		await add(300, "CMD_3");
		expect(await add(20, "CMD_2")).toMatchObject({ state: { balance: 20 }, sequence: 2 });
		expect(read).toEqual([2]);
		expect((await actors.read(endless, "A")).state.balance).toBe(321);
	});

	it("is folded where it does not say how", async () => {
		const { add, read } = bankOf(account as unknown as typeof endless);
		await add(1, "CMD_1");
		await add(20, "CMD_2");
		await add(300, "CMD_3");
		expect(await add(20, "CMD_2")).toMatchObject({ state: { balance: 21 }, sequence: 2 });
		expect(read).toEqual([undefined]);
	});
});
