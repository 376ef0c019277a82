import { RECENT_COMMANDS_MAX, StoreUnavailable } from "../../../mixins/store/port.ts";
import { gate, turns, until } from "../../support/patience.ts";
import { account, codeOf, createBank } from "./support.ts";

describe("a mailbox", () => {
	it("decides all waiting commands in order and commits them as one write", async () => {
		const bank = createBank();
		await bank.tell("A", { type: "add", amount: 1 });
		const answers = await Promise.all([2, 3, 4].map((amount) => bank.tell("A", { type: "add", amount })));
		expect(answers.map(({ state, sequence }) => [state.balance, sequence])).toEqual([
			[3, 2],
			[6, 3],
			[10, 4],
		]);
		expect(bank.commits.map(({ events }) => events.length)).toEqual([1, 3]);
		expect(await bank.read("A")).toEqual({ state: { balance: 10, name: null }, sequence: 4, version: 2 });
	});

	it("keeps a batch within 256 commands", async () => {
		const bank = createBank();
		await Promise.all(Array.from({ length: 600 }, () => bank.tell("A", { type: "add", amount: 1 })));
		expect(bank.commits.map(({ events }) => events.length)).toEqual([1, 256, 256, 87]);
		expect((await bank.read("A")).state.balance).toBe(600);
	});

	it("lets a command that is refused fail alone, and answers it after the commit", async () => {
		const bank = createBank();
		const door = gate();
		await bank.tell("A", { type: "look" });
		bank.next(async (_item, commit) => {
			await door.passed;
			return commit();
		});
		const answered: string[] = [];
		const watch = (name: string, promise: Promise<unknown>) =>
			promise.then(
				() => answered.push(`${name} kept`),
				() => answered.push(`${name} refused`),
			);
		const all = [
			watch("add", bank.tell("A", { type: "add", amount: 5 })),
			watch("take 9", bank.tell("A", { type: "take", amount: 9 })),
			watch("take 4", bank.tell("A", { type: "take", amount: 4 })),
			watch("bug", bank.tell("A", { type: "break" })),
			watch("late bug", bank.tell("A", { type: "break later" })),
		];
		await until(() => bank.commits.length === 1);
		await turns(20);
		expect(answered).toEqual([]);
		door.open();
		await Promise.all(all);
		expect(answered.toSorted()).toEqual([
			"add kept",
			"bug refused",
			"late bug refused",
			"take 4 kept",
			"take 9 refused",
		]);
		expect((await bank.read("A")).state.balance).toBe(1);
		expect(bank.commits).toHaveLength(1);
	});

	it("shows readers what is committed, never what is on its way", async () => {
		const bank = createBank();
		const door = gate();
		bank.next(async (_item, commit) => {
			await door.passed;
			return commit();
		});
		const told = bank.tell("A", { type: "add", amount: 5 });
		await until(() => bank.commits.length === 1);
		expect(await bank.read("A")).toEqual({ state: account.decider.initial, sequence: 0, version: 0 });
		door.open();
		await told;
		expect(await bank.read("A")).toMatchObject({ state: { balance: 5 }, sequence: 1, version: 1 });
	});

	it("writes nothing for commands that change nothing", async () => {
		const bank = createBank();
		expect(await bank.tell("A", { type: "look" })).toEqual({ state: account.decider.initial, sequence: 0, version: 0 });
		await bank.tell("A", { type: "add", amount: 1 });
		expect(await bank.tell("A", { type: "look" })).toMatchObject({ sequence: 1, version: 1 });
		expect(bank.commits).toHaveLength(1);
	});

	it("works for different aggregates side by side", async () => {
		const bank = createBank();
		const door = gate();
		bank.next(async (_item, commit) => {
			await door.passed;
			return commit();
		});
		const slow = bank.tell("A", { type: "add", amount: 1 });
		await until(() => bank.commits.length === 1);
		await bank.tell("B", { type: "add", amount: 2 });
		await turns(1);
		expect(bank.actors.figures()).toEqual({ active: 1, waiting: 0, deepest: 0 });
		void bank.tell("A", { type: "look" });
		expect(bank.actors.figures()).toEqual({ active: 1, waiting: 1, deepest: 1 });
		door.open();
		await slow;
	});

	it("says so when the store has failed, and goes on once it is back", async () => {
		const bank = createBank();
		bank.next(async () => {
			throw new StoreUnavailable("The disk has failed.");
		});
		expect(await codeOf(bank.tell("A", { type: "add", amount: 1 }))).toBe("STORE_UNAVAILABLE");
		await bank.tell("A", { type: "add", amount: 2 });
		expect((await bank.read("A")).state.balance).toBe(2);
	});

	it("hands on a failure to load, and loads again for the next command", async () => {
		const bank = createBank();
		bank.memory.setFaults({ failedRead: 1 });
		expect(await codeOf(bank.tell("A", { type: "add", amount: 1 }))).toBe("Error: the read failed");
		await expect(bank.read("B")).rejects.toThrow("the read failed");
		bank.memory.setFaults({ failedRead: 0 });
		await bank.tell("A", { type: "add", amount: 2 });
		expect((await bank.read("A")).state.balance).toBe(2);
		expect(bank.actors.figures().active).toBe(0);
	});
});

describe("a command id", () => {
	it("takes effect once and gets its first answer again", async () => {
		const bank = createBank();
		const first = await bank.tell("A", { type: "add", amount: 5 }, "CMD_1");
		await bank.tell("A", { type: "add", amount: 7 }, "CMD_2");
		const again = await bank.tell("A", { type: "add", amount: 5 }, "CMD_1");
		expect(again).toMatchObject({ state: first.state, sequence: 1 });
		expect((await bank.read("A")).state.balance).toBe(12);
	});

	it("takes effect once also for twins that wait together", async () => {
		const bank = createBank();
		const twins = Array.from({ length: 50 }, () => bank.tell("A", { type: "add", amount: 5 }, "CMD_1"));
		const others = [bank.tell("A", { type: "add", amount: 1 }, "CMD_2")];
		const answers = await Promise.all([...twins, ...others]);
		expect(new Set(answers.slice(0, 50).map(({ sequence }) => sequence))).toEqual(new Set([1]));
		expect(answers.slice(0, 50).map(({ state }) => state.balance)).toEqual(Array.from({ length: 50 }, () => 5));
		expect((await bank.read("A")).state.balance).toBe(6);
	});

	it("may be tried again after a refusal", async () => {
		const bank = createBank();
		const twins = [1, 2].map(() => codeOf(bank.tell("A", { type: "take", amount: 5 }, "CMD_1")));
		expect(await Promise.all(twins)).toEqual(["BALANCE_TOO_LOW", "BALANCE_TOO_LOW"]);
		await bank.tell("A", { type: "add", amount: 5 });
		expect(await bank.tell("A", { type: "take", amount: 5 }, "CMD_1")).toMatchObject({ state: { balance: 0 } });
	});

	it.each([RECENT_COMMANDS_MAX + 1, 5 * RECENT_COMMANDS_MAX])(
		"is known for ever: after %i others, in memory and after a restart",
		async (others) => {
			const bank = createBank();
			await bank.tell("A", { type: "add", amount: 1, times: 3 }, "CMD_first");
			for (let index = 0; index < others; index++) await bank.tell("A", { type: "add", amount: 1 }, `CMD_${index}`);
			const repeated = await bank.tell("A", { type: "add", amount: 1, times: 3 }, "CMD_first");
			expect(repeated).toMatchObject({ state: { balance: 1 }, sequence: 3 });
			const restarted = createBank({ disk: bank.memory.disk });
			expect(await restarted.tell("A", { type: "add", amount: 1, times: 3 }, "CMD_first")).toMatchObject({
				sequence: 3,
			});
			expect(await restarted.tell("A", { type: "add", amount: 1 }, "CMD_7")).toMatchObject({ sequence: 11 });
			expect((await restarted.read("A")).state.balance).toBe(others + 1);
			expect(restarted.commits).toHaveLength(0);
		},
	);

	it("belongs to its aggregate: another one may take it too", async () => {
		const bank = createBank();
		await bank.tell("A", { type: "add", amount: 1 }, "CMD_1");
		await bank.tell("B", { type: "add", amount: 1 }, "CMD_1");
		expect((await bank.read("B")).state.balance).toBe(1);
	});
});
