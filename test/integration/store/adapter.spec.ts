import type { Errors, ServiceSchema } from "moleculer";
import { aggregateReads, referenceData } from "../../../mixins/documents.mixin.ts";
import { storeAdapter } from "../../../mixins/store/adapter.ts";
import { startPlatform, type TestPlatform } from "../../support/broker.ts";
import { envelope } from "../../support/envelopes.ts";

const INDEXES = [{ fields: ["currency"] }, { fields: ["feeBps"] }, { fields: ["currency", "feeBps"] }];

const banks = {
	name: "banks",
	mixins: [
		referenceData("bank", {
			idField: "bankCode",
			indexes: INDEXES,
			unique: (state) => ({ name: typeof state["name"] === "string" ? state["name"].toLowerCase() : null }),
			rules: {
				name: { type: "string", min: 1, max: 40 },
				currency: { type: "enum", values: ["KRW", "USD"] },
				feeBps: { type: "number", integer: true, min: 0, max: 10_000 },
			},
		}),
	],
} as unknown as ServiceSchema;

const orders = {
	name: "orders",
	mixins: [aggregateReads("order", { idField: "orderId", indexes: [{ fields: ["status"] }] })],
	actions: {
		open: {
			handler(this: { _find(ctx: unknown, params: object): Promise<unknown> }, ctx: unknown) {
				return this._find(ctx, { query: { status: "OPEN" } });
			},
		},
		meddle: {
			handler(this: { _update(ctx: unknown, params: object): Promise<unknown> }, ctx: unknown) {
				return this._update(ctx, { id: "ORD_1", status: "PAID" });
			},
		},
	},
} as unknown as ServiceSchema;

let platform: TestPlatform;

beforeEach(async () => {
	platform = await startPlatform({ services: [banks, orders] });
});

afterEach(() => platform.stop());

function call<Result = unknown>(action: string, params: object = {}): Promise<Result> {
	return platform.broker.call<Result, object>(action, params);
}

async function refusal(action: string, params: object): Promise<{ code: number; type: string }> {
	const error = await call(action, params).then(
		() => null,
		(reason: unknown) => reason as Errors.MoleculerError,
	);
	return { code: error?.code ?? 0, type: error?.type ?? "" };
}

function bank(bankCode: string, feeBps: number, currency = "KRW"): object {
	return { bankCode, name: `Bank ${bankCode}`, currency, feeBps };
}

async function fill(): Promise<void> {
	const entities = Array.from({ length: 12 }, (_, index) =>
		bank(`B${10 + index}`, index * 10, index % 2 ? "USD" : "KRW"),
	);
	await call("banks.insert", { entities });
}

describe("reference data through moleculer-db", () => {
	it("creates, reads, updates and removes", async () => {
		expect(await call("banks.create", bank("KB", 30))).toEqual(bank("KB", 30));
		expect(await call("banks.get", { id: "KB" })).toEqual(bank("KB", 30));
		expect(await call("banks.update", { id: "KB", feeBps: 25 })).toEqual(bank("KB", 25));
		expect(await call("banks.get", { id: ["KB", "NO"] })).toEqual([bank("KB", 25)]);
		expect(await call("banks.get", { id: ["KB"], mapping: true, fields: ["feeBps"] })).toEqual({ KB: { feeBps: 25 } });
		expect(await call("banks.remove", { id: "KB" })).toEqual(bank("KB", 25));
		expect(await refusal("banks.get", { id: "KB" })).toMatchObject({ code: 404 });
		expect(await call("banks.create", bank("KB", 10))).toEqual(bank("KB", 10));
	});

	it("keeps what it was given in the platform's own store", async () => {
		await call("banks.create", bank("KB", 30));
		const document = await platform.runtime.store.load("bank", "KB");
		expect(document).toMatchObject({ version: 1, state: { name: "Bank KB", currency: "KRW", feeBps: 30 } });
	});

	it("finds by equality and range over its indexes, sorted, in pages", async () => {
		await fill();
		const codes = async (params: object) =>
			(await call<{ bankCode: string }[]>("banks.find", params)).map(({ bankCode }) => bankCode);
		expect(await codes({ query: { currency: "USD" } })).toEqual(["B11", "B13", "B15", "B17", "B19", "B21"]);
		expect(await codes({ query: { feeBps: { $gte: 90, $lte: 110 } } })).toEqual(["B19", "B20", "B21"]);
		expect(await codes({ query: { currency: "KRW", feeBps: { $gte: 40 } }, sort: "-feeBps", limit: 2 })).toEqual([
			"B20",
			"B18",
		]);
		expect(await codes({ query: { currency: "KRW" }, sort: "-feeBps", limit: 2, offset: 1 })).toEqual(["B18", "B16"]);
		expect(await codes({ sort: "-_id", limit: 2 })).toEqual(["B21", "B20"]);
		expect(await codes({ query: { _id: "B12" } })).toEqual(["B12"]);
		expect(await codes({ query: { _id: "B99" } })).toEqual([]);
		expect(await call("banks.count", { query: { currency: "KRW" } })).toBe(6);
		expect(await call("banks.list", { query: { currency: "KRW" }, page: 2, pageSize: 4 })).toMatchObject({
			rows: [{ bankCode: "B18" }, { bankCode: "B20" }],
			total: 6,
			page: 2,
			totalPages: 2,
		});
	});

	it("never returns more than a page of a hundred", async () => {
		for (let page = 0; page < 3; page++)
			await call("banks.insert", {
				entities: Array.from({ length: 50 }, (_, index) => bank(`C${page}-${index}`, index)),
			});
		expect(await call("banks.find", {})).toHaveLength(100);
		expect(await call("banks.find", { limit: 5_000 })).toHaveLength(100);
	});

	it.each([
		["an unknown operator", "banks.find", { query: { feeBps: { $gt: 3 } } }, "QUERY_NOT_SUPPORTED"],
		["a server-side script", "banks.find", { query: { $where: "true" } }, "QUERY_NOT_SUPPORTED"],
		["a field without index", "banks.find", { query: { name: "Bank KB" } }, "QUERY_NOT_SUPPORTED"],
		["two ranges", "banks.find", { query: { feeBps: { $gte: 1 }, currency: { $gte: "A" } } }, "QUERY_NOT_SUPPORTED"],
		["a list of values", "banks.find", { query: { currency: ["KRW"] } }, "QUERY_NOT_SUPPORTED"],
		["a query as text", "banks.find", { query: "{broken" }, "QUERY_NOT_SUPPORTED"],
		["an id with more", "banks.find", { query: { _id: "B1", currency: "KRW" } }, "QUERY_NOT_SUPPORTED"],
		["an operator for an id", "banks.find", { query: { _id: { $gte: "" } } }, "QUERY_NOT_SUPPORTED"],
		["text search", "banks.find", { search: "bank" }, "QUERY_NOT_SUPPORTED"],
		["sorting by a field without index", "banks.find", { sort: "name" }, "QUERY_NOT_SUPPORTED"],
		["sorting by two fields", "banks.find", { sort: "currency,feeBps" }, "QUERY_NOT_SUPPORTED"],
		[
			"sorting against the range",
			"banks.find",
			{ query: { feeBps: { $gte: 1 } }, sort: "currency" },
			"QUERY_NOT_SUPPORTED",
		],
		["a count over a range", "banks.count", { query: { feeBps: { $gte: 1 } } }, "QUERY_NOT_SUPPORTED"],
		["a page far away", "banks.find", { offset: 1_001 }, "OFFSET_TOO_LARGE"],
		["too many ids", "banks.get", { id: Array.from({ length: 101 }, () => "B1") }, "TOO_MANY_IDS"],
		[
			"too many entities",
			"banks.insert",
			{ entities: Array.from({ length: 101 }, () => bank("B", 1)) },
			"TOO_MANY_ENTITIES",
		],
		["no id", "banks.create", { name: "Bank", currency: "KRW", feeBps: 1 }, "ENTITY_ID_INVALID"],
		["an id that is none", "banks.create", { ...bank("K B", 1) }, "ENTITY_ID_INVALID"],
		["an operator as a field", "banks.create", { ...bank("KB", 1), $inc: 1 }, "FIELD_NAME_INVALID"],
	])("refuses %s", async (_what, action, params, type) => {
		expect(await refusal(action, params)).toEqual({ code: 400, type });
	});

	it("checks the whole entity at every write and drops what it does not know", async () => {
		expect(await refusal("banks.create", bank("KB", -1))).toMatchObject({ code: 422 });
		expect(await call("banks.create", { ...bank("KB", 1), isAdmin: true })).toEqual(bank("KB", 1));
		expect(await refusal("banks.update", { id: "KB", feeBps: 20_000 })).toMatchObject({ code: 422 });
		expect(await refusal("banks.update", { id: "KB", "name.first": "x" })).toEqual({
			code: 400,
			type: "FIELD_NAME_INVALID",
		});
		expect(await call("banks.get", { id: "KB" })).toEqual(bank("KB", 1));
	});

	it("refuses an id or a unique value that is taken, and frees the value with its document", async () => {
		await call("banks.create", bank("KB", 1));
		expect(await refusal("banks.create", { ...bank("KB", 1), name: "Other" })).toEqual({
			code: 409,
			type: "ENTITY_EXISTS",
		});
		expect(await refusal("banks.create", { ...bank("KX", 1), name: "BANK kb" })).toEqual({
			code: 409,
			type: "VALUE_TAKEN",
		});
		await call("banks.update", { id: "KB", name: "Kookmin" });
		await call("banks.create", { ...bank("KX", 1), name: "Bank KB" });
		expect(await refusal("banks.update", { id: "KB", name: "bank kb" })).toEqual({
			code: 409,
			type: "VALUE_TAKEN",
		});
		await call("banks.remove", { id: "KX" });
		await call("banks.create", { ...bank("KY", 1), name: "Bank KB" });
	});

	it("says 404 for entities that are not there, whatever the id is made of", async () => {
		expect(await refusal("banks.update", { id: "NO", feeBps: 1 })).toMatchObject({ code: 404 });
		expect(await refusal("banks.remove", { id: "NO" })).toMatchObject({ code: 404 });
		expect(await refusal("banks.remove", { id: { $gte: "" } })).toMatchObject({ code: 404 });
		expect(await refusal("banks.get", { id: 7 })).toMatchObject({ code: 404 });
	});

	it("loses no update among concurrent ones", async () => {
		await call("banks.create", bank("KB", 0));
		const updates = [
			{ id: "KB", feeBps: 50 },
			{ id: "KB", currency: "USD" },
			{ id: "KB", name: "Kookmin" },
		];
		await Promise.all(updates.map((update) => call("banks.update", update)));
		expect(await call("banks.get", { id: "KB" })).toEqual({
			bankCode: "KB",
			feeBps: 50,
			currency: "USD",
			name: "Kookmin",
		});
	});
});

describe("an adapter on its own", () => {
	it("removes many and clears", async () => {
		await fill();
		const adapter = storeAdapter("bank", { indexes: INDEXES });
		adapter.init(platform.broker);
		await adapter.connect();
		expect(await adapter.findOne({ currency: "USD" })).toMatchObject({ _id: "B11" });
		expect(await adapter.removeMany({ currency: "USD" })).toBe(6);
		expect(await adapter.createCursor({ query: { currency: "USD" } })).toEqual([]);
		expect(await adapter.clear()).toBe(6);
		expect(await adapter.count()).toBe(0);
		await adapter.disconnect();
	});

	it("mints ids where the kind has a prefix", async () => {
		const adapter = storeAdapter("note", { idPrefix: "JOB" });
		adapter.init(platform.broker);
		const { _id: id } = await adapter.insert({ text: "a" });
		expect(id).toMatch(/^JOB_[0-9A-Z]{26}$/);
	});

	it("says that it was not initialised", async () => {
		await expect(storeAdapter("bank").findById("KB")).rejects.toThrow("not initialised");
	});
});

describe("an aggregate's documents through moleculer-db", () => {
	beforeEach(async () => {
		const { store } = platform.runtime;
		await store.commit([
			{
				kind: "order",
				id: "ORD_1",
				expectedVersion: 0,
				state: { status: "OPEN", amount: 1_000 },
				events: [envelope({ subject: "ORD_1", kind: "order", type: "order.created" }, 1)],
				commands: [],
			},
		]);
	});

	it("are read by the service's own methods", async () => {
		expect(await call("orders.open")).toEqual([{ orderId: "ORD_1", status: "OPEN", amount: 1_000 }]);
	});

	it("have no action of moleculer-db", async () => {
		for (const name of ["find", "count", "list", "get", "create", "insert", "update", "remove"])
			expect(await refusal(`orders.${name}`, { id: "ORD_1" })).toMatchObject({ code: 404, type: "SERVICE_NOT_FOUND" });
	});

	it("are never written past their commands", async () => {
		expect(await refusal("orders.meddle", {})).toEqual({ code: 400, type: "READ_ONLY" });
		expect(await platform.runtime.store.load("order", "ORD_1")).toMatchObject({
			version: 1,
			state: { status: "OPEN" },
		});
	});
});
