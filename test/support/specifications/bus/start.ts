import { seededRandom } from "../../hostile/random.ts";
import { patiently, turns, untilInTime } from "../../patience.ts";
import { type Bed, type BusTraits, Recorder, many, started, upTo } from "./consumers.ts";

/** Start policies, restarts and crashes. */
export function startSpecification(bed: Bed, traits: BusTraits): void {
	it("starts a new group at the beginning or at now, as it asks", async () => {
		await bed().publish(many("a", 3));
		const beginning = new Recorder();
		const now = new Recorder();
		const bus = await started(
			bed(),
			beginning.subscription({ group: "beginning" }),
			now.subscription({ group: "now", from: "now" }),
		);
		await bed().publish(many("a", 2));
		await patiently(bed().clock, bus.drained());
		expect(beginning.firsts("a")).toEqual([1, 2, 3, 4, 5]);
		expect(now.firsts("a")).toEqual([4, 5]);
	});

	it("stores where a group started, so that a crash right after the start loses nothing", async () => {
		await bed().publish(many("a", 2));
		await started(bed(), new Recorder().subscription({ from: "now" }));
		bed().crash();
		await bed().publish(many("a", 2));
		const recorder = new Recorder();
		const bus = await started(bed(), recorder.subscription({ from: "now" }));
		await patiently(bed().clock, bus.drained());
		expect(recorder.firsts("a")).toEqual([3, 4]);
	});

	it("goes on after a stop where it was", async () => {
		const before = new Recorder();
		const first = await started(bed(), before.subscription());
		await bed().publish([...many("a", 5), ...many("b", 5)]);
		await patiently(bed().clock, first.drained());
		await patiently(bed().clock, first.stop());
		await bed().publish(many("a", 2));
		const after = new Recorder();
		const second = await started(bed(), after.subscription());
		await patiently(bed().clock, second.drained());
		expect(after.firsts("a")).toEqual(expect.arrayContaining([6, 7]));
		if (traits.isExact) expect([...after.ids()]).toEqual(["thing:a:6", "thing:a:7"]);
	});

	it.each([11, 12, 13, 14])("loses nothing and keeps the order through crashes (seed %i)", async (seed) => {
		const random = seededRandom(seed);
		const effects = new Map<string, number[]>();
		const recorder = new Recorder(async ({ subject, sequence }) => {
			await turns(random.below(3));
			if (random.chance(0.1)) throw new Error("unlucky");
			effects.set(subject, [...(effects.get(subject) ?? []), sequence]);
		});
		const subjects = upTo(8).map((number) => `subject-${number}`);
		let bus = await started(bed(), recorder.subscription());
		for (let round = 1; round <= 12; round++) {
			await bed().publish(random.shuffle(subjects).map((subject) => ({ subject })));
			await turns(random.below(30));
			if (!random.chance(0.4)) continue;
			bed().crash();
			bus = await started(bed(), recorder.subscription());
		}
		await patiently(bed().clock, bus.drained());
		await untilInTime(bed().clock, () => subjects.every((subject) => new Set(effects.get(subject)).size === 12));
		for (const subject of subjects) expect([...new Set(effects.get(subject))]).toEqual(upTo(12));
	});
}
