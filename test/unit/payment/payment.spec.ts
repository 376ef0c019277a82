import type { PaymentEvent } from "../../../services/payment/domain/model.ts";
import type { ProviderPayment } from "../../../services/toss/contract.ts";
import {
	given,
	now,
	expiresAt,
	ids,
	userId,
	amount,
	created,
	requested,
	approved,
	failed,
	reversal,
	expired,
	refunds,
	observe,
	confirm,
	cancel,
	refuse,
	pending,
	approving,
	done,
	cancelling,
} from "./facts.ts";

describe("a payment", () => {
	it("is created once", () => {
		const create = { type: "create", ...ids, userId, orderName: "x", amount, expiresAt, now } as const;
		given().when(create).then(created);
		given(created).when(create).thenNothing();
	});

	it.each([confirm, cancel, observe(), { type: "give-up", now } as const])(
		"that does not exist refuses to $type",
		(command) => {
			given().when(command).thenRejected("PAYMENT_NOT_FOUND");
		},
	);

	it("records the intent, with the provider's key, before it is charged", () => {
		given(...pending)
			.when(confirm)
			.then(requested);
	});

	it("is charged with the order's amount only", () => {
		given(...pending)
			.when({ ...confirm, amount: 1 })
			.thenRejected("AMOUNT_MISMATCH");
	});

	it("allows one approval", () => {
		given(...approving)
			.when(confirm)
			.thenRejected("PAYMENT_IN_PROGRESS");
		given(...done)
			.when(confirm)
			.thenNothing();
		given(...done)
			.when({ ...confirm, paymentKey: "other" })
			.thenRejected("PAYMENT_KEY_CONFLICT");
		given(...approving, failed("NO"))
			.when(confirm)
			.thenRejected("INVALID_PAYMENT_STATE");
		given(...cancelling)
			.when(confirm)
			.thenRejected("INVALID_PAYMENT_STATE");
	});

	it("is approved by a charge that is what was asked for, once", () => {
		given(...approving)
			.when(observe({}, true))
			.then(approved);
		given(...done)
			.when(observe({}, true))
			.thenNothing();
	});

	it.each(["ABORTED", "EXPIRED", "CANCELED"])("fails when the provider says %s", (status) => {
		given(...approving)
			.when(observe({ status }))
			.then(failed(status));
	});

	it.each(["READY", "IN_PROGRESS", "A_STATUS_FROM_THE_FUTURE"])("waits while the provider says %s", (status) => {
		given(...approving)
			.when(observe({ status }))
			.thenNothing();
	});

	it.each<[string, Partial<ProviderPayment>]>([
		["amount", { totalAmount: 1, balanceAmount: 1 }],
		["currency", { currency: "USD" }],
		["kind", { status: "WAITING_FOR_DEPOSIT" }],
		["order", { orderId: "ORD_2" }],
	])("fails and sends the money back when the answer has another %s", (_name, change) => {
		given(...approving)
			.when(observe(change, true))
			.then(failed("GATEWAY_MISMATCH"), reversal("GATEWAY_MISMATCH"));
	});

	it("touches nothing of a payment that was looked up and belongs to another order", () => {
		given(...approving)
			.when(observe({ orderId: "ORD_2" }))
			.thenNothing();
		given(...done)
			.when(observe({ orderId: "ORD_2", cancels: refunds(amount), balanceAmount: 0 }))
			.thenNothing();
	});

	it("fails by a final refusal of the request that is open", () => {
		given(...approving)
			.when(refuse("confirm-PAY_1"))
			.then(failed("NO", "no"));
		given(...approving)
			.when(refuse("confirm-PAY_2"))
			.thenNothing();
		given(...done)
			.when(refuse("confirm-PAY_1"))
			.thenNothing();
	});

	it("is given up only while it is open", () => {
		given(...approving)
			.when({ type: "give-up", now })
			.then(failed("APPROVAL_TIMEOUT"));
		given(...done)
			.when({ type: "give-up", now })
			.thenNothing();
	});

	it("takes over a charge whose intent is missing", () => {
		given(...pending)
			.when(observe())
			.then(requested, approved);
		given(...pending)
			.when(observe({ status: "IN_PROGRESS" }))
			.thenNothing();
		given(...pending)
			.when(observe({ orderId: "ORD_2" }))
			.thenNothing();
	});
});

describe("a payment nobody paid", () => {
	const end = { type: "void", reason: "why", now } as const;
	const expire = { type: "expire", now } as const;

	it("ends without any money", () => {
		expect(given(created).when(end).state()).toMatchObject({ status: "CANCELLED", cancelledAmount: 0 });
		given(created).when(expire).then(expired);
	});

	it("ends once", () => {
		given(created, expired).when(end).thenNothing();
		given(created, expired).when(expire).thenNothing();
	});

	it.each([end, expire])("cannot $type once it is being approved or has been", (command) => {
		given(...approving)
			.when(command)
			.thenRejected("PAYMENT_IN_PROGRESS");
		given(...done)
			.when(command)
			.thenRejected("INVALID_PAYMENT_STATE");
	});

	it("keeps no money that comes late", () => {
		const late = [created, expired, reversal("LATE_CHARGE")];
		given(created, expired).when(observe()).then(reversal("LATE_CHARGE"));
		given(...late)
			.when(observe())
			.thenNothing();
		given(...late)
			.when(observe({ status: "CANCELED", balanceAmount: 0 }))
			.then({ type: "payment.reversed", data: { ...ids, paymentKey: "key" } });
		given(created, expired)
			.when(observe({ status: "CANCELED", balanceAmount: 0 }))
			.thenNothing();
		given(...approving, failed("APPROVAL_TIMEOUT"))
			.when(observe())
			.then(reversal("LATE_CHARGE"));
		given(...approving, failed("APPROVAL_TIMEOUT"))
			.when(observe({ paymentKey: "not-ours" }))
			.thenNothing();
	});

	it("asks anew, with a new key, when the provider refuses to send it back", () => {
		const late = [created, expired, reversal("LATE_CHARGE")];
		given(...late)
			.when(refuse("reverse-PAY_1-1"))
			.then(reversal("LATE_CHARGE", "key", 2));
		given(...late, reversal("LATE_CHARGE", "key", 2))
			.when(refuse("reverse-PAY_1-1"))
			.thenNothing();
	});

	it("sends money back once", () => {
		const reversed: PaymentEvent = { type: "payment.reversed", data: { ...ids, paymentKey: "key" } };
		given(created, expired, reversal("LATE_CHARGE"), reversed)
			.when(observe({ status: "CANCELED", balanceAmount: 0 }))
			.thenNothing();
	});
});
