import type { SeededRandom } from "../support/hostile/random.ts";
import { keyOf, type Buyer, type Purchase } from "./purchase.ts";
import type { Kind, Operation, Outcome, Recorder } from "./recorder.ts";
import { pause, type Answer, type Facts, type Wire } from "./wire.ts";

/** No answer that says anything: the buyer goes away, and may come back later. */
export class NoAnswer extends Error {}

/** How long somebody insists. */
export interface Patience {
	readonly tries: number;
	readonly pauseMs: number;
}

/** What a shopper works with. */
export interface ShopperPorts {
	readonly platform: Wire;
	readonly twin: Wire;
	readonly recorder: Recorder;
	readonly patience: () => Patience;
}

/** Acts for one buyer's purchase; every request is recorded, and one that was answered is never sent again. */
export class Shopper {
	readonly #ports: ShopperPorts;
	readonly #operations = new Map<string, Operation>();

	constructor(ports: ShopperPorts) {
		this.#ports = ports;
	}

	/** The order of the purchase; null when it was refused. */
	async order(purchase: Purchase): Promise<string | null> {
		const answer = await this.#settled("order", purchase, "order", "/api/orders", purchase.wish);
		if (answer.status !== 201) return null;
		purchase.orderId = String(answer.body["orderId"]);
		purchase.amount = Number(answer.body["amount"]);
		return purchase.orderId;
	}

	/** The buyer's browser at the provider: opens the window and agrees. */
	async approve(purchase: Purchase): Promise<string> {
		if (purchase.paymentKey !== null) return purchase.paymentKey;
		const sessionId = await this.#window(purchase);
		const approved = await this.#atTwin(`/twin/sessions/${sessionId}/approve`, {});
		purchase.paymentKey = String(approved["paymentKey"]);
		return purchase.paymentKey;
	}

	/** The buyer closes the window with a refusal of the card. */
	async decline(purchase: Purchase): Promise<void> {
		const sessionId = await this.#window(purchase);
		await this.#atTwin(`/twin/sessions/${sessionId}/decline`, { code: "REJECT_CARD_COMPANY" });
	}

	confirm(purchase: Purchase, step = "confirm", amount = purchase.amount): Promise<Answer> {
		const { orderId, paymentKey } = purchase;
		return this.#settled("confirm", purchase, step, "/api/payments/confirm", { paymentKey, orderId, amount });
	}

	cancel(purchase: Purchase, step = "cancel"): Promise<Answer> {
		const path = `/api/orders/${purchase.orderId ?? ""}/cancel`;
		return this.#settled("cancel", purchase, step, path, { reason: "changed my mind" });
	}

	refund(purchase: Purchase, step = "refund", cancelAmount?: number): Promise<Answer> {
		const path = `/api/payments/${purchase.orderId ?? ""}/cancel`;
		const body = { cancelReason: "does not fit", ...(cancelAmount === undefined ? {} : { cancelAmount }) };
		return this.#settled("refund", purchase, step, path, body);
	}

	/** Somebody claims that the order is paid. */
	async forgeNotice(purchase: Purchase, step: string, status = "DONE"): Promise<void> {
		const { orderId } = purchase;
		const data = { paymentKey: `forged-${purchase.number}`, orderId, status, totalAmount: purchase.amount };
		const body = { eventType: "PAYMENT_STATUS_CHANGED", createdAt: "2030-01-07T00:00:00.000000", data };
		await this.#settled("notice", purchase, step, "/api/payments/webhook/toss", body);
	}

	/** Sends a request that was answered once more; its answer must be the same. */
	async repeat(purchase: Purchase, step: string): Promise<void> {
		const operation = this.#operations.get(step);
		if (operation === undefined) throw new Error(`${step} was never sent`);
		const { path, body } = this.#sent.get(step) ?? { path: "", body: {} };
		const answer = await this.#send(purchase.buyer, path, body, operation.key);
		this.#ports.recorder.note(operation, answer);
	}

	/** One of many confirms at once, each under a key of its own. */
	fault(fault: Facts): Promise<Facts> {
		return this.#atTwin("/twin/faults", fault);
	}

	readonly #sent = new Map<string, { readonly path: string; readonly body: unknown }>();

	/** Asks until the outcome is known or the patience is at its end. */
	async #settled(kind: Kind, purchase: Purchase, step: string, path: string, body: unknown) {
		const { recorder, patience } = this.#ports;
		const { buyer, number } = purchase;
		const key = keyOf(purchase, step);
		const operation = this.#operations.get(step) ?? recorder.open(kind, buyer.number, `${number}`, key);
		this.#operations.set(step, operation);
		this.#sent.set(step, { path, body });
		if (operation.outcome !== "unknown" && operation.answer !== null) return operation.answer;
		const { tries, pauseMs } = patience();
		for (let attempt = 0; attempt < tries; attempt++) {
			if (attempt > 0) await pause(pauseMs);
			const answer = await this.#send(buyer, path, body, key);
			const outcome: Outcome = recorder.note(operation, answer);
			if (outcome !== "unknown" && answer !== null) return answer;
		}
		throw new NoAnswer(`${kind} of purchase ${number}`);
	}

	#send({ token }: Buyer, path: string, body: unknown, key: string): Promise<Answer> {
		return this.#ports.platform.ask("POST", path, { body, key, ...(token === null ? {} : { token }) });
	}

	async #window({ orderId, amount }: Purchase): Promise<string> {
		const opened = await this.#atTwin("/twin/sessions", { orderId, amount, orderName: "proof" });
		return String(opened["sessionId"]);
	}

	/** The provider's own control is no part of the proof: it is asked until it answers. */
	async #atTwin(path: string, body: Facts): Promise<Facts> {
		const { tries, pauseMs } = this.#ports.patience();
		for (let attempt = 0; attempt < tries; attempt++) {
			if (attempt > 0) await pause(pauseMs);
			const answer = await this.#ports.twin.ask("POST", path, { body });
			if (answer !== null && answer.status < 300) return answer.body;
		}
		throw new NoAnswer(`the provider at ${path}`);
	}
}

/** Everything a journey may use. */
export interface JourneyTools {
	readonly shopper: Shopper;
	readonly random: SeededRandom;
	readonly platform: Wire;
}
