import ledger from "../../../services/ledger/ledger.service.ts";
import { ADMIN, CHECKOUT, STRANGER, USER } from "../../support/shop.ts";
import { startSagas, type SagaBed } from "./bed.ts";

const PLENTY = "PROD-TEST-001";
const SOLD_OUT = "PROD-TEST-003";
const PRICE = 10_000;
const reason = "고객 변심";
let bed: SagaBed;
let before: { readonly pieces: number; readonly points: number };

beforeAll(async () => {
	bed = await startSagas({}, "system", [...CHECKOUT, ledger]);
});
afterAll(() => bed.stop());

/** A confirmed order of two pieces, 20,000 won and 200 points. */
async function bought(): Promise<string> {
	before = { pieces: await bed.available(PLENTY), points: await bed.balance() };
	const orderId = await bed.buy(PLENTY, 2);
	expect(await bed.ended(orderId)).toMatchObject({ status: "COMPLETED" });
	return orderId;
}

const cancelOrder = (orderId: string, meta = USER) => bed.shop.call("order.cancel", { orderId, reason }, { meta });
const cancelPayment = (orderId: string, cancelAmount?: number, commandId?: string) =>
	bed.shop.call(
		"payment.cancel",
		{ orderId, cancelReason: reason, ...(cancelAmount === undefined ? {} : { cancelAmount }) },
		{ meta: USER, ...(commandId === undefined ? {} : { commandId }) },
	);
const refunds = async (orderId: string) => {
	await bed.shop.calm();
	const { items } = await bed.shop.call("saga.list", { name: "refund", limit: 100 }, { meta: ADMIN });
	return items.filter((item) => item.orderId === orderId);
};

/** The books of everybody after a refund: money, order, goods, points and ledger. */
async function standing(orderId: string) {
	await bed.shop.calm();
	const { items } = await bed.shop.call("ledger.entries", { orderId, limit: 100 });
	const legs = items.flatMap((entry) => entry.legs);
	const net = (account: string) =>
		legs
			.filter((leg) => leg.account === account)
			.reduce((sum, { side, amount }) => sum + (side === "debit" ? amount : -amount), 0);
	return {
		held: await bed.held(orderId),
		refunds: (await bed.books(orderId)).refunds,
		order: (await bed.shop.order(orderId)).status,
		pieces: (await bed.available(PLENTY)) - before.pieces,
		points: (await bed.balance()) - before.points,
		receivable: net("checkout:receivable"),
		cash: net("checkout:cash"),
		owedPoints: net("points:liability"),
	};
}

const NOTHING_LEFT = {
	...{ held: 0, order: "CANCELLED", pieces: 0, points: 0 },
	...{ receivable: 0, cash: 0, owedPoints: 0 },
};

describe("a confirmed order that is cancelled", () => {
	it("gives everything back: money, goods, points, books", async () => {
		const orderId = await bought();
		expect(await standing(orderId)).toMatchObject({ held: 2 * PRICE, pieces: -2, points: 200, owedPoints: -200 });
		expect((await cancelOrder(orderId)).status).toBe("CANCELLED");
		const after = await standing(orderId);
		expect(after).toEqual({ ...NOTHING_LEFT, refunds: [2 * PRICE] });
		const [saga, ...others] = await refunds(orderId);
		expect(others).toEqual([]);
		expect(saga).toMatchObject({
			name: "refund",
			status: "COMPLETED",
			completedSteps: ["PAYMENT_REFUNDED", "ORDER_SETTLED", "POINTS_REVOKED", "INVENTORY_RESTOCKED"],
		});
		const { steps } = await bed.shop.call("saga.get", { sagaId: saga?.sagaId ?? "" }, { meta: ADMIN });
		expect(steps.map(({ step, direction }) => `${step} ${direction}`)[0]).toBe("PAYMENT_REFUNDED FORWARD");
	});

	it("is refunded once by two cancellations at once, at either door", async () => {
		const orderId = await bought();
		const answers = await Promise.allSettled([
			...[cancelOrder(orderId), cancelOrder(orderId, ADMIN)],
			...[cancelPayment(orderId), cancelPayment(orderId)],
		]);
		expect(answers.map(({ status }) => status)).toContain("fulfilled");
		expect(await standing(orderId)).toEqual({ ...NOTHING_LEFT, refunds: [2 * PRICE] });
	});

	it("stays as it is when the provider refuses, and can be cancelled again", async () => {
		const orderId = await bought();
		await bed.fault("cancel", "decline", { code: "REFUND_REJECTED" });
		expect(await bed.shop.refusal(cancelOrder(orderId))).toBe("INVALID_ORDER_STATE");
		expect(await standing(orderId)).toMatchObject({ order: "CONFIRMED", pieces: -2, points: 200, refunds: [] });
		expect(await refunds(orderId)).toMatchObject([{ status: "COMPENSATED", failedStep: "PAYMENT_REFUNDED" }]);
		await cancelOrder(orderId);
		expect(await standing(orderId)).toEqual({ ...NOTHING_LEFT, refunds: [2 * PRICE] });
	});

	it("is refunded once when the provider's answer is lost", async () => {
		const orderId = await bought();
		await bed.fault("cancel", "drop-after");
		expect(["CANCELLED", "CONFIRMED"]).toContain((await cancelOrder(orderId)).status);
		expect(await standing(orderId)).toEqual({ ...NOTHING_LEFT, refunds: [2 * PRICE] });
	});

	it("does not exist for a stranger", async () => {
		const orderId = await bought();
		expect(await bed.shop.refusal(cancelOrder(orderId, STRANGER))).toBe("ORDER_NOT_FOUND");
		await cancelOrder(orderId);
	});
});

describe("a payment of which a part goes back", () => {
	it("takes that share of the points and leaves the rest, until nothing is left", async () => {
		const orderId = await bought();
		expect(await cancelPayment(orderId, 3_333)).toMatchObject({ status: "APPROVED", cancelledAmount: 3_333 });
		expect(await standing(orderId)).toMatchObject({
			...{ held: 16_667, order: "CONFIRMED", pieces: -2, points: 200 - 33 },
			...{ receivable: 16_667, cash: -16_667, owedPoints: -167 },
		});
		expect(await bed.shop.refusal(cancelPayment(orderId, 16_668))).toBe("CANCEL_AMOUNT_EXCEEDED");
		await cancelPayment(orderId, 6_667);
		expect(await standing(orderId)).toMatchObject({ held: 10_000, points: 100 });
		expect(await cancelPayment(orderId, 10_000)).toMatchObject({ status: "CANCELLED" });
		expect(await standing(orderId)).toEqual({ ...NOTHING_LEFT, refunds: [3_333, 6_667, 10_000] });
	});

	it("never goes back beyond the charge, however many ask at once", async () => {
		const orderId = await bought();
		const parts = [9_000, 8_000, 7_000, 6_000, 5_000];
		await Promise.allSettled(parts.map((part) => cancelPayment(orderId, part)));
		const open = await standing(orderId);
		expect(open.held).toBeGreaterThanOrEqual(0);
		expect(open.receivable).toBe(open.held);
		expect(open.points).toBe(200 - Math.floor((200 * (20_000 - open.held)) / 20_000));
		await cancelPayment(orderId);
		const after = await standing(orderId);
		expect(after).toMatchObject(NOTHING_LEFT);
		expect(after.refunds.reduce((sum, won) => sum + won, 0)).toBe(2 * PRICE);
	});

	it("is followed by the rest when everything is cancelled while it is open", async () => {
		const orderId = await bought();
		await bed.fault("cancel", "drop-after");
		const [part, all] = await Promise.all([cancelPayment(orderId, 5_000), cancelOrder(orderId).catch(() => null)]);
		expect(["APPROVED", "CANCELLING", "CANCELLED"]).toContain(part.status);
		if (all === null) await bed.shop.calm().then(() => cancelOrder(orderId));
		const after = await standing(orderId);
		expect(after).toMatchObject({ held: 0, order: "CANCELLED", pieces: 0, points: 0, receivable: 0 });
		expect(after.refunds.reduce((sum, won) => sum + won, 0)).toBe(2 * PRICE);
	});

	it("goes back once for the same request, also when it is made again much later", async () => {
		const orderId = await bought();
		const commandId = `CMD_PART_${orderId}`;
		await Promise.all([cancelPayment(orderId, 4_000, commandId), cancelPayment(orderId, 4_000, commandId)]);
		await bed.shop.calm();
		expect(await cancelPayment(orderId, 4_000, commandId)).toMatchObject({ cancelledAmount: 4_000 });
		expect(await standing(orderId)).toMatchObject({ refunds: [4_000], held: 16_000 });
		await cancelPayment(orderId, 14_000);
		expect(await cancelPayment(orderId, 4_000, commandId)).toMatchObject({ cancelledAmount: 18_000 });
		expect((await standing(orderId)).refunds).toEqual([4_000, 14_000]);
	});
});

describe("money that goes back by other ways", () => {
	it("at the provider's console takes goods and points back as well", async () => {
		const orderId = await bought();
		const { paymentKey } = await bed.shop.payment(orderId);
		await bed.console(paymentKey ?? "");
		await bed.shop.call("payment.webhook", { data: { orderId, paymentKey: paymentKey ?? "" } });
		expect(await standing(orderId)).toEqual({ ...NOTHING_LEFT, refunds: [2 * PRICE] });
	});

	it("by a checkout that turns back while its buyer cancels goes back once", async () => {
		before = { pieces: await bed.available(PLENTY), points: await bed.balance() };
		const orderId = await bed.buy(SOLD_OUT);
		await Promise.allSettled([cancelPayment(orderId), cancelPayment(orderId, 4_000), cancelOrder(orderId)]);
		await bed.ended(orderId);
		const after = await standing(orderId);
		expect(after).toMatchObject({ held: 0, order: "CANCELLED", pieces: 0, points: 0, receivable: 0, cash: 0 });
		expect(after.refunds.reduce((sum, won) => sum + won, 0)).toBe((await bed.books(orderId)).charges[0]);
	});
});
