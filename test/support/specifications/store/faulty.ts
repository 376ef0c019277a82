import type { Commit, Store } from "../../../../mixins/store/port.ts";
import { seededRandom } from "../../hostile/random.ts";
import { type Bed, commitOf, commitOne, turnOf } from "./bed.ts";

const TRIES_MAX = 400;

/** Takes one command to its end the way an actor does: reload after anything but ok, look for the command id. */
async function tell(store: Store, id: string, commandId: string): Promise<number> {
	for (let tries = 0; tries < TRIES_MAX; tries++) {
		const document = await store.load("thing", id);
		const known = await store.findCommand("thing", id, commandId);
		if (known !== null) return known;
		const version = document?.version ?? 0;
		if ((await commitOne(store, turnOf(id, version, commandId))).status === "ok") return version + 1;
	}
	throw new Error("the command did not get through");
}

async function claimed(store: Store, item: Commit): Promise<boolean> {
	for (let tries = 0; tries < TRIES_MAX; tries++) {
		const result = await commitOne(store, item);
		if (result.status === "ok" || (await store.load("thing", item.id)) !== null) return true;
		if (result.status === "duplicate") return false;
	}
	throw new Error("the claim did not get through");
}

/** What holds whatever goes wrong: replies that are lost, races that are lost, items that are torn apart. */
export function faultySpecification(bed: Bed): void {
	it("takes each command once, whoever repeats it", async () => {
		const { store } = bed();
		const commands = Array.from({ length: 30 }, (_, index) => `command-${index}`);
		const callers = [...commands, ...commands].map((commandId) => tell(store, "a", commandId));
		const sequences = await Promise.all(callers);
		expect(sequences.slice(30)).toEqual(sequences.slice(0, 30));
		const document = await store.load("thing", "a");
		expect(document).toMatchObject({ version: 30, sequence: 30, commandCount: 30, state: { count: 30 } });
		const events = await store.events("thing", "a");
		expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
		expect(new Set(events.map(({ commandid }) => commandid))).toEqual(new Set(commands));
	});

	it("gives a unique value to one document", async () => {
		const { store } = bed();
		const claim = [{ name: "email", value: "a@example.com" }];
		const results = await Promise.all(
			Array.from({ length: 30 }, (_, index) => claimed(store, commitOf(`id-${index}`, { claim }))),
		);
		expect(results.filter(Boolean)).toHaveLength(1);
		expect(await store.findUnique("thing", "email", "a@example.com")).toBe(`id-${results.indexOf(true)}`);
	});

	it("still has, after it was opened again, whatever it has confirmed", async () => {
		const { store } = bed();
		const items = seededRandom(5).shuffle(Array.from({ length: 100 }, (_, index) => turnOf(`id-${index}`, 0)));
		const results = await store.commit(items);
		expect(results).toHaveLength(100);
		const confirmed = items.filter((_, index) => results[index]?.status === "ok").map(({ id }) => id);
		const again = (await bed().reopen()).store;
		for (const id of confirmed) expect(await again.load("thing", id)).toMatchObject({ version: 1, sequence: 1 });
		for (const { id } of items) {
			const events = await again.events("thing", id);
			expect(events).toHaveLength((await again.load("thing", id))?.sequence ?? 0);
		}
	});
}
