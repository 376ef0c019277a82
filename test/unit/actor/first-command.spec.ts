import { account, createBank, type AccountCommand } from "./support.ts";

type Bank = ReturnType<typeof createBank>;

function first(bank: Bank, command: AccountCommand, commandId = "first") {
	const context = { commandId, correlationId: "COR_1", causationId: commandId, actor: "USR_1", isFirst: true };
	return bank.actors.tell(account, "A", command, context);
}

describe("the first command of an aggregate", () => {
	it("is committed without looking for what can hardly be there", async () => {
		const bank = createBank();
		const answer = await first(bank, { type: "add", amount: 5 });
		expect(answer).toEqual({ state: { balance: 5, name: null }, sequence: 1, version: 1 });
		expect(bank.loads).toEqual([]);
		await bank.tell("A", { type: "add", amount: 1 });
		expect(bank.loads).toEqual([]);
		expect((await bank.read("A")).state.balance).toBe(6);
	});

	it("gives its first answer again when it turns out to be a repeat", async () => {
		const bank = createBank();
		await first(bank, { type: "add", amount: 5 });
		await bank.tell("A", { type: "add", amount: 2 });
		bank.actors.forgetIdle();
		const again = await first(bank, { type: "add", amount: 5 });
		expect({ balance: again.state.balance, sequence: again.sequence }).toEqual({ balance: 5, sequence: 1 });
		expect((await bank.read("A")).state.balance).toBe(7);
	});

	it("is decided against what is there when the aggregate exists after all", async () => {
		const bank = createBank();
		await bank.tell("A", { type: "add", amount: 5 });
		bank.actors.forgetIdle();
		const answer = await first(bank, { type: "add", amount: 1 });
		expect({ balance: answer.state.balance, version: answer.version }).toEqual({ balance: 6, version: 2 });
	});

	it("is looked up before it is refused or changes nothing", async () => {
		const bank = createBank();
		await bank.tell("A", { type: "add", amount: 5 });
		bank.actors.forgetIdle();
		expect((await first(bank, { type: "take", amount: 5 })).state.balance).toBe(0);
		bank.actors.forgetIdle();
		expect(await first(bank, { type: "look" })).toMatchObject({ sequence: 2, version: 2 });
	});

	it("does not hide the aggregate from somebody who reads meanwhile", async () => {
		const bank = createBank();
		await bank.tell("A", { type: "add", amount: 5 });
		bank.actors.forgetIdle();
		const [, seen] = await Promise.all([first(bank, { type: "add", amount: 1 }), bank.read("A")]);
		expect([5, 6]).toContain(seen.state.balance);
		expect((await bank.read("A")).state.balance).toBe(6);
	});
});
