import type { EventLog } from "../../../../mixins/store/port.ts";
import { type Bed, commitAll, commitOf, commitOne, eventsOf, turnOf } from "./bed.ts";
import { turns } from "../../patience.ts";

function logOf(bed: Bed): EventLog {
	const { log } = bed();
	if (log === undefined) throw new Error("this store has no log");
	return log;
}

/** The log of stores that have one. */
export function logSpecification(bed: Bed): void {
	it("holds the events of every commit, in the order of each subject, at growing positions", async () => {
		const log = logOf(bed);
		expect(log.head()).toBe(0);
		expect(await log.read(0, 10)).toEqual([]);
		await commitAll(bed().store, [commitOf("a", { events: eventsOf("a", 1, 3) }), turnOf("b", 0)]);
		await commitAll(bed().store, [commitOf("a", { version: 1, events: eventsOf("a", 4, 4) })]);
		const entries = await log.read(0, 100);
		const ofA = entries.filter(({ event }) => event.subject === "a").map(({ event }) => event);
		expect(ofA).toEqual(eventsOf("a", 1, 4));
		expect(entries).toHaveLength(5);
		const positions = entries.map(({ position }) => position);
		expect(positions).toEqual([...new Set(positions)].sort((left, right) => left - right));
		expect(log.head()).toBe(positions.at(-1));
	});

	it("is read from any position in pages", async () => {
		const log = logOf(bed);
		await commitAll(bed().store, [commitOf("a", { events: eventsOf("a", 1, 25) })]);
		const all = await log.read(0, 100);
		const paged = [];
		for (let position = 0; ;) {
			const page = await log.read(position, 4);
			expect(page.length).toBeLessThanOrEqual(4);
			paged.push(...page);
			const last = page.at(-1);
			if (last === undefined) break;
			position = last.position;
		}
		expect(paged).toEqual(all);
		expect(await log.read(log.head(), 10)).toEqual([]);
	});

	it("holds nothing of a commit that failed", async () => {
		const log = logOf(bed);
		await commitAll(bed().store, [turnOf("a", 0)]);
		const head = log.head();
		expect((await commitOne(bed().store, turnOf("a", 0))).status).toBe("conflict");
		await commitAll(bed().store, [commitOf("quiet")]);
		expect(log.head()).toBe(head);
	});

	it("tells its listeners of new events until they stop listening", async () => {
		const log = logOf(bed);
		let heard = 0;
		const stop = log.onAppend(() => {
			heard++;
		});
		await commitAll(bed().store, [turnOf("a", 0)]);
		await turns(5);
		expect(heard).toBeGreaterThan(0);
		stop();
		await turns(5);
		const before = heard;
		await commitAll(bed().store, [turnOf("a", 1)]);
		await turns(5);
		expect(heard).toBe(before);
	});

	it("has its events and its head after it was opened again", async () => {
		await commitAll(bed().store, [turnOf("a", 0), turnOf("b", 0)]);
		const before = await logOf(bed).read(0, 10);
		const again = (await bed().reopen()).log;
		expect(await again?.read(0, 10)).toEqual(before);
		expect(again?.head()).toBe(before.at(-1)?.position);
	});
}
