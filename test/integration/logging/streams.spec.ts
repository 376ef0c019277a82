import { actor } from "../../../mixins/actor/actor.mixin.ts";
import type { Aggregate } from "../../../mixins/actor/port.ts";
import type { Meta } from "../../../mixins/typed.ts";
import logging from "../../../services/logging/logging.service.ts";
import type { DomainEvent } from "../../../services/shared/events.ts";
import { EPOCH, startPlatform, type TestPlatform } from "../../support/broker.ts";

interface Tale {
	readonly notes: readonly string[];
	readonly contact: string;
	readonly accessToken: string;
}

/** Remembers what it is told. */
const tale = (kind: string): Aggregate<Tale, readonly DomainEvent[], DomainEvent> => ({
	kind,
	schemaVersion: 1,
	decider: {
		initial: { notes: [], contact: "mina@example.com", accessToken: "secret" },
		decide: (_state, events) => events,
		evolve: (state, { data }) => ({ ...state, notes: [...state.notes, "note" in data ? String(data.note) : "-"] }),
	},
});
const kinds = { order: tale("order"), stock: tale("stock") };
const services = [
	logging,
	{ name: "order", mixins: [actor(kinds.order)] },
	{ name: "inventory", mixins: [actor(kinds.stock)] },
];
const SECOND_MS = 1_000;
const anonymous: Meta = {};
const owner: Meta = { userId: "USR_1", roles: ["ROLE_USER"] };
const stranger: Meta = { userId: "USR_9", roles: ["ROLE_USER"] };
const admin: Meta = { userId: "USR_2", roles: ["ROLE_ADMIN"] };

describe("the history of an aggregate", () => {
	let platform: TestPlatform;
	const tell = async (kind: keyof typeof kinds, id: string, ...notes: readonly string[]): Promise<void> => {
		const commandId = platform.runtime.ids.next("CMD");
		const events = notes.map((note) => ({ type: `${kind}.noted`, data: { userId: "USR_1", note } }));
		const context = { commandId, correlationId: `COR_${id}`, causationId: commandId, actor: "USR_1" };
		await platform.runtime.actors.tell(kinds[kind], id, events, context);
	};
	const state = (params: { kind?: string; id?: string; sequence?: number; at?: string }, meta: Meta = admin) =>
		platform.call("logging.streamState", { kind: "order", id: "ORD_1", ...params }, { meta });
	const events = (params: { kind?: string; id?: string; after?: number; limit?: number }, meta: Meta = admin) =>
		platform.call("logging.streamEvents", { kind: "order", id: "ORD_1", ...params }, { meta });

	beforeAll(async () => {
		platform = await startPlatform({ services, clock: "virtual" });
		await tell("order", "ORD_1", "a", "b");
		await platform.advance(10 * SECOND_MS);
		await tell("order", "ORD_1", "c, from jun@example.com, paymentKey");
		await platform.advance(10 * SECOND_MS);
		await tell("order", "ORD_1", "d");
		await tell("stock", "PROD-1", ...Array.from({ length: 1_200 }, (_, index) => String(index)));
		await platform.drained();
	});
	afterAll(() => platform.stop());

	it.each([
		[undefined, 4, "d"],
		[1, 1, "a"],
		[2, 2, "b"],
		[4, 4, "d"],
		[99, 4, "d"],
	])("gives the state after event %s", async (sequence, real, note) => {
		const told = await state(sequence === undefined ? {} : { sequence });
		expect(told).toMatchObject({ requestedSequence: sequence ?? null, sequence: real, lastSequence: 4 });
		expect((told.state["notes"] as string[]).at(-1)).toBe(note);
	});

	it.each([
		[0, 2],
		[9_999, 2],
		[10_000, 3],
		[19_999, 3],
		[20_000, 4],
		[9_000_000, 4],
	])("gives the state %i ms later", async (ms, sequence) => {
		expect(await state({ at: new Date(EPOCH + ms).toISOString() })).toMatchObject({
			sequence,
			eventType: "order.noted",
		});
	});

	it("knows no state before the first event, and no aggregate that is not there", async () => {
		const missing = { type: "STREAM_NOT_FOUND", code: 404 };
		await expect(state({ at: new Date(EPOCH - 1).toISOString() })).rejects.toMatchObject(missing);
		await expect(state({ id: "ORD_9" })).rejects.toMatchObject(missing);
		await expect(state({ kind: "nothing" })).rejects.toMatchObject(missing);
		await expect(events({ id: "ORD_9" })).rejects.toMatchObject(missing);
		await expect(events({ kind: "event-row", id: "order:ORD_1:1" })).rejects.toMatchObject(missing);
	});

	it("folds a long history in pieces", async () => {
		const told = await state({ kind: "stock", id: "PROD-1", sequence: 1_100 });
		expect([told.sequence, told.lastSequence, (told.state["notes"] as string[]).length]).toEqual([1_100, 1_200, 1_100]);
	});

	it("is paged", async () => {
		const first = await events({ limit: 3 });
		expect([first.items.map(({ sequence }) => sequence), first.nextAfter]).toEqual([[1, 2, 3], 3]);
		const second = await events({ limit: 3, after: 3 });
		expect([second.items.map(({ sequence }) => sequence), second.nextAfter]).toEqual([[4], null]);
		expect(first.items[0]).toMatchObject({
			eventId: "order:ORD_1:1",
			eventType: "order.noted",
			actor: "USR_1",
			correlationId: "COR_ORD_1",
			status: "SUCCESS",
			data: { note: "a" },
		});
	});

	it("is for administrators and the owner; others learn nothing, not even that it is there", async () => {
		expect(await state({}, owner)).toMatchObject({ sequence: 4 });
		expect((await events({}, owner)).items).toHaveLength(4);
		for (const ask of [state, events]) {
			await expect(ask({}, stranger)).rejects.toMatchObject({ type: "STREAM_NOT_FOUND", code: 404 });
			await expect(ask({}, anonymous)).rejects.toMatchObject({ type: "UNAUTHENTICATED", code: 401 });
			await expect(ask({ kind: "stock", id: "PROD-1" }, owner)).rejects.toMatchObject({ type: "STREAM_NOT_FOUND" });
		}
	});

	it("shows nobody personal data or secrets", async () => {
		const text = JSON.stringify([await state({}), await events({}), await state({}, owner)]);
		expect(text).toContain("j***@example.com");
		expect(text).not.toMatch(/mina@|jun@|secret/);
	});

	it.each([
		{ sequence: 0 },
		{ sequence: -1 },
		{ sequence: 1.5 },
		{ at: "yesterday" },
		{ kind: "a b" },
		{ id: "../etc" },
		{ id: "" },
	])("refuses to look for %j", async (params) => {
		await expect(state(params)).rejects.toMatchObject({ type: "VALIDATION_ERROR" });
	});

	it.each([{ limit: 0 }, { limit: 101 }, { after: -1 }, { after: 0.5 }])("refuses a page of %j", async (params) => {
		await expect(events(params)).rejects.toMatchObject({ type: "VALIDATION_ERROR" });
	});

	it("is found by its id, and a trace by a correlation id", async () => {
		const search = (id: string) => platform.call("logging.search", { id });
		const firstAt = new Date(EPOCH).toISOString();
		expect(await search("ORD_1")).toEqual({
			id: "ORD_1",
			matches: [{ type: "STREAM", kind: "order", id: "ORD_1", correlationId: "COR_ORD_1", firstAt }],
		});
		expect(await search("COR_ORD_1")).toEqual({
			id: "COR_ORD_1",
			matches: [{ type: "TRACE", correlationId: "COR_ORD_1", firstAt }],
		});
		expect(await search("ORD_none")).toEqual({ id: "ORD_none", matches: [] });
		for (const id of ["", "a b", "x".repeat(129)])
			await expect(search(id)).rejects.toMatchObject({ type: "VALIDATION_ERROR" });
	});
});

describe("a user's events", () => {
	let platform: TestPlatform;
	const page = (params: { userId?: string; limit?: number; cursor?: string }, meta: Meta) =>
		platform.call("logging.userEvents", { userId: "me", ...params }, { meta });

	beforeAll(async () => {
		platform = await startPlatform({ services, clock: "virtual", env: { LOGS_PUBLIC: "false" } });
		for (let index = 1; index <= 7; index++) {
			const commandId = platform.runtime.ids.next("CMD");
			const userId = index === 4 ? "USR_9" : "USR_1";
			const context = { commandId, correlationId: "COR_1", causationId: commandId, actor: userId };
			const event = { type: "order.noted", data: { userId, note: `number ${index}` } };
			await platform.runtime.actors.tell(kinds.order, `ORD_${index}`, [event], context);
			if (index % 2 === 0) await platform.advance(SECOND_MS);
		}
		await platform.drained();
	});
	afterAll(() => platform.stop());

	it("come newest first, page by page, each once", async () => {
		const seen: string[] = [];
		let cursor: string | null = null;
		do {
			const told: Awaited<ReturnType<typeof page>> = await page(
				{ limit: 2, ...(cursor === null ? {} : { cursor }) },
				owner,
			);
			seen.push(...told.items.map(({ aggregateId }) => aggregateId));
			cursor = told.nextCursor;
		} while (cursor !== null);
		expect(seen).toEqual(["ORD_7", "ORD_6", "ORD_5", "ORD_3", "ORD_2", "ORD_1"]);
		expect((await page({}, owner)).items[0]).toMatchObject({ userId: "USR_1", payload: { note: "number 7" } });
	});

	it("are for the user and administrators", async () => {
		expect((await page({ userId: "USR_1" }, admin)).items).toHaveLength(6);
		expect((await page({ userId: "USR_1" }, owner)).items).toHaveLength(6);
		expect((await page({}, stranger)).items).toHaveLength(1);
		await expect(page({ userId: "USR_1" }, stranger)).rejects.toMatchObject({ type: "FORBIDDEN", code: 403 });
		await expect(page({}, anonymous)).rejects.toMatchObject({ type: "UNAUTHENTICATED", code: 401 });
	});

	it.each([{ limit: 0 }, { limit: 101 }, { cursor: "bm9uc2Vuc2U" }, { cursor: "é" }, { userId: "a b" }])(
		"are refused for %j",
		async (params) => {
			await expect(page(params, admin)).rejects.toMatchObject({ type: "VALIDATION_ERROR" });
		},
	);
});
