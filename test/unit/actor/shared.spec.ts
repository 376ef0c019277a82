import { createActors } from "../../../mixins/actor/actors.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { createHostileStore } from "../../support/hostile/store.ts";
import { account, type AccountCommand } from "./support.ts";

/** Two processes with actors of the same account. */
function twoProcesses() {
	const store = createHostileStore({ seed: 3 });
	const process = () => {
		const actors = createActors({ store, clock: systemClock(), isShared: true });
		const tell = (command: AccountCommand, commandId: string) =>
			actors.tell(account, "A", command, {
				commandId,
				correlationId: "COR_1",
				causationId: commandId,
				actor: "SYSTEM",
			});
		return { tell, read: () => actors.read(account, "A") };
	};
	return { here: process(), there: process() };
}

describe("actors of several processes over one store", () => {
	it("refuse nothing on the ground of what they remember", async () => {
		const { here, there } = twoProcesses();
		await here.tell({ type: "add", amount: 10 }, "CMD_1");
		await there.tell({ type: "add", amount: 90 }, "CMD_2");
		expect((await here.tell({ type: "take", amount: 100 }, "CMD_3")).state.balance).toBe(0);
		await expect(there.tell({ type: "take", amount: 1 }, "CMD_4")).rejects.toMatchObject({ code: "BALANCE_TOO_LOW" });
	});

	it("read what others have written", async () => {
		const { here, there } = twoProcesses();
		await here.tell({ type: "add", amount: 10 }, "CMD_1");
		expect((await there.read()).state.balance).toBe(10);
		await here.tell({ type: "add", amount: 10 }, "CMD_2");
		expect((await there.read()).state.balance).toBe(20);
		expect((await there.tell({ type: "look" }, "CMD_3")).state.balance).toBe(20);
	});

	it("answer a command that another process took with what it led to", async () => {
		const { here, there } = twoProcesses();
		await there.tell({ type: "add", amount: 1 }, "CMD_0");
		await here.tell({ type: "add", amount: 10 }, "CMD_1");
		expect(await there.tell({ type: "add", amount: 10 }, "CMD_1")).toMatchObject({
			state: { balance: 11 },
			sequence: 2,
		});
		expect((await here.read()).state.balance).toBe(11);
	});

	it("lose no update when both write at once", async () => {
		const { here, there } = twoProcesses();
		const commands = Array.from({ length: 40 }, (_, index) =>
			(index % 2 === 0 ? here : there).tell({ type: "add", amount: 1 }, `CMD_${index}`),
		);
		await Promise.all(commands);
		expect((await here.read()).state.balance).toBe(40);
		expect((await there.read()).state.balance).toBe(40);
	});
});
