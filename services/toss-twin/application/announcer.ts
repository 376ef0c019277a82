import type { Fault, FaultKind, Occasion } from "../domain/faults.ts";
import type { PaymentRecord } from "../domain/payment.ts";
import { billingDeleted, depositCallback, forged, statusChanged } from "../domain/webhooks.ts";
import type { Announcer, FaultBox } from "./core.ts";
import type { WebhookStore } from "./ports.ts";

/** How far apart a reordered or duplicated webhook arrives. */
const APART_MS = 50;

export interface AnnouncerDeps {
	readonly webhooks: WebhookStore;
	readonly faults: FaultBox;
	readonly url: () => string | null;
	readonly baseUrl: () => string;
	readonly now: () => number;
	readonly newId: () => string;
	/** A webhook waits for its first attempt at that time. */
	readonly due: (at: number) => void;
}

/** Writes webhooks next to the change they report; without a registered address nothing is written. */
export function createAnnouncer(deps: AnnouncerDeps): Announcer {
	const add = (event: string, body: string, nextAt: number): void => {
		const url = deps.url();
		if (url === null) return;
		const now = deps.now();
		const id = `whtrans_${deps.newId()}`;
		deps.webhooks.add({
			id,
			url,
			event,
			body,
			attempts: 0,
			nextAt,
			status: "PENDING",
			lastAnswer: null,
			createdAt: now,
		});
		deps.due(nextAt);
	};
	const announce = (event: string, body: string, lie: () => string, occasion: Occasion): void => {
		const now = deps.now();
		const fault = deps.faults.pick(occasion);
		for (const delay of delaysOf(fault)) add(event, body, now + delay);
		if (fault?.fault === "webhook-forge") add(event, lie(), now);
	};
	return {
		paymentChanged: (payment) => {
			if (deps.url() === null) return;
			const now = deps.now();
			const lie = (): string => forged(payment, deps.baseUrl(), now);
			const body = statusChanged(payment, deps.baseUrl(), now);
			announce("PAYMENT_STATUS_CHANGED", body, lie, occasionOf(payment));
			if (payment.secret !== null && payment.virtualAccount !== null)
				add("DEPOSIT_CALLBACK", depositCallback(payment, now), now);
		},
		billingDeleted: (billingKey, mId) => {
			const body = billingDeleted(billingKey, deps.now());
			const occasion = { operation: "webhook", orderId: null, paymentKey: null, amount: null, mId } as const;
			announce("BILLING_DELETED", body, () => body, occasion);
		},
	};
}

function occasionOf(payment: PaymentRecord): Occasion {
	const { orderId, paymentKey, amount, mId } = payment;
	return { operation: "webhook", orderId, paymentKey, amount, mId };
}

/** When the copies of a webhook leave: none when it is lost, two when it is doubled, late when it is delayed. */
function delaysOf(fault: Fault | null): number[] {
	if (fault === null) return [0];
	const delays: Partial<Record<FaultKind, number[]>> = {
		"webhook-lose": [],
		"webhook-duplicate": [0, APART_MS],
		"webhook-delay": [fault.ms],
		"webhook-reorder": [fault.ms],
	};
	return delays[fault.fault] ?? [0];
}
