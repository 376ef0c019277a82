import fc from "fast-check";
import { cancel } from "../../../services/toss-twin/domain/cancel.ts";
import type { CancelRequest } from "../../../services/toss-twin/domain/cancel.ts";
import { VendorRefusal } from "../../../services/toss-twin/domain/errors.ts";
import { newPayment, taxOf } from "../../../services/toss-twin/domain/payment.ts";
import type { Mint, PaymentRecord } from "../../../services/toss-twin/domain/payment.ts";

let counter = 0;
const mint: Mint = {
	paymentKey: () => "key",
	transactionKey: () => `T${counter++}`,
	depositSecret: () => "ps_",
	digits: (count) => "1".repeat(count),
	token: (length) => "a".repeat(length),
};
const NOW = Date.parse("2026-03-02T10:15:30+09:00");
const DAY = 86_400_000;

function paid(more: Partial<PaymentRecord> = {}): PaymentRecord {
	return newPayment({
		paymentKey: "key",
		mId: "m",
		orderId: "order-0001",
		orderName: "a",
		amount: 10_000,
		requestedAt: NOW,
		status: "DONE",
		approvedAt: NOW,
		method: "CARD",
		...more,
	});
}

function request(more: Partial<CancelRequest> = {}): CancelRequest {
	return {
		cancelReason: "x",
		cancelAmount: null,
		taxFreeAmount: null,
		taxExemptionAmount: null,
		refundableAmount: null,
		currency: null,
		refundAccount: null,
		cancelRequestId: null,
		...more,
	};
}

const refusalOf = (work: () => unknown): string => {
	try {
		work();
		return "none";
	} catch (error) {
		return error instanceof VendorRefusal ? error.code : "bug";
	}
};

describe("a cancel", () => {
	it("never gives back more than was paid, and its parts add up", () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 12_000 }), { maxLength: 12 }), (amounts) => {
				let payment = paid();
				let refunded = 0;
				for (const cancelAmount of amounts) {
					const before = payment;
					try {
						const outcome = cancel(payment, request({ cancelAmount }), mint, NOW);
						payment = outcome.payment;
						refunded += outcome.movement?.amount ?? 0;
					} catch {
						expect(cancelAmount > before.balance || before.balance === 0).toBe(true);
					}
				}
				expect(payment.balance).toBe(10_000 - refunded);
				expect(payment.cancels.reduce((sum, entry) => sum + entry.amount, 0)).toBe(refunded);
				expect(payment.balance).toBeGreaterThanOrEqual(0);
			}),
		);
	});

	it("takes the untaxed part along", () => {
		const payment = paid({ taxFreeAmount: 4000 });
		const first = cancel(payment, request({ cancelAmount: 3000, taxFreeAmount: 1000 }), mint, NOW).payment;
		expect([first.taxFreeAmount, first.balance]).toEqual([3000, 7000]);
		const rest = cancel(first, request(), mint, NOW).payment;
		expect(rest.cancels[1]).toMatchObject({ amount: 7000, taxFreeAmount: 3000 });
		expect(refusalOf(() => cancel(payment, request({ cancelAmount: 7000 }), mint, NOW))).toBe("NOT_CANCELABLE_AMOUNT");
		const greedy = request({ cancelAmount: 5000, taxFreeAmount: 4001 });
		expect(refusalOf(() => cancel(payment, greedy, mint, NOW))).toBe("INVALID_REQUEST");
	});

	it("comes too late for accounts, not for cards", () => {
		const late = NOW + 181 * DAY;
		expect(refusalOf(() => cancel(paid({ method: "TRANSFER" }), request(), mint, late))).toBe("EXCEED_MAX_REFUND_DUE");
		expect(refusalOf(() => cancel(paid(), request(), mint, late))).toBe("none");
	});

	it("is whole or not at all where parts are not possible", () => {
		const whole = paid({ isPartialCancelable: false });
		const part = request({ cancelAmount: 1 });
		expect(refusalOf(() => cancel(whole, part, mint, NOW))).toBe("NOT_ALLOWED_PARTIAL_REFUND");
		expect(refusalOf(() => cancel(whole, request(), mint, NOW))).toBe("none");
	});

	it("is refused for payments that never were", () => {
		for (const status of ["READY", "IN_PROGRESS", "ABORTED", "EXPIRED"] as const)
			expect(refusalOf(() => cancel(paid({ status }), request(), mint, NOW))).toBe("NOT_CANCELABLE_PAYMENT");
	});
});

describe("tax", () => {
	it.each([
		[15_000, 0, 13_636, 1364],
		[30_000, 0, 27_273, 2727],
		[37_400, 0, 34_000, 3400],
		[10_000, 10_000, 0, 0],
	])("of %i with %i free", (amount, free, suppliedAmount, vat) => {
		expect(taxOf(amount, free, 0)).toEqual({ suppliedAmount, vat });
	});
});
