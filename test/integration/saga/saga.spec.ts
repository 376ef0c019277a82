import { ADMIN, STRANGER, USER } from "../../support/shop.ts";
import { startSagas, type SagaBed } from "./bed.ts";

const IN_STOCK = "PROD-TEST-001";
const SOLD_OUT = "PROD-TEST-003";

describe("the scenarios of the saga", () => {
	let bed: SagaBed;

	beforeAll(async () => {
		bed = await startSagas();
	});
	afterAll(() => bed.stop());

	it("buys what is in stock, to the end", async () => {
		const body = { productId: IN_STOCK, productName: "테스트 상품", amount: 10_000, customerName: "홍길동" };
		const before = await bed.available(IN_STOCK);
		const result = await bed.shop.call("saga.testSuccess", body, { meta: USER });
		expect(result).toMatchObject({ success: true, sagaStatus: "COMPLETED", currentStep: "COMPLETED" });
		expect(result.message).toBe("Saga 정상 완료");
		const view = await bed.shop.call("saga.get", { sagaId: result.sagaId });
		expect(view).toMatchObject({ status: "COMPLETED", orderId: result.orderId, failedStep: null, errorMessage: null });
		expect(view.inventoryReservationId).toContain(IN_STOCK);
		expect(view.paymentKey).not.toBe("");
		expect(view.steps.map(({ step, direction, status }) => [step, direction, status])).toEqual([
			["INVENTORY_RESERVED", "FORWARD", "SUCCEEDED"],
			["POINTS_AWARDED", "FORWARD", "SUCCEEDED"],
			["ORDER_CONFIRMED", "FORWARD", "SUCCEEDED"],
			["INVENTORY_CONFIRMED", "FORWARD", "SUCCEEDED"],
		]);
		expect(await bed.available(IN_STOCK)).toBe(before - 1);
		expect(await bed.balance()).toBe(100);
		expect((await bed.shop.order(result.orderId)).status).toBe("CONFIRMED");
		expect(await bed.held(result.orderId)).toBe(10_000);
	});

	it("undoes a purchase of what is sold out, and gives the money back", async () => {
		const body = { productId: SOLD_OUT, amount: 20_000 };
		const result = await bed.shop.call("saga.testFailure", body, { meta: { ...STRANGER, lang: "ko" } });
		expect(result).toMatchObject({
			success: true,
			sagaStatus: "COMPENSATED",
			currentStep: "PAYMENT_PROCESSED",
			errorMessage: "재고 예약 실패: 재고 부족",
			message: "보상 트랜잭션 완료",
		});
		const view = await bed.shop.call("saga.get", { sagaId: result.sagaId }, { meta: { lang: "en" } });
		expect(view).toMatchObject({
			status: "COMPENSATED",
			failedStep: "INVENTORY_RESERVED",
			inventoryReservationId: null,
			errorCode: "INSUFFICIENT_STOCK",
			errorMessage: "Stock reservation failed: out of stock",
		});
		await bed.shop.drained();
		expect((await bed.shop.order(result.orderId)).status).toBe("CANCELLED");
		expect((await bed.shop.payment(result.orderId)).status).toBe("CANCELLED");
		expect(await bed.held(result.orderId)).toBe(0);
		expect(await bed.available(SOLD_OUT)).toBe(0);
	});

	it("makes the same purchase once for the same request", async () => {
		const options = { meta: USER, commandId: "CMD_01JH000000000000000000TEST" };
		const first = await bed.shop.call("saga.testSuccess", { productId: IN_STOCK }, options);
		expect(await bed.shop.call("saga.testSuccess", { productId: IN_STOCK }, options)).toEqual(first);
	});

	it("refuses what cannot show the scenario, before anything is made", async () => {
		const { shop } = bed;
		const orders = await shop.call("order.list", {}, { meta: USER });
		const ask = (name: "saga.testSuccess" | "saga.testFailure", productId: string) =>
			shop.refusal(shop.call(name, { productId }, { meta: USER }));
		expect(await ask("saga.testFailure", IN_STOCK)).toBe("SCENARIO_NOT_APPLICABLE");
		expect(await ask("saga.testSuccess", SOLD_OUT)).toBe("SCENARIO_NOT_APPLICABLE");
		expect(await ask("saga.testSuccess", "NO-SUCH-PRODUCT")).toBe("VALIDATION_ERROR");
		expect(await shop.call("order.list", {}, { meta: USER })).toEqual(orders);
	});

	it("lists, counts and finds, and refuses what is not there or has ended", async () => {
		const { shop } = bed;
		await shop.drained();
		const { items, nextCursor } = await shop.call("saga.list", { limit: 2 }, { meta: ADMIN });
		expect(items).toHaveLength(2);
		const rest = await shop.call("saga.list", { cursor: nextCursor ?? "" }, { meta: ADMIN });
		expect([...items, ...rest.items].map(({ status }) => status)).toEqual(["COMPENSATED", "COMPLETED", "COMPLETED"]);
		const undone = await shop.call("saga.list", { status: "COMPENSATED" }, { meta: ADMIN });
		const [first] = undone.items;
		expect(undone.items).toHaveLength(1);
		expect(await shop.call("saga.getByOrder", { orderId: first?.orderId ?? "" })).toMatchObject(first ?? {});
		expect(await shop.call("saga.metrics", {}, { meta: ADMIN })).toMatchObject({
			...{ hours: 24, total: 3, completed: 2, compensated: 1, failed: 0, declined: 0, expired: 0, inProgress: 0 },
			...{ successRate: 66.67, compensationRate: 33.33 },
			failuresByStep: [{ step: "INVENTORY_RESERVED", count: 1 }],
		});
		const sagaId = first?.sagaId ?? "";
		expect(await shop.call("saga.isRunning", { sagaId })).toEqual({ isRunning: false });
		expect(await shop.refusal(shop.call("saga.retry", { sagaId }))).toBe("SAGA_ENDED");
		expect(await shop.refusal(shop.call("saga.retry", { sagaId: "SAG_0" }))).toBe("SAGA_NOT_FOUND");
		expect(await shop.refusal(shop.call("saga.getByOrder", { orderId: "ORD_0" }))).toBe("SAGA_NOT_FOUND");
		expect(await shop.refusal(shop.call("saga.list", { cursor: "nonsense" }))).toBe("VALIDATION_ERROR");
	});
});

describe("the saga without its scenarios", () => {
	it("shows a saga to its owner and to administrators only, and makes none", async () => {
		const bed = await startSagas({ SAGA_TEST_ENDPOINTS: "false" });
		try {
			const { shop } = bed;
			expect(await shop.refusal(shop.call("saga.testSuccess", { productId: IN_STOCK }))).toBe("SAGA_TESTS_OFF");
			const orderId = await bed.buy(IN_STOCK);
			const { sagaId } = await bed.ended(orderId);
			expect(await shop.call("saga.get", { sagaId }, { meta: USER })).toMatchObject({ sagaId });
			expect(await shop.call("saga.get", { sagaId }, { meta: ADMIN })).toMatchObject({ sagaId });
			expect(await shop.refusal(shop.call("saga.get", { sagaId }, { meta: STRANGER }))).toBe("SAGA_NOT_FOUND");
			expect(await shop.refusal(shop.call("saga.get", { sagaId }))).toBe("SAGA_NOT_FOUND");
		} finally {
			await bed.stop();
		}
	});
});
