import inventory from "../../../services/inventory/inventory.service.ts";
import { startPlatform, type TestPlatform } from "../../support/broker.ts";
import { outcomeOf } from "../../support/outcome.ts";

const MINUTE_MS = 60_000;
const productId = "PROD-TEST-001";
const ORPHAN = "ORD_0000000001";
const OF_SAGA = "ORD_0000000002";

let platform: TestPlatform;
const running = new Set<string>();
/** Plays the saga service. */
const saga = {
	name: "saga",
	actions: {
		isRunning({ params }: { params: { sagaId: string } }) {
			if (params.sagaId === "SAG_BROKEN") throw new Error("out of order");
			return { isRunning: running.has(params.sagaId) };
		},
	},
};
const start = async (...services: readonly object[]) => {
	running.clear();
	platform = await startPlatform({ services: [inventory, ...services], clock: "virtual" });
};
afterEach(() => platform.stop());

const reserve = (orderId: string, sagaId?: string) =>
	platform.call(
		"inventory.reserve",
		{ orderId, productId, quantity: 1, ...(sagaId === undefined ? {} : { sagaId }) },
		{ meta: { correlationId: `COR_${orderId}` } },
	);
const statusOf = async (orderId: string) => {
	const { items } = await platform.call("inventory.reservations", { orderId });
	return items.map(({ status }) => status);
};
const reservedNow = async () => (await platform.call("inventory.get", { productId })).reservedQuantity;
const openRecords = async () => {
	const found = await platform.runtime.store.find<{ expiresAt: string | null }>("reservation", {
		range: { field: "expiresAt" },
		direction: "asc",
		limit: 100,
	});
	return found.length;
};

describe("a reservation nobody stands behind", () => {
	it("is let go after fifteen minutes, and stays so", async () => {
		await start();
		await reserve(ORPHAN);
		await platform.advance(14 * MINUTE_MS);
		expect(await reservedNow()).toBe(1);
		await platform.advance(2 * MINUTE_MS);
		expect(await reservedNow()).toBe(0);
		expect(await statusOf(ORPHAN)).toEqual(["CANCELLED"]);
		const released = (await platform.runtime.store.events("stock", productId)).at(-1);
		expect(released).toMatchObject({
			type: "inventory.released",
			actor: "SYSTEM",
			correlationid: `COR_${ORPHAN}`,
			data: { orderId: ORPHAN, cause: "EXPIRED", available: 100 },
		});
		expect(await outcomeOf(platform.call("inventory.confirm", { orderId: ORPHAN, productId }))).toBe(
			"RESERVATION_CANCELLED",
		);
		expect(await openRecords()).toBe(0);
	});

	it("is kept while its saga is running, and let go when it has ended", async () => {
		await start(saga);
		running.add("SAG_1");
		await reserve(OF_SAGA, "SAG_1");
		await platform.advance(60 * MINUTE_MS);
		expect(await statusOf(OF_SAGA)).toEqual(["RESERVED"]);
		running.clear();
		await platform.advance(MINUTE_MS);
		expect(await statusOf(OF_SAGA)).toEqual(["CANCELLED"]);
	});

	it("is kept while nobody can tell about its saga; the others do not wait for it", async () => {
		await start(saga);
		await reserve(OF_SAGA, "SAG_BROKEN");
		await reserve(ORPHAN);
		await platform.advance(20 * MINUTE_MS);
		expect(await statusOf(OF_SAGA)).toEqual(["RESERVED"]);
		expect(await statusOf(ORPHAN)).toEqual(["CANCELLED"]);
	});

	it("is kept without a saga service", async () => {
		await start();
		await reserve(OF_SAGA, "SAG_1");
		await platform.advance(20 * MINUTE_MS);
		expect(await statusOf(OF_SAGA)).toEqual(["RESERVED"]);
		expect(await platform.call("inventory.expire", null)).toEqual({ examined: 1, released: 0 });
	});
});

describe("a record of a reservation", () => {
	it("is settled with the reservation, and found settled when that was missed", async () => {
		await start();
		await reserve(ORPHAN);
		await platform.call("inventory.confirm", { orderId: ORPHAN, productId });
		expect(await openRecords()).toBe(0);
		await reserve(OF_SAGA);
		await platform.call("inventory.confirm", { orderId: OF_SAGA, productId });
		const { store } = platform.runtime;
		const id = "RSV_0000000002.PROD-TEST-001";
		const document = await store.load<{ expiresAt: string | null }>("reservation", id);
		const expiresAt = new Date(platform.runtime.clock.now()).toISOString();
		const state = { ...document?.state, expiresAt };
		await store.commit([{ kind: "reservation", id, expectedVersion: 2, state, events: [], commands: [] }]);
		expect(await platform.call("inventory.expire", null)).toEqual({ examined: 1, released: 0 });
		expect(await statusOf(OF_SAGA)).toEqual(["CONFIRMED"]);
	});

	it("that nothing came of disappears", async () => {
		await start();
		const missing = { orderId: ORPHAN, productId: "PROD-TEST-003", quantity: 1 };
		expect(await outcomeOf(platform.call("inventory.reserve", missing))).toBe("INSUFFICIENT_STOCK");
		expect(await platform.runtime.store.count("reservation")).toBe(1);
		expect((await platform.call("inventory.reservations", { orderId: ORPHAN })).items).toEqual([]);
		await platform.advance(16 * MINUTE_MS);
		expect(await platform.runtime.store.count("reservation")).toBe(0);
	});
});

describe("the self-check", () => {
	it("names a product whose document is not the sum of its events", async () => {
		await start();
		await reserve(ORPHAN);
		const service = platform.broker.getLocalService("inventory") as unknown as {
			logger: { error: (message: string, facts: object) => void };
			runJob(name: string): Promise<string>;
		};
		const told: unknown[] = [];
		service.logger.error = (...said) => void told.push(said);
		expect(await service.runJob("self-check")).toBe("done");
		expect(told).toEqual([]);

		const { store } = platform.runtime;
		const document = await store.load("stock", productId);
		const state = { ...document?.state, quantity: 101 };
		const expectedVersion = document?.version ?? 0;
		await store.commit([{ kind: "stock", id: productId, expectedVersion, state, events: [], commands: [] }]);
		expect(await service.runJob("self-check")).toBe("done");
		expect(told).toEqual([
			["InventoryInvariantBroken", { productId, broken: ["the stock says 101, its events say 100"] }],
		]);
	});
});
