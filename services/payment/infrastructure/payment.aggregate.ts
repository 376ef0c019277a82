import type { Aggregate } from "../../../mixins/actor/port.ts";
import { PaymentRejected, type Payment, type PaymentCommand, type PaymentEvent } from "../domain/model.ts";
import { payment } from "../domain/payment.ts";

/** Payments as they are stored: open outcomes are found by time, and a provider's key pays for one payment only. */
export const paymentAggregate: Aggregate<Payment, PaymentCommand, PaymentEvent> = {
	kind: "payment",
	decider: payment,
	schemaVersion: 1,
	indexes: [{ fields: ["unsettledSince"], sparse: true }],
	unique: (state) => ({ paymentKey: state.status === "none" ? null : state.paymentKey }),
	duplicate: () => new PaymentRejected("PAYMENT_KEY_CONFLICT"),
};
