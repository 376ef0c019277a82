import { refund } from "../../services/saga/application/refund.ts";
import { describeMatrix } from "../support/saga/matrix.ts";

const ANSWERS: Readonly<Record<string, object>> = {
	money: { outcome: "DONE", amount: 10_000, cancelledAmount: 10_000, isFull: true },
	order: { status: "CANCELLED", wasConfirmed: true },
	points: { points: 100 },
};

describeMatrix(refund, {
	input: {
		sagaId: "SAG_1",
		orderId: "ORD_1",
		userId: "USR_1",
		paymentKey: "key",
		cancelAmount: null,
		cancelReason: "wrong size",
		items: [{ productId: "PROD-TEST-001", quantity: 1 }],
		cancelledBy: null,
	},
	resultOf: ({ step }) => ANSWERS[step] ?? {},
});
