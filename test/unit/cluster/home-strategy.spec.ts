import { homeOf, HomeStrategy } from "../../../mixins/cluster/home-strategy.ts";
import { homeKeyOf } from "../../../services/shared/homes.ts";

const nodes = (...names: string[]) => names.map((id) => ({ id, action: { name: "order.get" } }));
const ids = Array.from({ length: 3_000 }, (_, index) => `ORD_01HV${index.toString(36).padStart(8, "0").toUpperCase()}`);
const strategy = new HomeStrategy({} as never, {} as never);
const select = (list: ReturnType<typeof nodes>, params: unknown) =>
	strategy.select(list as never, { params } as never).id;

describe("the home of an aggregate", () => {
	it("is the same for every caller, whatever the order it knows the processes in", () => {
		const [abc, cab] = [nodes("a", "b", "c"), nodes("c", "a", "b")];
		expect(ids.map((id) => homeOf(abc, id)?.id)).toEqual(ids.map((id) => homeOf(cab, id)?.id));
	});

	it("is spread evenly", () => {
		const counts = new Map<string, number>();
		for (const id of ids) {
			const home = homeOf(nodes("order-1", "order-2", "order-3"), id)?.id ?? "";
			counts.set(home, (counts.get(home) ?? 0) + 1);
		}
		for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
		expect(counts.size).toBe(3);
	});

	it("moves only when its process leaves, or to one that joins", () => {
		const before = ids.map((id) => homeOf(nodes("a", "b", "c"), id)?.id);
		const without = ids.map((id) => homeOf(nodes("a", "b"), id)?.id);
		const joined = ids.map((id) => homeOf(nodes("a", "b", "c", "d"), id)?.id);
		expect(ids.filter((_, index) => before[index] !== "c" && before[index] !== without[index])).toEqual([]);
		expect(ids.filter((_, index) => joined[index] !== "d" && joined[index] !== before[index])).toEqual([]);
		expect(joined.filter((home) => home === "d").length).toBeGreaterThan(600);
	});

	it("decides where calls go; those about none go round", () => {
		const list = nodes("a", "b");
		expect(new Set(Array.from({ length: 20 }, () => select(list, { orderId: "ORD_1" }))).size).toBe(1);
		expect(select(list, { orderId: "ORD_1" })).toBe(homeOf(list, "ORD_1")?.id);
		const round = Array.from({ length: 4 }, () => select(list, {}));
		expect(round.filter((id) => id === "a")).toHaveLength(2);
	});
});

describe("the id an action is about", () => {
	it.each([
		["order.get", { orderId: "ORD_1", userId: "USR_1" }, "ORD_1"],
		["payment.confirm", { paymentKey: "k", orderId: "ORD_1", amount: 1 }, "ORD_1"],
		["payment.history", { paymentId: "PAY_1" }, "PAY_1"],
		["payment.webhook", { eventType: "x", data: { orderId: "ORD_1" } }, "ORD_1"],
		["saga.get", { sagaId: "SAG_1" }, "SAG_1"],
		["inventory.reserve", { orderId: "ORD_1", productId: "P1", quantity: 1 }, "P1"],
		["inventory.reserveOrder", { orderId: "ORD_1", items: [{ productId: "P2", quantity: 1 }] }, "P2"],
		["inventory.confirmOrder", { orderId: "ORD_1", productIds: ["P3"] }, "P3"],
		["points.earn", { userId: "USR_1", orderId: "ORD_1", amount: 1 }, "USR_1"],
		["order.list", { limit: 10 }, null],
		["order.get", null, null],
		["order.get", { orderId: "" }, null],
		["order.get", { orderId: { $gt: "" } }, null],
		["order.get", Object.create({ orderId: "ORD_1" }), null],
		["catalog.product", { productId: "P1" }, null],
		["", { orderId: "ORD_1" }, null],
	])("of %s with %j is %s", (action, params, key) => {
		expect(homeKeyOf(action, params)).toBe(key);
	});
});
