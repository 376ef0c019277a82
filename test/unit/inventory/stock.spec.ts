import type { StockEvent } from "../../../services/inventory/domain/model.ts";
import { changedBy, openedBy, reservationIdOf } from "../../../services/inventory/domain/reservation.ts";
import { SEED_STOCK } from "../../../services/inventory/domain/seed.ts";
import { QUANTITY_MAX, stock } from "../../../services/inventory/domain/stock.ts";
import { SEED_PRODUCTS } from "../../../services/catalog/domain/products.ts";
import { specificationOf } from "../../support/given.ts";

const given = specificationOf(stock);
const now = "2030-01-07T00:00:00.000Z";
const expiresAt = "2030-01-07T00:15:00.000Z";
const productId = "P-1";
const keys = (orderId: string) => ({ reservationId: reservationIdOf({ orderId, productId }), orderId, productId });
const figures = (stockQuantity: number, reservedQuantity: number) => ({
	stockQuantity,
	reservedQuantity,
	available: stockQuantity - reservedQuantity,
});

const created: StockEvent = {
	type: "inventory.created",
	data: { productId, productName: "상품", quantity: 100, createdAt: now },
};
const reserved = (orderId: string, quantity: number, reservedQuantity: number): StockEvent => ({
	type: "inventory.reserved",
	data: {
		...keys(orderId),
		quantity,
		sagaId: null,
		...figures(100, reservedQuantity),
		reservedAt: now,
		expiresAt,
	},
});
const confirmed = (orderId: string, quantity: number, left: number, reservedQuantity: number): StockEvent => ({
	type: "inventory.confirmed",
	data: { ...keys(orderId), quantity, ...figures(left, reservedQuantity), confirmedAt: now },
});
const reserve = (orderId: string, quantity: number) =>
	({ type: "reserve", orderId, quantity, sagaId: null, now, expiresAt }) as const;
const create = { type: "create", productId, productName: "상품", quantity: 100, now } as const;

describe("stock", () => {
	it("is created once", () => {
		given().when(create).then(created);
		given(created).when(create).thenRejected("PRODUCT_EXISTS");
	});

	it.each(["adjust", "reserve", "confirm", "release", "restock"] as const)("takes no %s before it exists", (type) => {
		const held = { orderId: "ORD_1", quantity: 1 };
		const command = { ...reserve("ORD_1", 1), delta: 1, held, cause: "EXPIRED", type } as const;
		given().when(command).thenRejected("PRODUCT_NOT_FOUND");
	});

	it("is reserved as far as it goes", () => {
		given(created)
			.when(reserve("ORD_1", 1))
			.then(reserved("ORD_1", 1, 1));
		given(created, reserved("ORD_1", 1, 1))
			.when(reserve("ORD_2", 99))
			.then(reserved("ORD_2", 99, 100));
		given(created, reserved("ORD_1", 1, 1))
			.when(reserve("ORD_2", 100))
			.thenRejected("INSUFFICIENT_STOCK");
	});

	it("leaves with a confirmation and is free again after a release", () => {
		const past = [created, reserved("ORD_1", 1, 1), reserved("ORD_2", 99, 100)] as const;
		const first = { orderId: "ORD_1", quantity: 1 };
		const second = { orderId: "ORD_2", quantity: 99 };
		given(...past)
			.when({ type: "confirm", held: first, now })
			.then(confirmed("ORD_1", 1, 99, 99));
		given(...past, confirmed("ORD_1", 1, 99, 99))
			.when({ type: "release", held: second, cause: "COMPENSATION", now })
			.then({
				type: "inventory.released",
				data: { ...keys("ORD_2"), quantity: 99, cause: "COMPENSATION", ...figures(99, 0), releasedAt: now },
			});
		given(...past, confirmed("ORD_1", 1, 99, 99))
			.when({ type: "restock", held: first, now })
			.then({
				type: "inventory.restocked",
				data: { ...keys("ORD_1"), quantity: 1, ...figures(100, 99), restockedAt: now },
			});
	});

	it("writes nothing on a claim that cannot be: more than is reserved", () => {
		const { decide, evolve, initial } = stock;
		const state = [created, reserved("ORD_1", 1, 1)].reduce(evolve, initial);
		const held = { orderId: "ORD_1", quantity: 2 };
		expect(() => decide(state, { type: "confirm", held, now })).toThrow("only 1 are reserved");
		expect(() => decide(state, { type: "release", held, cause: "EXPIRED", now })).toThrow("only 1 are reserved");
	});

	it("is adjusted by people, within its limits", () => {
		const adjust = (delta: number) => ({ type: "adjust", delta, now }) as const;
		const past = [created, reserved("ORD_1", 40, 40)] as const;
		given(...past)
			.when(adjust(-60))
			.then({ type: "inventory.adjusted", data: { productId, delta: -60, ...figures(40, 40), adjustedAt: now } });
		given(...past)
			.when(adjust(-61))
			.thenRejected("STOCK_BELOW_RESERVED");
		given(...past)
			.when(adjust(0))
			.thenRejected("VALIDATION_ERROR");
		given(...past)
			.when(adjust(QUANTITY_MAX))
			.thenRejected("VALIDATION_ERROR");
		expect(
			given(...past)
				.when(adjust(-60))
				.state(),
		).toMatchObject({ quantity: 40, reservedQuantity: 40 });
	});

	it("states failures and cancellations also for a product it does not know", () => {
		const failed: StockEvent = {
			type: "inventory.reservation-failed",
			data: { orderId: "ORD_1", productId, quantity: 2, reason: "PRODUCT_NOT_FOUND", failedAt: now },
		};
		const cancelled: StockEvent = {
			type: "inventory.reservation-cancelled",
			data: { ...keys("ORD_1"), cause: "COMPENSATION", cancelledAt: now },
		};
		const report = { type: "report-failure", ...failed.data, now } as const;
		given()
			.when({ ...report, orderId: "ORD_1", productId, quantity: 2, reason: "PRODUCT_NOT_FOUND" })
			.then(failed);
		given().when({ type: "cancel-unmade", orderId: "ORD_1", productId, cause: "COMPENSATION", now }).then(cancelled);
		expect(given(failed, cancelled).state).toEqual({ status: "none", last: cancelled });
		given(failed, cancelled).when(create).then(created);
		expect(given(created, failed).state).toMatchObject({ quantity: 100, reservedQuantity: 0, last: failed });
	});

	it("keeps its size, however many reservations there are", () => {
		const size = (count: number) => {
			const past = Array.from({ length: count }, (_, index) => reserved(`ORD_${1_000 + index}`, 1, index + 1));
			return JSON.stringify([created, ...past].reduce(stock.evolve, stock.initial)).length;
		};
		expect(size(90)).toBeLessThanOrEqual(size(10) + 4);
	});
});

describe("a reservation's id", () => {
	it("tells the order and the product", () => {
		expect(reservationIdOf({ orderId: "ORD_01JD", productId: "PROD-TEST-001" })).toBe("RSV_01JD.PROD-TEST-001");
	});
});

describe("a reservation", () => {
	it("is read from its own events only", () => {
		const opened = openedBy(reserved("ORD_1", 2, 2));
		expect(opened).toMatchObject({ status: "RESERVED", quantity: 2, createdAt: now, expiresAt });
		expect(changedBy(opened, null)).toBe(opened);
		expect(changedBy(opened, confirmed("ORD_1", 2, 98, 0))).toMatchObject({ status: "CONFIRMED", expiresAt: null });
		expect(() => openedBy(created)).toThrow("opens no reservation");
		expect(() => changedBy(opened, created)).toThrow("ends no reservation");
	});
});

describe("the first stock", () => {
	it("covers everything in the catalogue, and the scenarios' products as they need them", () => {
		const seeded = new Map(SEED_STOCK.map(({ productId: id, quantity }) => [id, quantity]));
		expect([...seeded.keys()].sort()).toEqual(SEED_PRODUCTS.map(({ productId: id }) => id).sort());
		const test = ["PROD-TEST-001", "PROD-TEST-002", "PROD-TEST-003"].map((id) => seeded.get(id));
		expect(test).toEqual([100, 50, 0]);
	});
});
