import fc from "fast-check";
import { Feed } from "../../../../mixins/bus/outside/feed.ts";
import type { LogEntry } from "../../../../mixins/store/port.ts";
import { envelope } from "../../../support/envelopes.ts";

const START = 40;
const ENTRIES_MAX = 3_000;

/** Entries with gaps between their places, as logs with markers of their own have them. */
function entriesOf(gaps: readonly number[]): LogEntry[] {
	let position = START;
	return gaps.map((gap) => {
		position += gap;
		return { position, event: envelope({ subject: "a" }, position) };
	});
}

describe("a feed of entries from an outside log", () => {
	it("gives each one once and in order, however they come and are taken", async () => {
		const gap = fc.integer({ min: 1, max: 3 });
		const size = fc.integer({ min: 1, max: 90 });
		await fc.assert(
			fc.asyncProperty(
				fc.array(gap, { minLength: 200, maxLength: ENTRIES_MAX, size: "max" }),
				fc.array(size, { minLength: 1 }),
				async (gaps, sizes) => {
					const feed = new Feed(START);
					const waiting = entriesOf(gaps);
					const places = waiting.map(({ position }) => position);
					const taken: LogEntry[] = [];
					let turn = 0;
					const next = () => sizes[turn++ % sizes.length] ?? 1;
					let position = START;
					while (waiting.length > 0 || feed.next !== undefined) {
						feed.push(waiting.splice(0, next()));
						taken.push(...(await feed.read(position, next())));
						position = taken.at(-1)?.position ?? position;
						feed.forget(position);
					}
					expect(taken.map(({ position }) => position)).toEqual(places);
					expect(taken.slice(1).map(({ follows }) => follows)).toEqual(places.slice(0, -1));
					expect([feed.head(), feed.next]).toEqual([places.at(-1), undefined]);
				},
			),
			{ numRuns: 30 },
		);
	});
});
