import { MissingIndex, type Query, type Scalar, type Store } from "../../../../mixins/store/port.ts";
import { type Bed, commitAll, commitOf } from "./bed.ts";

interface Order {
	readonly status: string;
	readonly userId: string;
	readonly amount: number;
	readonly createdAt: string;
	readonly isGift: boolean;
	readonly dueAt: string | null;
}

const ORDERS = Array.from({ length: 40 }, (_, index): { id: string; state: Order } => ({
	id: `ORD_${String((index * 7) % 40).padStart(2, "0")}`,
	state: {
		status: index % 3 === 0 ? "PAID" : "PENDING",
		userId: `user-${index % 4}`,
		amount: (index % 10) * 1_000,
		createdAt: `2026-01-${String(1 + (index % 8)).padStart(2, "0")}T00:00:00.000Z`,
		isGift: index % 5 === 0,
		dueAt: index % 6 === 0 ? `2026-02-${String(1 + (index % 9)).padStart(2, "0")}` : null,
	},
}));

async function fill(store: Store): Promise<void> {
	store.define({
		kind: "order",
		indexes: [
			{ fields: ["status"] },
			{ fields: ["isGift"] },
			{ fields: ["amount"] },
			{ fields: ["status", "createdAt"] },
			{ fields: ["userId", "status", "createdAt"] },
			{ fields: ["dueAt"], sparse: true },
		],
	});
	await commitAll(
		store,
		ORDERS.map(({ id, state }) => commitOf(id, { kind: "order", state })),
	);
}

async function ids(store: Store, query: Query): Promise<string[]> {
	return (await store.find("order", query)).map(({ id }) => id);
}

/** Ids in the order the port promises. */
function expected(isWanted: (state: Order) => boolean, field?: keyof Order): string[] {
	const key = ({ id, state }: { id: string; state: Order }): [Scalar, string] => [field ? state[field] : 0, id];
	return ORDERS.filter(({ state }) => isWanted(state))
		.sort((left, right) => {
			const [a, b] = [key(left), key(right)];
			if (a[0] !== b[0]) return (a[0] ?? "") < (b[0] ?? "") ? -1 : 1;
			return a[1] < b[1] ? -1 : 1;
		})
		.map(({ id }) => id);
}

async function paged(store: Store, query: Query, field: string | null): Promise<string[]> {
	const found: string[] = [];
	for (let after: readonly Scalar[] | undefined; ;) {
		const page = await store.find<Record<string, Scalar> & object>("order", { ...query, ...(after ? { after } : {}) });
		found.push(...page.map(({ id }) => id));
		const last = page.at(-1);
		if (last === undefined) return found;
		expect(page.length).toBeLessThanOrEqual(query.limit);
		after = field === null ? [last.id] : [last.state[field] ?? null, last.id];
	}
}

/** Queries over indexes. */
export function findSpecification(bed: Bed): void {
	beforeEach(() => fill(bed().store));

	it("finds by equality, ordered by id, in both directions", async () => {
		const { store } = bed();
		const paid = expected(({ status }) => status === "PAID");
		expect(await ids(store, { where: { status: "PAID" }, direction: "asc", limit: 100 })).toEqual(paid);
		expect(await ids(store, { where: { status: "PAID" }, direction: "desc", limit: 5 })).toEqual(
			paid.toReversed().slice(0, 5),
		);
		expect(await ids(store, { where: { status: "LOST" }, direction: "asc", limit: 5 })).toEqual([]);
		expect(await ids(store, { where: { isGift: true }, direction: "asc", limit: 100 })).toEqual(
			expected(({ isGift }) => isGift),
		);
	});

	it("finds everything by id alone", async () => {
		const { store } = bed();
		expect(await ids(store, { direction: "asc", limit: 100 })).toEqual(expected(() => true));
		expect(await ids(store, { direction: "desc", limit: 3 })).toEqual(["ORD_39", "ORD_38", "ORD_37"]);
		expect(await ids(store, { direction: "asc", after: ["ORD_36"], limit: 100 })).toEqual([
			"ORD_37",
			"ORD_38",
			"ORD_39",
		]);
		expect(await paged(store, { direction: "desc", limit: 7 }, null)).toEqual(expected(() => true).toReversed());
	});

	it("takes ranges with inclusive bounds, of text and of numbers", async () => {
		const { store } = bed();
		const [from, to] = ["2026-01-03T00:00:00.000Z", "2026-01-05T00:00:00.000Z"];
		const range = { field: "createdAt", from, to };
		expect(await ids(store, { where: { status: "PAID" }, range, direction: "asc", limit: 100 })).toEqual(
			expected(({ status, createdAt }) => status === "PAID" && createdAt >= from && createdAt <= to, "createdAt"),
		);
		expect(await ids(store, { range: { field: "amount", from: 8_000 }, direction: "asc", limit: 100 })).toEqual(
			expected(({ amount }) => amount >= 8_000, "amount"),
		);
		expect(await ids(store, { range: { field: "amount", to: 1_000 }, direction: "desc", limit: 100 })).toEqual(
			expected(({ amount }) => amount <= 1_000, "amount").toReversed(),
		);
	});

	it("pages through a range in both directions without loss or repeat, also where values are equal", async () => {
		const { store } = bed();
		const where = { userId: "user-1", status: "PENDING" };
		const all = expected(({ userId, status }) => userId === "user-1" && status === "PENDING", "createdAt");
		const range = { field: "createdAt" };
		expect(await paged(store, { where, range, direction: "asc", limit: 2 }, "createdAt")).toEqual(all);
		expect(await paged(store, { where, range, direction: "desc", limit: 3 }, "createdAt")).toEqual(all.toReversed());
		const amounts = expected(() => true, "amount");
		expect(await paged(store, { range: { field: "amount" }, direction: "asc", limit: 3 }, "amount")).toEqual(amounts);
	});

	it("leaves documents without the field out of a sparse index, and follows its changes", async () => {
		const { store } = bed();
		const due = () => ids(store, { range: { field: "dueAt", to: "2026-02-04" }, direction: "asc", limit: 100 });
		const before = expected(({ dueAt }) => dueAt !== null && dueAt <= "2026-02-04", "dueAt");
		expect(await due()).toEqual(before);
		const [first = ""] = before;
		await commitAll(store, [commitOf(first, { kind: "order", version: 1, state: { status: "PAID" } })]);
		expect(await due()).toEqual(before.slice(1));
		await commitAll(store, [commitOf(first, { kind: "order", version: 2, state: { dueAt: "2026-01-01" } })]);
		expect(await due()).toEqual(before);
	});

	it("finds documents as they are after the last commit", async () => {
		const { store } = bed();
		const [first = ""] = expected(({ status }) => status === "PAID");
		await commitAll(store, [commitOf(first, { kind: "order", version: 1, state: { status: "CANCELLED" } })]);
		const [found] = await store.find("order", { where: { status: "CANCELLED" }, direction: "asc", limit: 10 });
		expect(found).toEqual(await store.load("order", first));
		await store.remove("order", [first]);
		expect(await store.count("order", { status: "CANCELLED" })).toBe(0);
	});

	it("counts by equality", async () => {
		const { store } = bed();
		expect(await store.count("order")).toBe(40);
		expect(await store.count("order", { status: "PAID" })).toBe(expected(({ status }) => status === "PAID").length);
		expect(await store.count("order", { status: "LOST" })).toBe(0);
		expect(await store.count("never-used")).toBe(0);
	});

	it.each<{ situation: string; query: Omit<Query, "direction" | "limit"> }>([
		{ situation: "a field without index", query: { where: { note: "x" } } },
		{ situation: "half of an index", query: { where: { userId: "user-1" } } },
		{
			situation: "a range that is not the index's last field",
			query: { where: { createdAt: "x" }, range: { field: "status" } },
		},
		{ situation: "a range without index", query: { range: { field: "createdAt" } } },
	])("refuses $situation", async ({ query }) => {
		const { store } = bed();
		const finding = async () => store.find("order", { ...query, direction: "asc", limit: 10 });
		await expect(finding()).rejects.toBeInstanceOf(MissingIndex);
		const counting = async () => store.count("order", { note: "x" });
		await expect(counting()).rejects.toBeInstanceOf(MissingIndex);
	});

	it("serves an index that is defined after the documents, and the same definition twice", async () => {
		const { store } = bed();
		const definition = { kind: "order", indexes: [{ fields: ["userId"] }] };
		store.define(definition);
		store.define(definition);
		expect(await ids(store, { where: { userId: "user-2" }, direction: "asc", limit: 100 })).toEqual(
			expected(({ userId }) => userId === "user-2"),
		);
		expect(await store.count("order", { status: "PAID" })).toBeGreaterThan(0);
	});
}
