import { DatabaseSync } from "node:sqlite";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { groupCommit, StoreBroken } from "../../../services/toss-twin/infrastructure/group-commit.ts";

function open() {
	const db = new DatabaseSync(":memory:");
	db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT");
	const insert = db.prepare("INSERT INTO t VALUES (?)");
	const commits = groupCommit(db, virtualClock(0));
	const add = (id: number) => commits.commit(() => Number(insert.run(id).changes));
	const ids = () =>
		db
			.prepare("SELECT id FROM t ORDER BY id")
			.all()
			.map(({ id }) => id);
	return { db, commits, add, ids };
}

describe("group commit", () => {
	it("answers nobody before the whole turn is committed", async () => {
		const { db, commits, add, ids } = open();
		const first = add(1).then(() => db.isTransaction);
		const second = commits.commit(() => db.isTransaction);
		expect(ids()).toEqual([]);
		expect(await Promise.all([first, second])).toEqual([false, true]);
		expect(ids()).toEqual([1]);
	});

	it("undoes only the piece that failed", async () => {
		const { commits, add, ids } = open();
		const failing = commits.commit(() => {
			void add(99);
			throw new Error("no");
		});
		const settled = await Promise.allSettled([add(1), add(1), failing, add(2)]);
		expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
		await commits.commit(() => undefined);
		expect(ids()).toEqual([1, 2, 99]);
	});

	it("leaves nothing of a piece that wrote and then failed", async () => {
		const { db, commits, ids } = open();
		const work = commits.commit(() => {
			db.prepare("INSERT INTO t VALUES (5)").run();
			throw new Error("afterwards");
		});
		await expect(work).rejects.toThrow("afterwards");
		expect(ids()).toEqual([]);
	});

	it("tells everybody when the transaction itself is gone, and takes no more", async () => {
		const { db, commits, add, ids } = open();
		const lost = commits.commit(() => {
			// What a full disk does: SQLite ends the whole transaction.
			db.exec("ROLLBACK");
			throw new Error("database or disk is full");
		});
		const settled = await Promise.allSettled([add(1), lost, add(2)]);
		for (const each of settled) expect(each).toMatchObject({ status: "rejected", reason: expect.any(StoreBroken) });
		await expect(add(3)).rejects.toThrow("does not take writes");
		expect(ids()).toEqual([]);
	});
});
