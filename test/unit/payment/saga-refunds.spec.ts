import type { PaymentEvent } from "../../../services/payment/domain/model.ts";
import { amount, approving, cancelAsked, cancelled, cancelling, done, given, ids, now, pending } from "./facts.ts";

const REFUND = "SAG_1";
const refund = (part: number | null = null, refundId = REFUND) =>
	({ type: "refund", refundId, reason: "why", amount: part, now }) as const;
const asked = (part: number, attempt = 1): PaymentEvent => {
	const { type, data } = cancelAsked(part, attempt);
	return { type, data: { ...data, refundId: REFUND } } as PaymentEvent;
};
const refused = (errorCode: string): PaymentEvent => ({
	type: "payment.refund-refused",
	data: { ...ids, refundId: REFUND, errorCode },
});
const all = cancelled(amount, amount, "cancel-PAY_1-1");
const part = cancelled(300, 300, "cancel-PAY_1-1");

describe("a saga's refund", () => {
	it("is asked for in the saga's name: all that is left, or a part", () => {
		given(...done)
			.when(refund())
			.then(asked(amount));
		given(...done)
			.when(refund(400))
			.then(asked(400));
		given(...done, cancelAsked(300), part)
			.when(refund())
			.then(asked(700, 2));
	});

	it("decides nothing while another refund is open, or the approval", () => {
		given(...cancelling)
			.when(refund())
			.then();
		given(...done, cancelAsked(300))
			.when(refund(400))
			.then();
		given(...approving)
			.when(refund())
			.then();
	});

	it("has what it wants when nothing is left", () => {
		given(...cancelling, all)
			.when(refund())
			.then();
	});

	it("is refused by a fact, which stands for ever", () => {
		given(...done)
			.when(refund(amount + 1))
			.then(refused("CANCEL_AMOUNT_EXCEEDED"));
		given(...cancelling, all)
			.when(refund(1))
			.then(refused("CANCEL_AMOUNT_EXCEEDED"));
		given(...pending)
			.when(refund())
			.then(refused("INVALID_PAYMENT_STATE"));
	});

	it("of the same part again is no second refund, unless it is the saga's own", () => {
		given(...done, cancelAsked(300))
			.when(refund(300))
			.then(refused("INVALID_PAYMENT_STATE"));
		given(...done, asked(300))
			.when(refund(300))
			.then();
	});
});
