import { COMMAND_ID_TAKEN, RECENT_COMMANDS_MAX } from "../../../../mixins/store/port.ts";
import { type Bed, commitAll, commitOf, commitOne, eventsOf, turnOf } from "./bed.ts";

const EMAIL = { name: "email", value: "buyer@example.com" };
const PHONE = { name: "phone", value: "0101234567" };

/** Events, command ids and unique values. */
export function historySpecification(bed: Bed): void {
	it("keeps every event as it was and pages through them by sequence", async () => {
		const { store } = bed();
		const all = eventsOf("a", 1, 10);
		await commitAll(store, [
			commitOf("a", { events: all.slice(0, 4) }),
			commitOf("b", { events: eventsOf("b", 1, 2) }),
		]);
		await commitAll(store, [commitOf("a", { version: 1, events: all.slice(4) })]);
		expect(await store.events("thing", "a")).toEqual(all);
		expect(await store.events("thing", "a", { from: 4 })).toEqual(all.slice(3));
		expect(await store.events("thing", "a", { upTo: 3 })).toEqual(all.slice(0, 3));
		expect(await store.events("thing", "a", { from: 3, upTo: 8, limit: 2 })).toEqual(all.slice(2, 4));
		expect(await store.events("thing", "a", { from: 11 })).toEqual([]);
	});

	it("keeps the newest command ids in the document, oldest first, and counts them all", async () => {
		const { store } = bed();
		const total = RECENT_COMMANDS_MAX + 5;
		for (let version = 0; version < total; version++) {
			await commitAll(store, [turnOf("a", version)]);
			if (version !== 2) continue;
			const early = await store.load("thing", "a");
			expect(early?.recent.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
			expect(early?.commandCount).toBe(3);
		}
		const document = await store.load("thing", "a");
		expect(document?.commandCount).toBe(total);
		expect(document?.recent.length).toBeLessThanOrEqual(RECENT_COMMANDS_MAX);
		expect(document?.recent).toEqual(
			Array.from({ length: RECENT_COMMANDS_MAX }, (_, index) => {
				const sequence = total - RECENT_COMMANDS_MAX + index + 1;
				return { commandId: `command-a-${sequence}`, sequence };
			}),
		);
	});

	it("takes several commands in one commit", async () => {
		const { store } = bed();
		const events = eventsOf("a", 1, 3).map((event, index) => ({ ...event, commandid: index < 2 ? "first" : "second" }));
		const commands = [
			{ commandId: "first", sequence: 2 },
			{ commandId: "second", sequence: 3 },
		];
		await commitAll(store, [{ ...commitOf("a", { events }), commands }]);
		expect(await store.load("thing", "a")).toMatchObject({
			recent: commands,
			commandCount: 2,
			version: 1,
			sequence: 3,
		});
		expect(await store.findCommand("thing", "a", "first")).toBe(2);
		expect(await store.findCommand("thing", "a", "second")).toBe(3);
	});

	it("takes a command id once per aggregate, for ever", async () => {
		const { store } = bed();
		const total = RECENT_COMMANDS_MAX * 2;
		for (let version = 0; version < total; version++) await commitAll(store, [turnOf("a", version)]);
		for (const commandId of ["command-a-1", `command-a-${total}`]) {
			const repeat = turnOf("a", total, commandId);
			expect(await commitOne(store, repeat)).toEqual({ status: "duplicate", name: COMMAND_ID_TAKEN });
		}
		expect(await store.load("thing", "a")).toMatchObject({ version: total, sequence: total });
		expect(await store.events("thing", "a", { from: total + 1 })).toEqual([]);
		expect(await store.findCommand("thing", "a", "command-a-1")).toBe(1);
		expect(await store.findCommand("thing", "a", "command-a-never")).toBeNull();
		await commitAll(store, [turnOf("b", 0, "command-a-1")]);
		expect(await store.findCommand("thing", "b", "command-a-1")).toBe(1);
	});

	it("lets one document at a time hold a unique value", async () => {
		const { store } = bed();
		await commitAll(store, [commitOf("a", { claim: [EMAIL, PHONE] })]);
		expect(await store.findUnique("thing", "email", EMAIL.value)).toBe("a");
		const rival = commitOf("b", { claim: [{ name: "nick", value: "b" }, PHONE] });
		expect(await commitOne(store, rival)).toEqual({ status: "duplicate", name: "phone" });
		expect(await store.load("thing", "b")).toBeNull();
		expect(await store.findUnique("thing", "nick", "b")).toBeNull();
		await commitAll(store, [commitOf("b", { claim: [{ name: "nick", value: EMAIL.value }] })]);
	});

	it("moves a unique value in one commit and frees it for others", async () => {
		const { store } = bed();
		const next = { name: "email", value: "next@example.com" };
		await commitAll(store, [commitOf("a", { claim: [EMAIL] })]);
		await commitAll(store, [commitOf("a", { version: 1, claim: [next], release: [EMAIL] })]);
		expect(await store.findUnique("thing", "email", EMAIL.value)).toBeNull();
		expect(await store.findUnique("thing", "email", next.value)).toBe("a");
		await commitAll(store, [commitOf("b", { claim: [EMAIL] })]);
		await commitAll(store, [commitOf("a", { version: 2, claim: [next], release: [next] })]);
		expect(await store.findUnique("thing", "email", next.value)).toBe("a");
	});

	it("keeps a value with its holder when a commit fails or another document lets go of it", async () => {
		const { store } = bed();
		await commitAll(store, [commitOf("a", { claim: [EMAIL] }), commitOf("b", { claim: [PHONE] })]);
		const failing = commitOf("a", { version: 1, claim: [PHONE], release: [EMAIL] });
		expect(await commitOne(store, failing)).toEqual({ status: "duplicate", name: "phone" });
		expect(await store.findUnique("thing", "email", EMAIL.value)).toBe("a");
		await commitAll(store, [commitOf("b", { version: 1, release: [EMAIL] })]);
		expect(await store.findUnique("thing", "email", EMAIL.value)).toBe("a");
	});

	it("gives a value that fifty documents claim at once to one of them", async () => {
		const { store } = bed();
		const claims = Array.from({ length: 50 }, (_, index) => commitOf(`id-${index}`, { claim: [EMAIL] }));
		const together = await store.commit(claims.slice(0, 25));
		const alone = await Promise.all(claims.slice(25).map((item) => commitOne(store, item)));
		const results = [...together, ...alone];
		expect(results.filter(({ status }) => status === "ok")).toHaveLength(1);
		expect(results.filter(({ status }) => status === "duplicate")).toHaveLength(49);
		const winner = results.findIndex(({ status }) => status === "ok");
		expect(await store.findUnique("thing", "email", EMAIL.value)).toBe(`id-${winner}`);
	});
}
