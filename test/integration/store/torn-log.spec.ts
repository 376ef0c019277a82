import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../support/broker.ts";
import { seededRandom } from "../../support/hostile/random.ts";
import { commitAll, turnOf } from "../../support/specifications/store/bed.ts";
import { layDown, openThings, pictureOf, writeHistory, type History } from "./torn-bed.ts";

const STEP = 512;
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
const DISK_PAGE = 4_096;
const FRAME = FRAME_HEADER + DISK_PAGE;
const FLIPS = 150;
const CHECKPOINTS = 40;
const ROW_FLIPS = 200;

describe("a log that a power cut has torn", () => {
	const folder = temporaryFolder();
	const path = join(folder.path, "torn.db");
	let history: History;

	beforeAll(async () => {
		history = await writeHistory(join(folder.path, "whole.db"));
	});
	afterAll(() => folder.remove());

	/** How many commits a start finds; throws if it finds anything but a state that once was. */
	async function recovered(log: Buffer, file = history.file): Promise<number> {
		layDown(path, file, log);
		const store = await openThings(path);
		const picture = await pictureOf(store);
		const damaged = store.damagedRows(10);
		await store.close();
		expect(damaged).toEqual([]);
		const count = history.pictures.indexOf(picture);
		if (count === -1) throw new Error(`a state that never was: ${picture.slice(0, 500)}`);
		return count;
	}

	/** Commits whose last byte lies before `end`. */
	const completeAt = (end: number): number => history.lengths.filter((length) => length <= end).length - 1;

	it("is long enough to be cut, and every commit shows", () => {
		expect(history.lengths.length).toBeGreaterThan(12);
		expect(new Set(history.pictures).size).toBe(history.pictures.length);
		expect(history.lengths).toEqual(history.lengths.toSorted((a, b) => a - b));
		expect(history.log.length / STEP).toBeGreaterThan(300);
	});

	it("gives exactly the commits that were whole, wherever it is cut", async () => {
		const found: { cut: number; commits: number }[] = [];
		const expected: typeof found = [];
		for (const cut of [...cutsOf(history.log), history.log.length]) {
			expected.push({ cut, commits: completeAt(cut) });
			found.push({ cut, commits: await recovered(history.log.subarray(0, cut)) });
		}
		expect(found).toEqual(expected);
		expect(new Set(found.map(({ commits }) => commits)).size).toBe(history.pictures.length);
	});

	it("gives exactly the commits before the first flipped byte", async () => {
		const random = seededRandom(11);
		for (let trial = 0; trial < FLIPS; trial++) {
			const at = flipAt(trial, random.below(history.log.length));
			const log = flipped(history.log, at, random.below(8));
			expect({ trial, at, commits: await recovered(log) }).toEqual({ trial, at, commits: completeAt(frameStart(at)) });
		}
	});

	it("loses nothing when the cut came while the log was copied into the file", async () => {
		const random = seededRandom(12);
		for (let trial = 0; trial < CHECKPOINTS; trial++)
			expect(await recovered(history.log, halfCheckpointed(history, random))).toBe(history.pictures.length - 1);
	});

	it("is written on from where it broke, without a gap", async () => {
		for (const commits of [0, 5, 11]) {
			const cut = (history.lengths[commits + 1] ?? 0) - STEP;
			layDown(path, history.file, history.log.subarray(0, cut));
			const store = await openThings(path);
			const head = store.head();
			await commitAll(store, [turnOf("afterwards", 0), turnOf("afterwards-too", 0)]);
			const entries = await store.read(0, 10_000);
			expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: head + 2 }, (_, at) => at + 1));
			await store.close();
		}
	});

	/** Every part of a frame is hit: its page number, its size mark, its salt, its checksums, its page. */
	function flipAt(trial: number, anywhere: number): number {
		const frame = LOG_HEADER + FRAME * Math.floor(anywhere / FRAME);
		return trial % 2 === 0 ? Math.min(frame + (trial % FRAME_HEADER), history.log.length - 1) : anywhere;
	}
});

describe("a file whose bytes were flipped", () => {
	const folder = temporaryFolder();
	afterAll(() => folder.remove());

	/** The state as it reads, or how the damage was found. */
	async function stateOf(path: string): Promise<string> {
		try {
			const store = await openThings(path);
			try {
				return store.damagedRows(1)[0] ?? (await pictureOf(store));
			} finally {
				await store.close();
			}
		} catch (error) {
			return (error as Error).message;
		}
	}

	it("is never read as another state: the damage is found, or it touched nothing", async () => {
		const whole = join(folder.path, "whole.db");
		const { pictures } = await writeHistory(whole);
		const copy = join(folder.path, "copy.db");
		const random = seededRandom(13);
		const seen = { found: 0, harmless: 0 };
		const sound = readFileSync(whole);
		for (let trial = 0; trial < ROW_FLIPS; trial++) {
			const at = random.below(sound.length);
			writeFileSync(copy, flipped(sound, at, random.below(8)));
			const state = await stateOf(copy);
			const isSame = state === pictures.at(-1);
			if (!isSame) expect({ at, state }).toEqual({ at, state: expect.stringMatching(DAMAGE) as unknown });
			seen[isSame ? "harmless" : "found"]++;
		}
		expect(seen.found).toBeGreaterThan(ROW_FLIPS / 4);
	});
});

const DAMAGE = /damaged|malformed|not a database|cannot be opened/;

function cutsOf({ length }: Buffer): number[] {
	return Array.from({ length: Math.ceil(length / STEP) }, (_, index) => index * STEP);
}

function frameStart(at: number): number {
	return at < LOG_HEADER ? 0 : LOG_HEADER + FRAME * Math.floor((at - LOG_HEADER) / FRAME);
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
	const copy = Buffer.from(bytes);
	copy[at] = (copy[at] ?? 0) ^ (1 << bit);
	return copy;
}

/** Some pages of the log already stand in the file, one of them half. */
function halfCheckpointed({ file, log }: History, random: ReturnType<typeof seededRandom>): Buffer {
	const frames = Array.from({ length: Math.floor((log.length - LOG_HEADER) / FRAME) }, (_, index) => index);
	const pages = new Map(
		frames.map((index) => {
			const start = LOG_HEADER + FRAME * index;
			return [log.readUInt32BE(start), log.subarray(start + FRAME_HEADER, start + FRAME)];
		}),
	);
	const target = Buffer.alloc(Math.max(file.length, DISK_PAGE * Math.max(...pages.keys())));
	file.copy(target);
	const chosen = random.shuffle([...pages]).slice(0, 1 + random.below(pages.size));
	for (const [index, [page, bytes]] of chosen.entries())
		bytes.copy(target, DISK_PAGE * (page - 1), 0, index === 0 ? random.below(DISK_PAGE) : DISK_PAGE);
	return target;
}
