import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "../../../mixins/clock/system.ts";
import { StoreUnavailable } from "../../../mixins/store/port.ts";
import { createTables } from "../../../mixins/store/sqlite/committer.ts";
import { isFatal, openConnection } from "../../../mixins/store/sqlite/database.ts";
import { InlineWriter } from "../../../mixins/store/sqlite/inline-writer.ts";
import { openSqliteStore, type SqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { prepareKind } from "../../../mixins/store/sqlite/kinds.ts";
import { WriteUnknown } from "../../../mixins/store/sqlite/writer.ts";
import { prepareCommit } from "../../../mixins/store/sqlite/prepared.ts";
import { seededRandom } from "../../support/hostile/random.ts";
import { temporaryFolder } from "../../support/broker.ts";
import { commitAll, commitOf, eventsOf } from "../../support/specifications/store/bed.ts";

const MARK = "mark-of-the-payload";
const thing = { kind: "thing", indexes: [{ fields: ["owner"] }] };

describe("the data file", () => {
	const folder = temporaryFolder();
	let files = 0;
	const nextFile = () => join(folder.path, `file-${files++}.db`);
	const open = async (file: string): Promise<SqliteStore> => {
		const store = await openSqliteStore({ file, clock: systemClock() });
		store.define(thing);
		return store;
	};
	afterAll(() => folder.remove());

	it("belongs to one process at a time, and says so in plain words", async () => {
		const file = nextFile();
		const first = await open(file);
		const refused = await open(file).catch((error: unknown) => error);
		expect(refused).toBeInstanceOf(StoreUnavailable);
		expect((refused as Error).message).toBe(
			`The data file ${file} is in use by another PayFlow process. Stop it, or set another DATA_DIR.`,
		);
		await commitAll(first, [commitOf("A")]);
		await first.close();
		const second = await open(file);
		expect(await second.load("thing", "A")).toMatchObject({ version: 1 });
		await second.close();
	});

	it("is refused when it is something else", async () => {
		const file = nextFile();
		writeFileSync(file, "This is a letter to my grandmother. ".repeat(200));
		await expect(open(file)).rejects.toThrow(`The data file ${file} cannot be opened: file is not a database`);
		expect(readFileSync(file, "utf8")).toContain("grandmother");
	});

	it("answers nothing after it was closed", async () => {
		const store = await open(nextFile());
		await store.close();
		await store.close();
		expect(store.isWritable()).toBe(false);
		await expect(store.load("thing", "A")).rejects.toThrow("The store is closed.");
		await expect(store.commit([commitOf("A")])).rejects.toThrow(StoreUnavailable);
	});

	it("tells full and broken disks from mistakes", () => {
		const db = openConnection(":memory:");
		db.exec("CREATE TABLE t (x TEXT) STRICT");
		const errorOf = (sql: string): unknown => {
			try {
				db.exec(sql);
				return null;
			} catch (error) {
				return error;
			}
		};
		expect(isFatal(errorOf("SELECT nonsense"))).toBe(false);
		expect(isFatal(new Error("ordinary"))).toBe(false);
		db.exec("PRAGMA max_page_count = 3");
		expect(isFatal(errorOf("INSERT INTO t VALUES (randomblob(1) || hex(zeroblob(100000)))"))).toBe(true);
		db.close();
	});

	it("gives positions without a gap, also after a batch was taken back", async () => {
		const db = openConnection(":memory:");
		createTables(db);
		prepareKind(db, thing);
		const undone: string[] = [];
		const writer = new InlineWriter({
			db,
			clock: systemClock(),
			onFlush: () => undefined,
			onUndone: () => undone.push("undone"),
		});
		const write = (id: string) =>
			writer.write(prepareCommit(["owner"], commitOf(id, { kind: "thing", events: eventsOf(id, 1, 2) })));
		expect(await Promise.all([write("A"), write("B")])).toEqual([
			{ status: "ok", position: 1 },
			{ status: "ok", position: 3 },
		]);
		db.exec("BEGIN");
		await expect(write("C")).rejects.toThrow(WriteUnknown);
		expect(undone).toEqual(["undone"]);
		expect(await Promise.all([write("A"), write("D")])).toEqual([
			{ status: "conflict" },
			{ status: "ok", position: 5 },
		]);
		await writer.close();
		db.close();
	});
});

describe("damaged rows", () => {
	const folder = temporaryFolder();
	const file = join(folder.path, "sound.db");
	let sound: Buffer;
	let marks: number[];

	beforeAll(async () => {
		const store = await openSqliteStore({ file, clock: systemClock() });
		store.define(thing);
		const events = (id: string) =>
			eventsOf(id, 1, 3).map((event) => ({ ...event, data: { note: `${MARK} in ${id}` } }));
		const sketchOf = (id: string) => ({
			state: { owner: `owner-of-${id}`, note: `${MARK} of ${id}` },
			events: events(id),
			commands: [`command-${id}-3`],
			claim: [{ name: "name", value: id }],
		});
		const ids = Array.from({ length: 40 }, (_, index) => `thing-${index}`);
		await commitAll(
			store,
			ids.map((id) => commitOf(id, sketchOf(id))),
		);
		expect(store.damagedRows(10)).toEqual([]);
		await store.close();
		const db = new DatabaseSync(file);
		// Leaves no stale copy of a row behind, in which a flipped byte would mean nothing.
		db.exec(`PRAGMA secure_delete = ON; VACUUM INTO '${file}.tidy'`);
		db.close();
		sound = readFileSync(`${file}.tidy`);
		marks = [...sound.toString("latin1").matchAll(new RegExp(MARK, "g"))].map(({ index }) => index);
	});
	afterAll(() => folder.remove());

	async function damageFound(damage: (bytes: Buffer) => void): Promise<readonly string[]> {
		const copy = join(folder.path, "copy.db");
		const bytes = Buffer.from(sound);
		damage(bytes);
		writeFileSync(copy, bytes);
		const store = await openSqliteStore({ file: copy, clock: systemClock() });
		store.define(thing);
		const found = store.damagedRows(1_000);
		await store.close();
		return found;
	}

	it("are none in a copy that nobody touched", async () => {
		expect(marks).toHaveLength(160);
		expect(await damageFound(() => undefined)).toEqual([]);
	});

	it("are found, each one, wherever a byte was flipped", async () => {
		const random = seededRandom(7);
		for (let trial = 0; trial < 60; trial++) {
			const at = (marks[random.below(marks.length)] ?? 0) + random.below(MARK.length);
			const found = await damageFound((bytes) => (bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(7))));
			expect({ trial, at, found: found.length }).toEqual({ trial, at, found: 1 });
			expect(found[0]).toMatch(/^(document thing-\d+|event at position \d+) is damaged: it is not what was written$/);
		}
	});

	it("are all found when there are many, and not more than asked for", async () => {
		const spoil = (bytes: Buffer) => marks.forEach((at) => (bytes[at] = 0x58));
		expect(await damageFound(spoil)).toHaveLength(160);
	});

	it.each([
		["UPDATE doc_thing SET version = 2 WHERE id = 'thing-1'", "document thing-1"],
		["UPDATE doc_thing SET x_owner = 'somebody' WHERE id = 'thing-1'", "document thing-1"],
		["UPDATE doc_thing SET last_time = '2031-01-01T00:00:00.000Z' WHERE id = 'thing-1'", "document thing-1"],
		["UPDATE doc_thing SET command_count = 7 WHERE id = 'thing-1'", "document thing-1"],
		["UPDATE events SET sequence = 9 WHERE aggregate = 'thing-0' AND sequence = 3", "event at position 3"],
		["UPDATE events SET command_id = 'another' WHERE position = 3", "event at position 3"],
		["UPDATE events SET envelope = '{' WHERE position = 3", "event at position 3"],
		["UPDATE commands SET command_id = 'another' WHERE aggregate = 'thing-1'", "command another of thing thing-1"],
		["DELETE FROM doc_thing WHERE id = 'thing-1'", "unique name of thing thing-1"],
	])("are found after %s", async (change, what) => {
		const copy = join(folder.path, "changed.db");
		writeFileSync(copy, sound);
		const db = new DatabaseSync(copy);
		db.exec(change);
		db.close();
		const store = await openSqliteStore({ file: copy, clock: systemClock() });
		store.define(thing);
		expect(store.damagedRows(10)[0]).toBe(`${what} is damaged: it is not what was written`);
		await store.close();
	});

	it("are found where an index no longer says what its table says", async () => {
		const index = sound.indexOf("owner-of-thing-1", sound.indexOf("owner-of-thing-1") + 1);
		expect(index).toBeGreaterThan(0);
		expect(await damageFound((bytes) => (bytes[index] = 0x58))).not.toEqual([]);
	});

	it("are not handed out as if they were sound", async () => {
		const copy = join(folder.path, "spoilt.db");
		const bytes = Buffer.from(sound);
		for (const at of marks) bytes[at] = 0x58;
		writeFileSync(copy, bytes);
		const store = await openSqliteStore({ file: copy, clock: systemClock() });
		await expect(store.load("thing", "thing-1")).rejects.toThrow("document thing-1 is damaged");
		await expect(store.events("thing", "thing-1")).rejects.toThrow("is damaged");
		await expect(store.read(0, 10)).rejects.toThrow("event at position 1 is damaged");
		expect(store.damagedRows(3)).toHaveLength(3);
		await store.close();
	});
});
