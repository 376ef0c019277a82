import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { systemClock } from "../../../mixins/clock/system.ts";
import { DATA_FILE } from "../../../mixins/platform.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { actor } from "../../../mixins/actor/actor.mixin.ts";
import type { Aggregate } from "../../../mixins/actor/port.ts";
import ledger from "../../../services/ledger/ledger.service.ts";
import type { DomainEvent } from "../../../services/shared/events.ts";
import { startPlatform, temporaryFolder, type TestPlatform } from "../../support/broker.ts";

interface Tale {
	readonly length: number;
}

/** Tells whatever it is told. */
const payment: Aggregate<Tale, readonly DomainEvent[], DomainEvent> = {
	kind: "payment",
	schemaVersion: 1,
	decider: {
		initial: { length: 0 },
		decide: (_state, events) => events,
		evolve: ({ length }) => ({ length: length + 1 }),
	},
};
const services = [ledger, { name: "payment", mixins: [actor(payment)] }];

async function tell({ runtime }: TestPlatform, paymentId: string, ...events: readonly DomainEvent[]): Promise<void> {
	const commandId = runtime.ids.next("CMD");
	const context = { commandId, correlationId: "COR_1", causationId: commandId, actor: "USR_1" };
	await runtime.actors.tell(payment, paymentId, events, context);
}

function approved(number: number, amount: number): DomainEvent {
	const [paymentId, orderId] = [`PAY_${number}`, `ORD_${number}`];
	return { type: "payment.approved", data: { paymentId, orderId, userId: "USR_1", amount } };
}

function cancelled(number: number, amount: number): DomainEvent {
	const [paymentId, orderId] = [`PAY_${number}`, `ORD_${number}`];
	return { type: "payment.cancelled", data: { paymentId, orderId, userId: "USR_1", amount } };
}

const clock = "virtual";
const post = { cause: "CMD_1", kind: "escrow.deposit", occurredAt: "2030-01-07T00:00:00.000Z" } as const;
const deposit = (amount: number) =>
	[
		{ account: "escrow:receivable:ESC_1", side: "debit", amount },
		{ account: "escrow:held:ESC_1", side: "credit", amount },
	] as const;

describe("the ledger", () => {
	let platform: TestPlatform;
	beforeEach(async () => void (platform = await startPlatform({ services, clock })));
	afterEach(() => platform.stop());

	it("books what was charged and what went back", async () => {
		await tell(platform, "PAY_1", approved(1, 48_000));
		await tell(platform, "PAY_1", cancelled(1, 18_000));
		await tell(platform, "PAY_2", cancelled(2, 0));
		await platform.drained();
		const { items } = await platform.call("ledger.entries", { orderId: "ORD_1" });
		expect(items.map(({ cause, kind, paymentId, legs }) => [cause, kind, paymentId, legs])).toEqual([
			[
				"payment:PAY_1:1",
				"checkout.charge",
				"PAY_1",
				[
					{ account: "checkout:receivable", side: "debit", amount: 48_000 },
					{ account: "checkout:cash", side: "credit", amount: 48_000 },
				],
			],
			[
				"payment:PAY_1:2",
				"checkout.refund",
				"PAY_1",
				[
					{ account: "checkout:cash", side: "debit", amount: 18_000 },
					{ account: "checkout:receivable", side: "credit", amount: 18_000 },
				],
			],
		]);
		expect(await platform.call("ledger.balance", { account: "checkout:cash" })).toMatchObject({ balance: 30_000 });
		expect(await platform.call("ledger.audit", { by: "payment" })).toMatchObject({ items: [{ id: "PAY_1" }] });
		expect(await platform.call("ledger.verify", {})).toMatchObject({ isIntact: true, entries: 2, firstBreak: null });
	});

	it("owes the points that were given until they are taken back", async () => {
		const points = (type: string, value: number) => ({
			type,
			data: { userId: "USR_1", orderId: "ORD_1", points: value },
		});
		await tell(platform, "PAY_1", approved(1, 48_000), points("points.awarded", 480), points("points.awarded", 0));
		await platform.drained();
		const liability = () => platform.call("ledger.balance", { account: "points:liability" });
		expect(await liability()).toMatchObject({ credits: 480, balance: 480 });
		await tell(platform, "PAY_1", points("points.revoked", 480), points("points.revoked", 0));
		await platform.drained();
		expect(await liability()).toMatchObject({ debits: 480, balance: 0 });
		expect(await platform.call("ledger.audit", { by: "order" })).toMatchObject({
			items: [
				{
					id: "ORD_1",
					totals: [
						{ kind: "checkout.charge", amount: 48_000 },
						{ kind: "points.award", amount: 480 },
						{ kind: "points.revoke", amount: 480 },
					],
				},
			],
		});
	});

	it("writes the events of one turn as one batch", async () => {
		await Promise.all(
			Array.from({ length: 100 }, (_, number) => tell(platform, `PAY_${number}`, approved(number, 100))),
		);
		await platform.drained();
		const { batches, entries } = await platform.call("ledger.verify", {});
		expect(entries).toBe(100);
		expect(batches).toBeLessThan(20);
		const { items } = await platform.call("ledger.accounts", { limit: 2 });
		expect(items.map(({ balance }) => balance)).toEqual([10_000, 10_000]);
	});

	it("takes an entry of another service once, and answers a repeat with it", async () => {
		const first = await platform.call("ledger.post", { ...post, postings: deposit(7) });
		expect(first).toMatchObject({ cause: "CMD_1", sequence: 1, orderId: null, currency: "KRW" });
		expect(await platform.call("ledger.post", { ...post, postings: deposit(7) })).toEqual(first);
		await expect(platform.call("ledger.post", { ...post, postings: deposit(8) })).rejects.toMatchObject({
			code: 409,
			type: "LEDGER_CAUSE_REUSED",
		});
		expect(await platform.call("ledger.accounts", { parent: "escrow:held" })).toMatchObject({
			items: [{ account: "escrow:held:ESC_1", balance: 7 }],
		});
	});

	it.each([
		["ledger.post", { ...post, postings: [] }, 400, "LEDGER_ENTRY_EMPTY"],
		["ledger.post", { ...post, postings: deposit(1).slice(1) }, 400, "LEDGER_ENTRY_UNBALANCED"],
		["ledger.post", { ...post, postings: deposit(0.5) }, 400, "LEDGER_AMOUNT_INVALID"],
		["ledger.post", { ...post, postings: deposit(-1) }, 400, "LEDGER_AMOUNT_INVALID"],
		["ledger.post", { ...post, kind: "theft", postings: deposit(1) }, 422, "VALIDATION_ERROR"],
		["ledger.post", { ...post, occurredAt: "yesterday", postings: deposit(1) }, 422, "VALIDATION_ERROR"],
		["ledger.balance", { account: "slush:fund" }, 404, "LEDGER_ACCOUNT_UNKNOWN"],
		["ledger.balance", { account: "checkout:cash", at: "yesterday" }, 422, "VALIDATION_ERROR"],
		["ledger.entries", {}, 400, "VALIDATION_ERROR"],
		["ledger.entries", { orderId: "ORD_1", cursor: "bm9uZQ" }, 400, "VALIDATION_ERROR"],
		["ledger.verify", { anchorSequence: 1 }, 400, "VALIDATION_ERROR"],
		["ledger.verify", { anchorSequence: 0, anchorHash: "x" }, 422, "VALIDATION_ERROR"],
	])("refuses %s %j", async (action, params, code, type) => {
		await expect(platform.broker.call(action, params)).rejects.toMatchObject({ code, type });
	});

	it("notes the end of the chain in the process log once a minute", async () => {
		await platform.call("ledger.post", { ...post, postings: deposit(7) });
		const { head } = await platform.call("ledger.verify", {});
		const service = platform.broker.getLocalService("ledger") as unknown as { logger: { info: unknown } };
		const noted: unknown[] = [];
		service.logger.info = (_text: string, fields: unknown) => noted.push(fields);
		await platform.advance(61_000);
		await platform.advance(61_000);
		expect(noted).toMatchObject([{ book: "main", ...head }]);
	});

	it("finds a batch that was changed in the store", async () => {
		const { store } = platform.runtime;
		for (const cause of ["CMD_1", "CMD_2"])
			await platform.call("ledger.post", { ...post, cause, postings: deposit(7) });
		const { head } = await platform.call("ledger.verify", {});
		const anchor = { anchorSequence: head?.sequence ?? 0, anchorHash: head?.hash ?? "" };
		expect((await platform.call("ledger.verify", anchor)).isIntact).toBe(true);
		const stored = await store.load<{ entries: object[] }>("ledger-batch", "main:000000000001");
		const state = { ...stored?.state, entries: [] };
		await store.commit([
			{ kind: "ledger-batch", id: "main:000000000001", expectedVersion: 1, state, events: [], commands: [] },
		]);
		expect(await platform.call("ledger.verify", {})).toMatchObject({
			isIntact: false,
			firstBreak: { sequence: 1, reason: "changed" },
		});
	});
});

describe("the ledger across restarts", () => {
	it("goes on where it was, writes nothing twice, and forgets no cause", async () => {
		const folder = temporaryFolder();
		const start = () => startPlatform({ services, clock, dataDir: folder.path });
		const first = await start();
		await tell(first, "PAY_1", approved(1, 48_000));
		await first.drained();
		const posted = await first.call("ledger.post", { ...post, postings: deposit(7) });
		await first.stop();
		// The group's position may be older than what it has done: the same events come again.
		const store = await openSqliteStore({ file: join(folder.path, DATA_FILE), clock: systemClock() });
		await store.remove("bus-position", ["ledger"]);
		await store.close();
		const second = await start();
		await second.drained();
		expect(await second.call("ledger.post", { ...post, postings: deposit(7) })).toEqual(posted);
		await tell(second, "PAY_1", cancelled(1, 48_000));
		await second.drained();
		expect(await second.call("ledger.balance", { account: "checkout:cash" })).toMatchObject({
			debits: 48_000,
			balance: 0,
		});
		expect(await second.call("ledger.verify", {})).toMatchObject({ isIntact: true, entries: 3 });
		await second.stop();
		folder.remove();
	});

	it("does not accept the books of another key", async () => {
		const folder = temporaryFolder();
		const keyOf = (byte: number) => ({ MASTER_KEY: Buffer.alloc(32, byte).toString("base64") });
		const first = await startPlatform({ services, clock, dataDir: folder.path, env: keyOf(1) });
		await first.call("ledger.post", { ...post, postings: deposit(7) });
		// Somebody without the key gives the ledger a key of their own.
		await first.runtime.store.remove("ledger-key", ["chain"]);
		await first.stop();
		const second = await startPlatform({ services, clock, dataDir: folder.path, env: keyOf(1) });
		await expect(second.call("ledger.post", { ...post, cause: "CMD_2", postings: deposit(7) })).rejects.toMatchObject({
			code: 503,
			type: "LEDGER_BROKEN",
		});
		expect(await second.call("ledger.verify", {})).toMatchObject({ isIntact: false });
		await second.stop();
		folder.remove();
	});

	it("names the first batch that was damaged in the file", async () => {
		const folder = temporaryFolder();
		const first = await startPlatform({ services, clock, dataDir: folder.path });
		for (const cause of ["CMD_1", "CMD_2", "CMD_3"])
			await first.call("ledger.post", { ...post, cause, postings: deposit(7) });
		await first.stop();
		const file = new DatabaseSync(join(folder.path, DATA_FILE));
		const change =
			"UPDATE doc_ledger_batch SET state = replace(state, '\"amount\":7', '\"amount\":9') WHERE id LIKE '%2'";
		expect(file.prepare(change).run().changes).toBe(1);
		file.close();
		const second = await startPlatform({ services, clock, dataDir: folder.path });
		expect((await second.call("ledger.verify", {})).firstBreak).toMatchObject({ sequence: 2, reason: "damaged" });
		await second.stop();
		folder.remove();
	});
});
