import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { ALL_FAULTS } from "../../support/hostile/store.ts";
import { seededRandom } from "../../support/hostile/random.ts";
import { account, codeOf, conflict, createBank, lostReply, lostWrite } from "./support.ts";

describe("a lost race", () => {
	it("is decided again on what the winner left", async () => {
		const bank = createBank();
		const other = createBank({ disk: bank.memory.disk });
		await bank.tell("A", { type: "add", amount: 10 });
		await other.tell("A", { type: "take", amount: 8 });
		expect(await codeOf(bank.tell("A", { type: "take", amount: 8 }))).toBe("BALANCE_TOO_LOW");
		expect(await bank.tell("A", { type: "take", amount: 2 })).toMatchObject({ state: { balance: 0 }, sequence: 3 });
		expect(bank.commits).toHaveLength(3);
	});

	it("is given up after five", async () => {
		const bank = createBank();
		bank.next(conflict, conflict, conflict, conflict);
		expect(await bank.tell("A", { type: "add", amount: 1 })).toMatchObject({ sequence: 1 });
		bank.next(conflict, conflict, conflict, conflict, conflict);
		expect(await codeOf(bank.tell("A", { type: "add", amount: 1 }))).toBe("CONFLICT");
		expect((await bank.read("A")).state.balance).toBe(1);
	});

	it("against the same command elsewhere gets that command's answer", async () => {
		const bank = createBank();
		const other = createBank({ disk: bank.memory.disk });
		await bank.tell("A", { type: "add", amount: 1 });
		await other.tell("A", { type: "add", amount: 5 }, "CMD_1");
		expect(await bank.tell("A", { type: "add", amount: 5 }, "CMD_1")).toMatchObject({ sequence: 2 });
		expect((await bank.read("A")).state.balance).toBe(6);
	});
});

describe("an unknown result", () => {
	it("is the command's answer when it had been stored", async () => {
		const bank = createBank();
		bank.next(lostReply);
		const answers = await Promise.all([5, 6].map((amount) => bank.tell("A", { type: "add", amount })));
		bank.next(lostReply);
		const more = await Promise.all([7, 8].map((amount) => bank.tell("A", { type: "add", amount })));
		expect([...answers, ...more].map(({ state }) => state.balance)).toEqual([5, 11, 18, 26]);
		expect((await bank.read("A")).state.balance).toBe(26);
	});

	it("is told as such when it had not, and the same command may be sent again", async () => {
		const bank = createBank();
		bank.next(lostWrite);
		expect(await codeOf(bank.tell("A", { type: "add", amount: 5 }, "CMD_1"))).toBe("OUTCOME_UNKNOWN");
		expect((await bank.read("A")).state.balance).toBe(0);
		expect(await bank.tell("A", { type: "add", amount: 5 }, "CMD_1")).toMatchObject({ state: { balance: 5 } });
	});

	it("is told as such when the store cannot be asked either", async () => {
		const bank = createBank();
		bank.next(async (_item, commit) => {
			await commit();
			bank.memory.setFaults({ failedRead: 1 });
			return { status: "unknown", error: new Error("the reply was lost") };
		});
		expect(await codeOf(bank.tell("A", { type: "add", amount: 5 }, "CMD_1"))).toBe("OUTCOME_UNKNOWN");
		bank.memory.setFaults({ failedRead: 0 });
		expect(await bank.tell("A", { type: "add", amount: 5 }, "CMD_1")).toMatchObject({ sequence: 1 });
		expect((await bank.read("A")).state.balance).toBe(5);
	});
});

describe("a unique value", () => {
	it("has one holder; the refusal comes from the domain", async () => {
		const bank = createBank();
		await bank.tell("A", { type: "rename", name: "kim" });
		expect(await codeOf(bank.tell("B", { type: "rename", name: "kim" }))).toBe("NAME_TAKEN");
		await bank.tell("A", { type: "rename", name: null });
		expect(await bank.tell("B", { type: "rename", name: "kim" })).toMatchObject({ state: { name: "kim" } });
	});

	it("refuses only the command that wants it, not the others of the batch", async () => {
		const bank = createBank();
		await bank.tell("A", { type: "rename", name: "kim" });
		await bank.tell("B", { type: "add", amount: 1 });
		const outcomes = await Promise.allSettled([
			bank.tell("B", { type: "add", amount: 2 }),
			bank.tell("B", { type: "rename", name: "kim" }),
			bank.tell("B", { type: "add", amount: 4 }, "CMD_twin"),
			bank.tell("B", { type: "add", amount: 4 }, "CMD_twin"),
			bank.tell("B", { type: "take", amount: 100 }),
			bank.tell("B", { type: "rename", name: "lee" }),
		]);
		expect(outcomes.map(({ status }) => status)).toEqual([
			"fulfilled",
			"rejected",
			"fulfilled",
			"fulfilled",
			"rejected",
			"fulfilled",
		]);
		expect((await bank.read("B")).state).toEqual({ balance: 7, name: "lee" });
	});

	it("is a plain conflict where the domain has no words for it", async () => {
		const { kind, schemaVersion, decider, unique = () => ({}) } = account;
		const plain = { kind, schemaVersion, decider, unique };
		const bank = createBank();
		const rename = (id: string) =>
			bank.actors.tell(plain, id, { type: "rename", name: "kim" }, { ...context, commandId: `CMD_${id}` });
		await rename("A");
		expect(await codeOf(rename("B"))).toBe("CONFLICT");
	});
});

const context = { commandId: "", correlationId: "COR_1", causationId: "", actor: "SYSTEM" };

describe("actors on a store that does its worst", () => {
	it.each([1, 2, 3, 4, 5, 6, 7, 8])("count every kept command once and no other (seed %i)", async (seed) => {
		const bank = createBank({ seed, faults: ALL_FAULTS, idleMax: 2 });
		const random = seededRandom(seed);
		const expected = new Map<string, number>();
		const send = async (index: number): Promise<void> => {
			const id = `account-${random.below(5)}`;
			const amount = 1 + random.below(9);
			for (let isDone = false; !isDone;) {
				isDone = await bank.tell(id, { type: "add", amount }, `CMD_${index}`).then(
					() => true,
					() => false,
				);
			}
			expected.set(id, (expected.get(id) ?? 0) + amount);
		};
		await Promise.all(Array.from({ length: 300 }, (_, index) => send(index)));
		for (const [id, balance] of expected) {
			expect({ seed, id, balance: (await bank.read(id)).state.balance }).toEqual({ seed, id, balance });
			const history = await bank.actors.history(account, id);
			expect(history.map(({ sequence }) => sequence)).toEqual(history.map((_, index) => index + 1));
		}
	});
});

describe("eviction", () => {
	it("never loses anything, whatever is in flight", async () => {
		const store = await openSqliteStore({ file: ":memory:", clock: systemClock() });
		const bank = createBank({ store, idleMax: 3 });
		const ids = Array.from({ length: 40 }, (_, index) => `account-${index}`);
		for (let round = 1; round <= 5; round++) {
			await Promise.all(
				ids.flatMap((id) => [
					bank.tell(id, { type: "add", amount: 1 }),
					bank.read(id),
					bank.tell(id, { type: "add", amount: 1 }),
				]),
			);
			bank.actors.forgetIdle();
		}
		const balances = await Promise.all(ids.map(async (id) => (await bank.read(id)).state.balance));
		expect(balances).toEqual(ids.map(() => 10));
		expect(bank.actors.figures().active).toBe(0);
		await store.close();
	});

	it("drops the least recently used first, and only idle ones", async () => {
		const bank = createBank({ idleMax: 2 });
		for (const id of ["A", "B", "A", "C"]) await bank.tell(id, { type: "add", amount: 1 });
		const before = bank.loads.length;
		await bank.read("A");
		await bank.read("C");
		expect(bank.loads).toHaveLength(before);
		await bank.read("B");
		expect(bank.loads.slice(before)).toEqual(["B"]);
	});
});
