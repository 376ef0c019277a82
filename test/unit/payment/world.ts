import type { Scheduler } from "fast-check";
import type { Counter, Desk, Provider, ProviderReply } from "../../../services/payment/application/ports.ts";
import type { KnownPayment, Payment, PaymentEvent } from "../../../services/payment/domain/model.ts";
import { payment } from "../../../services/payment/domain/payment.ts";
import type { ProviderPayment } from "../../../services/toss/contract.ts";

/** What becomes of one request on its way to the provider and back. */
export type Fate = "fine" | "lost-before" | "lost-after" | "decline" | "wrong-amount" | "executed-late";

export const AMOUNT = 1_000;
const START = Date.parse("2030-01-07T00:00:00.000Z");

interface Charge {
	readonly paymentKey: string;
	balance: number;
	readonly cancels: ProviderPayment["cancels"][number][];
}

/** One payment, one provider, and a scheduler that decides which of them goes on next. */
export class World {
	readonly events: PaymentEvent[] = [];
	readonly charges = new Map<string, Charge>();
	/** Charges ever executed, also those given back. */
	executed = 0;
	state: Payment = payment.initial;
	now = START;
	isCalm = false;
	readonly #schedule: (label: string) => Promise<unknown>;
	readonly #fates: Fate[];
	readonly #answers = new Map<string, ProviderReply>();
	readonly #late: Promise<void>[] = [];

	constructor(scheduler: Scheduler, fates: readonly Fate[]) {
		this.#fates = [...fates];
		this.#schedule = (label) => (this.isCalm ? Promise.resolve() : scheduler.schedule(Promise.resolve(), label));
		const terms = { paymentId: "PAY_1", orderId: "ORD_1", userId: "USR_1", orderName: "x", amount: AMOUNT };
		this.#decide({ type: "create", ...terms, expiresAt: "2030-01-07T00:30:00.000Z", now: this.#iso() });
	}

	/** A counter for one request. */
	counter(): Counter {
		return { desk: this.#desk(), provider: this.#provider() };
	}

	known(): KnownPayment {
		if (this.state.status === "none") throw new Error("no payment");
		return this.state;
	}

	/** Won the provider holds. */
	kept(): number {
		return [...this.charges.values()].reduce((sum, { balance }) => sum + balance, 0);
	}

	/** Nothing is lost from now on, and what was late has arrived. */
	async calm(): Promise<void> {
		this.isCalm = true;
		await Promise.all(this.#late);
	}

	#iso(): string {
		return new Date(this.now).toISOString();
	}

	#decide(command: Parameters<typeof payment.decide>[1]): void {
		const decided = payment.decide(this.state, command);
		this.events.push(...decided);
		this.state = decided.reduce(payment.evolve, this.state);
	}

	#desk(): Desk {
		return {
			read: async () => {
				await this.#schedule("read");
				return this.state;
			},
			history: async () => {
				await this.#schedule("history");
				return this.events.map((event, index) => ({ id: `payment:PAY_1:${index + 1}`, event }));
			},
			tell: async (_paymentId, step, command) => {
				await this.#schedule(`tell ${command.type}${step}`);
				this.#decide(command);
				return this.known();
			},
			now: () => this.#iso(),
			sleep: async () => undefined,
		};
	}

	#provider(): Provider {
		return {
			isReachable: () => true,
			confirm: ({ paymentKey, idempotencyKey }) =>
				this.#travel(idempotencyKey, "EXCEED_MAX_AMOUNT", () => this.#charge(paymentKey)),
			cancel: ({ paymentKey, cancelAmount, cancelReason, idempotencyKey }) =>
				this.#travel(idempotencyKey, "REFUND_REJECTED", () => this.#refund(paymentKey, cancelAmount, cancelReason)),
			lookup: async ({ paymentKey }) => {
				await this.#schedule("lookup");
				const charge = this.charges.get(paymentKey ?? "key");
				const answer = { found: charge === undefined ? null : viewOf(charge), isCertain: true };
				await this.#schedule("looked up");
				return answer;
			},
		};
	}

	async #travel(key: string, refusal: string, execute: () => ProviderReply): Promise<ProviderReply> {
		const fate = this.isCalm ? "fine" : (this.#fates.shift() ?? "fine");
		const run = (): ProviderReply => this.#once(key, execute);
		await this.#schedule(`request ${key}`);
		if (fate === "lost-before") return lost();
		if (fate === "executed-late") {
			this.#late.push(this.#schedule(`late ${key}`).then(() => void run()));
			return lost();
		}
		const declined = { outcome: "declined", code: refusal, message: "" } as const;
		const reply = this.#once(key, fate === "decline" ? () => declined : execute);
		await this.#schedule(`reply ${key}`);
		return spoilt(fate, reply);
	}

	/** The provider answers a repeated key with its first answer. */
	#once(key: string, execute: () => ProviderReply): ProviderReply {
		const answer = this.#answers.get(key) ?? execute();
		this.#answers.set(key, answer);
		return answer;
	}

	#charge(paymentKey: string): ProviderReply {
		if (this.charges.has(paymentKey)) return unknown("ALREADY_PROCESSED_PAYMENT");
		this.executed++;
		const charge = { paymentKey, balance: AMOUNT, cancels: [] };
		this.charges.set(paymentKey, charge);
		return { outcome: "approved", payment: viewOf(charge) };
	}

	#refund(paymentKey: string, wanted: number | undefined, cancelReason: string): ProviderReply {
		const charge = this.charges.get(paymentKey);
		if (charge === undefined) return { outcome: "declined", code: "NOT_FOUND_PAYMENT", message: "" };
		const cancelAmount = wanted ?? charge.balance;
		if (charge.balance === 0) return unknown("ALREADY_CANCELED_PAYMENT");
		if (cancelAmount > charge.balance) return unknown("NOT_CANCELABLE_AMOUNT");
		charge.balance -= cancelAmount;
		const transactionKey = `tx${charge.cancels.length + 1}`;
		charge.cancels.push({ transactionKey, cancelAmount, cancelReason, canceledAt: this.#iso() });
		return { outcome: "approved", payment: viewOf(charge) };
	}
}

function viewOf({ paymentKey, balance, cancels }: Charge): ProviderPayment {
	return {
		paymentKey,
		orderId: "ORD_1",
		status: balance === AMOUNT ? "DONE" : balance === 0 ? "CANCELED" : "PARTIAL_CANCELED",
		totalAmount: AMOUNT,
		balanceAmount: balance,
		currency: "KRW",
		method: "카드",
		approvedAt: "2030-01-07T09:00:00+09:00",
		cancels: [...cancels],
	};
}

function spoilt(fate: Fate, reply: ProviderReply): ProviderReply {
	if (fate === "lost-after") return lost();
	if (fate !== "wrong-amount" || reply.outcome !== "approved") return reply;
	return { outcome: "approved", payment: { ...reply.payment, totalAmount: 1, balanceAmount: 0, cancels: [] } };
}

function lost(): ProviderReply {
	return unknown("TIMEOUT");
}

function unknown(code: string): ProviderReply {
	return { outcome: "unknown", code, message: "", isConfiguration: false };
}
