import type { EntryView } from "../../../services/ledger/contract.ts";
import type { Fact } from "../../../services/story/domain/fact.ts";

export const ORDER = "ORD_0001";
export const PAYMENT = "PAY_0001";
export const SAGA = "SAG_0001";
const START = Date.UTC(2030, 0, 7);
const IDS: Readonly<Record<string, string>> = {
	order: ORDER,
	payment: PAYMENT,
	saga: SAGA,
	stock: "P1",
	"points-account": "USR_1",
};

/** An instant, so many milliseconds after the order was placed. */
export const at = (ms: number): string => new Date(START + ms).toISOString();

/** Facts of one order in the order in which they are written down, each at its own millisecond unless it says when. */
export class Pen {
	readonly facts: Fact[] = [];

	write(kind: string, type: string, data: object = {}, more: Partial<Fact> = {}): this {
		const sequence = this.facts.filter((fact) => fact.kind === kind).length + 1;
		const aggregateId = IDS[kind] ?? kind;
		this.facts.push({
			...{ eventId: `${kind}:${aggregateId}:${sequence}`, kind, aggregateId, sequence, type },
			...{ at: at(this.facts.length), correlationId: "COR_1", causationId: "CMD_1", commandId: "CMD_1" },
			...{ actor: "SYSTEM", data: { orderId: ORDER, ...data }, ...more },
		});
		return this;
	}

	placed(amount = 10_000): this {
		return this.write("order", "order.created", { amount })
			.write("order", "order.pending", { amount })
			.write("payment", "payment.created", { amount });
	}

	paid(amount = 10_000): this {
		return this.write("payment", "payment.approval-requested", { amount, providerIdempotencyKey: "key-1" })
			.write("payment", "payment.approved", { amount })
			.write("order", "order.paid", { amount })
			.write("saga", "saga.started", { saga: "checkout", reference: ORDER });
	}

	begins(step: string, direction = "forward", attempt = 1): this {
		return this.write("saga", "saga.step-started", { saga: "checkout", step, direction, attempt });
	}

	succeeds(step: string, direction = "forward"): this {
		return this.write("saga", "saga.step-succeeded", { saga: "checkout", step, direction });
	}

	turnsBack(failedStep: string, errorCode: string): this {
		return this.write("saga", "saga.compensating", { saga: "checkout", failedStep, errorCode });
	}

	/** The money goes back and the order ends. */
	undone(amount = 10_000, reason = "OUT_OF_STOCK"): this {
		return this.write("payment", "payment.cancel-requested", { amount, providerIdempotencyKey: "key-2" })
			.write("payment", "payment.cancelled", {
				...{ amount, cancelledAmount: amount, isPartial: false },
				...{ cancelReason: reason, providerIdempotencyKey: "key-2" },
			})
			.write("order", "order.cancelled", { reason })
			.write("saga", "saga.compensated", { saga: "checkout" });
	}

	/** Goods, points, confirmation. */
	completed(): this {
		return this.write("stock", "inventory.reserved", { quantity: 1 })
			.write("points-account", "points.awarded", { points: 100 })
			.write("order", "order.confirmed", { amount: 10_000 })
			.write("saga", "saga.completed", { saga: "checkout" });
	}
}

/** An entry of the books for the charge. */
export function posting(cause: string, postedAt: string): EntryView {
	return {
		...{ entryId: "JNL_1", cause, kind: "checkout.charge", occurredAt: postedAt, orderId: ORDER, paymentId: PAYMENT },
		legs: [
			{ account: "checkout:receivable", side: "debit", amount: 10_000 },
			{ account: "checkout:cash", side: "credit", amount: 10_000 },
		],
		...{ sequence: 7, postedAt, currency: "KRW" },
	};
}
