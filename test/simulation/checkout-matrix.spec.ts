import { checkout } from "../../services/saga/application/checkout.ts";
import { describeMatrix } from "../support/saga/matrix.ts";

const ANSWERS: Readonly<Record<string, object>> = {
	payment: { outcome: "DONE" },
	stock: { reservations: [{ reservationId: "RSV_1" }] },
	points: { points: 100 },
};

describeMatrix(checkout, {
	input: {
		sagaId: "SAG_1",
		orderId: "ORD_1",
		userId: "USR_1",
		paymentId: "PAY_1",
		paymentKey: "key",
		amount: 10_000,
		items: [{ productId: "PROD-TEST-001", quantity: 1 }],
	},
	resultOf: ({ step }) => ANSWERS[step] ?? {},
});
