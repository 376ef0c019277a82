import type { OrderEvent } from "../../../services/order/domain/model.ts";
import { order } from "../../../services/order/domain/order.ts";
import { specificationOf } from "../../support/given.ts";

const given = specificationOf(order);
const now = "2030-01-07T00:00:00.000Z";
const expiresAt = "2030-01-07T00:30:00.000Z";
const ids = { orderId: "ORD_1", userId: "USR_1" };
const items = [{ productId: null, name: "x", unitPrice: 1_000, quantity: 1, subtotal: 1_000 }];
const amount = 1_000;

const created: OrderEvent = {
	type: "order.created",
	data: { ...ids, orderName: "x", amount, currency: "KRW", items, createdAt: now, expiresAt, hasContact: false },
};
const pending: OrderEvent = { type: "order.pending", data: { ...ids, amount } };
const paid: OrderEvent = { type: "order.paid", data: { ...ids, amount, paymentId: "PAY_1", paidAt: now } };
const confirmed: OrderEvent = { type: "order.confirmed", data: { ...ids, amount, confirmedAt: now } };
const failed: OrderEvent = { type: "order.failed", data: { ...ids, reason: "DECLINED", failedAt: now } };
const asked: OrderEvent = {
	type: "order.cancel-requested",
	data: { ...ids, reason: "why", cause: "CUSTOMER", requestedAt: now },
};
const refused: OrderEvent = { type: "order.cancel-refused", data: { ...ids, reason: "NO", refusedAt: now } };
const cancelled: OrderEvent = { type: "order.cancelled", data: { ...ids, reason: "why", cancelledAt: now } };

const create = { type: "create", ...ids, orderName: "x", items, hasContact: false, now, expiresAt } as const;
const requestCancel = { type: "request-cancel", reason: "why", cause: "CUSTOMER", now } as const;
const expire = { ...requestCancel, cause: "EXPIRY", now: expiresAt } as const;
const record = { type: "record-payment", paymentId: "PAY_1", amount, now } as const;
const confirm = { type: "confirm", payment: null, now } as const;
const confirmPaid = { ...confirm, payment: { paymentId: "PAY_1", amount } } as const;
const end = { type: "end", reason: "console", now } as const;
const fail = { type: "fail", reason: "DECLINED", now } as const;

describe("an order", () => {
	it("is created and pending in one step", () => {
		given().when(create).then(created, pending);
	});

	it("is created once", () => {
		given(created, pending).when(create).thenNothing();
	});

	it.each([requestCancel, record, confirm, end, fail])("that does not exist refuses to $type", (command) => {
		given().when(command).thenRejected("ORDER_NOT_FOUND");
	});

	it("is paid and then confirmed", () => {
		given(created, pending).when(record).then(paid);
		given(created, pending, paid).when(confirm).then(confirmed);
	});

	it("changes nothing for what is so already", () => {
		given(created, pending, paid).when(record).thenNothing();
		given(created, pending, paid, confirmed).when(record).thenNothing();
		given(created, pending, paid, confirmed).when(confirm).thenNothing();
		given(created, pending, failed).when(fail).thenNothing();
		given(created, pending, cancelled).when(end).thenNothing();
		given(created, pending, asked).when(requestCancel).thenNothing();
		given(created, pending).when({ type: "refuse-cancel", reason: "NO", now }).thenNothing();
	});

	it("is not paid with another amount", () => {
		given(created, pending)
			.when({ ...record, amount: 999 })
			.thenRejected("AMOUNT_MISMATCH");
	});

	it("is not confirmed before it is paid, nor after it has ended", () => {
		given(created, pending).when(confirm).thenRejected("INVALID_ORDER_STATE");
		given(created, pending, cancelled).when(confirm).thenRejected("INVALID_ORDER_STATE");
		given(created, pending, cancelled).when(confirmPaid).thenRejected("INVALID_ORDER_STATE");
	});

	it("is paid and confirmed at once when the confirmation brings the payment first", () => {
		given(created, pending).when(confirmPaid).then(paid, confirmed);
		given(created, pending, paid).when(confirmPaid).then(confirmed);
		given(created, pending, paid, confirmed).when(confirmPaid).thenNothing();
		given(created, pending)
			.when({ ...confirmPaid, payment: { paymentId: "PAY_1", amount: 999 } })
			.thenRejected("AMOUNT_MISMATCH");
	});

	it("is not paid a second time by another payment", () => {
		given(created, pending, paid)
			.when({ ...record, paymentId: "PAY_2" })
			.thenRejected("INVALID_ORDER_STATE");
	});

	it.each([[failed], [cancelled]])("that has ended sends late money back: %j", (last) => {
		given(created, pending, last)
			.when(record)
			.then({ type: "order.late-refund-requested", data: { ...ids, paymentId: "PAY_1", amount } });
	});

	it("fails only while it is pending", () => {
		given(created, pending).when(fail).then(failed);
		given(created, pending, paid, confirmed).when(fail).thenNothing();
	});
});

describe("cancelling an order", () => {
	it("is recorded before anything else happens", () => {
		given(created, pending).when(requestCancel).then(asked);
		given(created, pending, paid, confirmed).when(requestCancel).then(asked);
	});

	it.each([[failed], [cancelled], [paid]])("is refused after %j", (last) => {
		given(created, pending, last).when(requestCancel).thenRejected("INVALID_ORDER_STATE");
	});

	it("ends with the reason that was given", () => {
		given(created, pending, asked).when(end).then(cancelled);
		given(created, pending)
			.when(end)
			.then({ type: "order.cancelled", data: { ...ids, reason: "console", cancelledAt: now } });
	});

	it("can be tried again after it was refused", () => {
		given(created, pending, asked).when({ type: "refuse-cancel", reason: "NO", now }).then(refused);
		given(created, pending, paid, confirmed, asked, refused).when(requestCancel).then(asked);
	});

	it("leaves no open request behind", () => {
		for (const last of [refused, cancelled, failed])
			expect(given(created, pending, asked, last).state).toMatchObject({ cancelRequest: null, dueAt: null });
		expect(given(created, pending, asked, paid, confirmed).state).toMatchObject({ cancelRequest: null, dueAt: null });
	});
});

describe("the time of an order", () => {
	it("is over when it says so, and only for a pending order", () => {
		given(created, pending)
			.when({ ...expire, now: "2030-01-07T00:29:59.999Z" })
			.thenNothing();
		given(created, pending)
			.when(expire)
			.then({
				type: "order.cancel-requested",
				data: { ...ids, reason: "why", cause: "EXPIRY", requestedAt: expiresAt },
			});
		given(created, pending, paid, confirmed).when(expire).thenNothing();
		given(created, pending, asked, refused).when(expire).thenNothing();
	});
});
