import { type Bed, commitAll, commitOf, commitOne, eventsOf, turnOf } from "./bed.ts";

/** Versions, states and the independence of items. */
export function commitSpecification(bed: Bed): void {
	it("knows no document that was never stored", async () => {
		const { store } = bed();
		store.define({ kind: "thing" });
		expect(await store.load("thing", "nobody")).toBeNull();
		expect(await store.events("thing", "nobody")).toEqual([]);
		expect(await store.findCommand("thing", "nobody", "c")).toBeNull();
		expect(await store.findUnique("thing", "email", "a@b")).toBeNull();
	});

	it("gives back what was stored", async () => {
		const { store } = bed();
		const state = {
			name: "계 모임 🎉",
			nested: { list: [1, { two: null }], flag: true },
			amount: 2 ** 53 - 1,
			rate: 0.1,
		};
		await commitAll(store, [commitOf("a", { state, events: eventsOf("a", 1, 2), commands: ["c1"] })]);
		expect(await store.load("thing", "a")).toEqual({
			id: "a",
			version: 1,
			sequence: 2,
			state,
			recent: [{ commandId: "c1", sequence: 2 }],
			commandCount: 1,
			lastTime: eventsOf("a", 2, 2)[0]?.time,
		});
	});

	it("keeps its own copy of what it was given and of what it gives", async () => {
		const { store } = bed();
		const state = { list: ["first"] };
		const committing = store.commit([commitOf("a", { state })]);
		await committing;
		state.list.push("second");
		const loaded = await store.load<{ list: string[] }>("thing", "a");
		loaded?.state.list.push("third");
		expect((await store.load("thing", "a"))?.state).toEqual({ list: ["first"] });
	});

	it("counts commits as versions and events as sequence; a commit without events keeps time and sequence", async () => {
		const { store } = bed();
		await commitAll(store, [commitOf("a", { events: eventsOf("a", 1, 3) })]);
		const before = await store.load("thing", "a");
		await commitAll(store, [commitOf("a", { version: 1, state: { touched: true } })]);
		expect(await store.load("thing", "a")).toEqual({ ...before, version: 2, state: { touched: true } });
		await commitAll(store, [commitOf("a", { version: 2, events: eventsOf("a", 4, 4) })]);
		expect(await store.load("thing", "a")).toMatchObject({ version: 3, sequence: 4 });
	});

	it.each([
		{ situation: "a document that exists as if it were new", stored: 1, expected: 0 },
		{ situation: "an older version", stored: 3, expected: 2 },
		{ situation: "a version that is not there yet", stored: 1, expected: 2 },
		{ situation: "a later version of no document", stored: 0, expected: 1 },
	])("refuses $situation", async ({ stored, expected }) => {
		const { store } = bed();
		for (let version = 0; version < stored; version++) await commitAll(store, [turnOf("a", version)]);
		const before = await store.load("thing", "a");
		const late = commitOf("a", {
			version: expected,
			state: { late: true },
			events: eventsOf("a", stored + 1, stored + 1),
			commands: ["late"],
			claim: [{ name: "email", value: "late@example.com" }],
		});
		expect(await commitOne(store, late)).toEqual({ status: "conflict" });
		expect(await store.load("thing", "a")).toEqual(before);
		expect(await store.events("thing", "a")).toHaveLength(stored);
		expect(await store.findCommand("thing", "a", "late")).toBeNull();
		expect(await store.findUnique("thing", "email", "late@example.com")).toBeNull();
	});

	it("commits each item alone", async () => {
		const { store } = bed();
		const email = { name: "email", value: "taken@example.com" };
		await commitAll(store, [turnOf("a", 0), commitOf("owner", { claim: [email] })]);
		const results = await store.commit([
			turnOf("b", 0),
			turnOf("a", 0),
			commitOf("c", { claim: [email], events: eventsOf("c", 1, 1) }),
			turnOf("a", 1),
			turnOf("d", 0),
		]);
		expect(results.map(({ status }) => status)).toEqual(["ok", "conflict", "duplicate", "ok", "ok"]);
		expect(await store.load("thing", "b")).toMatchObject({ version: 1 });
		expect(await store.load("thing", "a")).toMatchObject({ version: 2, sequence: 2 });
		expect(await store.load("thing", "c")).toBeNull();
		expect(await store.events("thing", "c")).toEqual([]);
		expect(await store.load("thing", "d")).toMatchObject({ version: 1 });
	});

	it("takes a large commit and answers at the items' places", async () => {
		const { store } = bed();
		const items = Array.from({ length: 1_200 }, (_, index) => turnOf(`id-${index}`, index % 100 === 7 ? 1 : 0));
		const results = await store.commit(items);
		const expected = items.map(({ expectedVersion }) => (expectedVersion === 1 ? "conflict" : "ok"));
		expect(results.map(({ status }) => status)).toEqual(expected);
	});

	it("lets exactly one of fifty racers win each version", async () => {
		const { store } = bed();
		for (let version = 0; version < 3; version++) {
			const racers = Array.from({ length: 50 }, (_, racer) => commitOf("a", { version, state: { racer } }));
			const results = await Promise.all(racers.map((item) => commitOne(store, item)));
			const winners = results.flatMap(({ status }, racer) => (status === "ok" ? [racer] : []));
			expect(winners).toHaveLength(1);
			expect(results.filter(({ status }) => status === "conflict")).toHaveLength(49);
			expect((await store.load("thing", "a"))?.state).toEqual({ racer: winners[0] });
		}
	});

	it("keeps kinds apart", async () => {
		const { store } = bed();
		await commitAll(store, [
			commitOf("a", { kind: "left", state: { side: "left" }, claim: [{ name: "email", value: "x" }] }),
			commitOf("a", { kind: "right", state: { side: "right" }, claim: [{ name: "email", value: "x" }] }),
		]);
		expect((await store.load("left", "a"))?.state).toEqual({ side: "left" });
		expect((await store.load("right", "a"))?.state).toEqual({ side: "right" });
	});

	it("removes documents; ids that are not there do no harm; a removed id can be used again", async () => {
		const { store } = bed();
		await commitAll(store, [commitOf("a"), commitOf("b"), commitOf("c")]);
		await store.remove("thing", ["a", "nobody", "c"]);
		await store.remove("thing", []);
		expect(await store.load("thing", "a")).toBeNull();
		expect(await store.load("thing", "b")).not.toBeNull();
		await commitAll(store, [commitOf("a", { state: { again: true } })]);
		expect(await store.load("thing", "a")).toMatchObject({ version: 1, state: { again: true } });
	});

	it("still has everything after it was opened again", async () => {
		const { store } = bed();
		const email = { name: "email", value: "a@example.com" };
		await commitAll(store, [commitOf("a", { events: eventsOf("a", 1, 2), commands: ["c1"], claim: [email] })]);
		const before = await store.load("thing", "a");
		const again = (await bed().reopen()).store;
		expect(await again.load("thing", "a")).toEqual(before);
		expect(await again.events("thing", "a")).toEqual(eventsOf("a", 1, 2));
		expect(await again.findUnique("thing", "email", email.value)).toBe("a");
		expect(await again.findCommand("thing", "a", "c1")).toBe(2);
		expect(await commitOne(again, turnOf("a", 0))).toEqual({ status: "conflict" });
		expect(again.isWritable()).toBe(true);
	});
}
