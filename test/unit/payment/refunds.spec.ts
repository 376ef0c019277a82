import type { PaymentEvent } from "../../../services/payment/domain/model.ts";
import {
	given,
	ids,
	amount,
	created,
	approved,
	failed,
	cancelAsked,
	cancelled,
	deferred,
	expired,
	refunds,
	observe,
	cancel,
	refuse,
	pending,
	approving,
	done,
	cancelling,
} from "./facts.ts";

describe("giving money back", () => {
	it("records the intent first, with a key per intent", () => {
		given(...done)
			.when(cancel)
			.then(cancelAsked());
		const refusedOnce: PaymentEvent = {
			type: "payment.cancel-failed",
			data: { ...ids, errorCode: "NO", errorMessage: "no" },
		};
		given(...cancelling)
			.when(refuse("cancel-PAY_1-1"))
			.then(refusedOnce);
		given(...cancelling, refusedOnce)
			.when(cancel)
			.then(cancelAsked(amount, 2));
	});

	it("is complete when the provider says so", () => {
		given(...cancelling)
			.when(observe({ status: "CANCELED", balanceAmount: 0, cancels: refunds(amount) }))
			.then(cancelled(amount, amount, "cancel-PAY_1-1"));
	});

	it("believes the balance when the list is silent", () => {
		const state = given(...cancelling)
			.when(observe({ status: "CANCELED", balanceAmount: 0 }))
			.state();
		expect(state).toMatchObject({ status: "CANCELLED", cancelledAmount: amount });
	});

	it("in part leaves it approved until nothing is left", () => {
		const part = [...done, cancelAsked(400)];
		given(...done)
			.when({ ...cancel, amount: 400 })
			.then(cancelAsked(400));
		given(...part)
			.when(observe({ status: "PARTIAL_CANCELED", balanceAmount: 600, cancels: refunds(400) }))
			.then(cancelled(400, 400, "cancel-PAY_1-1"));
		const once = [...part, cancelled(400, 400, "cancel-PAY_1-1")];
		expect(given(...once).state).toMatchObject({ status: "APPROVED", cancelledAmount: 400, unsettledSince: null });
		given(...once)
			.when({ ...cancel, amount: 601 })
			.thenRejected("CANCEL_AMOUNT_EXCEEDED");
		given(...once)
			.when(cancel)
			.then(cancelAsked(600, 2));
		expect(
			given(...once, cancelAsked(600, 2))
				.when(observe({ status: "PARTIAL_CANCELED", balanceAmount: 0, cancels: refunds(400, 600) }))
				.state(),
		).toMatchObject({ status: "CANCELLED", cancelledAmount: amount });
	});

	it("takes over what was done at the provider's console", () => {
		given(...done)
			.when(observe({ status: "PARTIAL_CANCELED", balanceAmount: 700, cancels: refunds(300) }))
			.then(cancelled(300, 300, null));
		const state = given(...done, cancelAsked(400))
			.when(observe({ status: "PARTIAL_CANCELED", balanceAmount: 700, cancels: refunds(300) }))
			.state();
		expect(state).toMatchObject({ status: "CANCELLING", cancelledAmount: 300 });
	});

	it("ignores an older view of the provider", () => {
		given(...done, cancelled(300, 300, null))
			.when(observe())
			.thenNothing();
		given(...cancelling, cancelled(amount, amount, "cancel-PAY_1-1"))
			.when(observe({}, true))
			.thenNothing();
	});

	it("is not asked for twice", () => {
		given(...cancelling)
			.when(cancel)
			.thenNothing();
		given(...cancelling)
			.when({ ...cancel, amount: 1 })
			.thenRejected("INVALID_PAYMENT_STATE");
		given(...cancelling, cancelled(amount, amount, "cancel-PAY_1-1"))
			.when(cancel)
			.thenNothing();
	});

	it("waits for an open approval and follows it", () => {
		given(...approving)
			.when(cancel)
			.then(deferred);
		given(...approving, deferred)
			.when(cancel)
			.thenNothing();
		given(...approving, deferred)
			.when({ ...cancel, amount: 1 })
			.thenRejected("PAYMENT_IN_PROGRESS");
		given(...approving)
			.when({ ...cancel, amount: 1_001 })
			.thenRejected("CANCEL_AMOUNT_EXCEEDED");
		given(...approving, deferred)
			.when(observe({}, true))
			.then(approved, cancelAsked());
	});

	it.each([[pending], [[...approving, failed("NO")]], [[created, expired]]])("is refused after %j", (past) => {
		given(...past)
			.when(cancel)
			.thenRejected("INVALID_PAYMENT_STATE");
	});
});
