import type { DatabaseSync } from "node:sqlite";
import { systemClock } from "../../../mixins/clock/system.ts";
import { StoreUnavailable } from "../../../mixins/store/port.ts";
import { openConnection } from "../../../mixins/store/sqlite/database.ts";
import { Writer, WriteUnknown, type Flushed } from "../../../mixins/store/sqlite/writer.ts";

describe("the writer", () => {
	let db: DatabaseSync;
	let writer: Writer;
	let flushed: Flushed[];
	let undone: number;

	beforeEach(() => {
		db = openConnection(":memory:");
		db.exec("CREATE TABLE notes (text TEXT NOT NULL) STRICT");
		flushed = [];
		undone = 0;
		writer = new Writer({
			db,
			clock: systemClock(),
			onFlush: (batch) => void flushed.push(batch),
			onUndone: () => (undone += 1),
		});
	});
	afterEach(() => db.close());

	const note = (text: string | null, keep = true) =>
		writer.write(() => {
			db.prepare("INSERT INTO notes (text) VALUES (?)").run(text);
			return { keep, value: text };
		});
	const notes = () =>
		db
			.prepare("SELECT text FROM notes ORDER BY rowid")
			.all()
			.map(({ text }) => text);
	const fill = () =>
		db.exec(`PRAGMA max_page_count = ${Number(db.prepare("PRAGMA page_count").get()?.["page_count"])}`);

	it("puts everything of one turn into one transaction", async () => {
		expect(await Promise.all(["a", "b", "c"].map((text) => note(text)))).toEqual(["a", "b", "c"]);
		await note("d");
		expect(flushed.map(({ jobs }) => jobs)).toEqual([3, 1]);
		expect(notes()).toEqual(["a", "b", "c", "d"]);
	});

	it("splits a long queue, in order", async () => {
		const texts = Array.from({ length: 1_100 }, (_, index) => `note ${index}`);
		await Promise.all(texts.map((text) => note(text)));
		expect(flushed.map(({ jobs }) => jobs)).toEqual([512, 512, 76]);
		expect(notes()).toEqual(texts);
	});

	it("takes back a job that does not want to be kept, and nobody else's", async () => {
		expect(await Promise.all([note("a"), note("b", false), note("c")])).toEqual(["a", "b", "c"]);
		expect(notes()).toEqual(["a", "c"]);
	});

	it("takes back a job that fails half-way, and hands it its own error", async () => {
		const failing = writer.write(() => {
			db.prepare("INSERT INTO notes (text) VALUES ('half')").run();
			throw new Error("half-way");
		});
		const outcomes = await Promise.allSettled([note("a"), failing, note(null), note("c")]);
		expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
		await expect(failing).rejects.toThrow("half-way");
		expect(notes()).toEqual(["a", "c"]);
		expect(writer.isWritable).toBe(true);
		expect(undone).toBe(0);
	});

	it("stops when the disk is full: nothing of the batch is known, everything later is refused", async () => {
		await note("before");
		fill();
		const outcomes = await Promise.allSettled([note("a"), note("x".repeat(100_000)), note("c")]);
		expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason instanceof WriteUnknown)).toEqual([
			true,
			true,
			true,
		]);
		expect({ undone, isWritable: writer.isWritable }).toEqual({ undone: 1, isWritable: false });
		await expect(note("later")).rejects.toThrow(StoreUnavailable);
		await expect(note("later")).rejects.toThrow("The disk or the data file has failed; restart after mending it.");
		expect(notes()).toEqual(["before"]);
	});

	it("refuses what was waiting when the disk filled up", async () => {
		fill();
		const texts = Array.from({ length: 600 }, () => "x".repeat(1_000));
		const outcomes = await Promise.allSettled(texts.map((text) => note(text)));
		const reasons = outcomes.map((outcome) =>
			outcome.status === "rejected" ? (outcome.reason as Error).name : "kept",
		);
		expect(new Set(reasons.slice(0, 512))).toEqual(new Set(["WriteUnknown"]));
		expect(new Set(reasons.slice(512))).toEqual(new Set(["StoreUnavailable"]));
		expect(notes()).toEqual([]);
	});

	it("goes on after a failure that is not the disk's", async () => {
		db.exec("BEGIN");
		await expect(note("a")).rejects.toThrow(WriteUnknown);
		expect(writer.isWritable).toBe(true);
		await note("b");
		expect(notes()).toEqual(["b"]);
	});

	it("writes what waits when it is closed, and nothing later", async () => {
		const waiting = Array.from({ length: 600 }, (_, index) => note(`note ${index}`));
		writer.close();
		await Promise.all(waiting);
		expect(notes()).toHaveLength(600);
		await expect(note("late")).rejects.toThrow("The store is closed.");
	});
});
