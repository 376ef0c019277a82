import type { VirtualClock } from "../../../mixins/clock/virtual.ts";
import type { Counter, ProviderReply } from "../../../services/payment/application/ports.ts";
import type { KnownPayment, Payment, PaymentCommand, PaymentEvent } from "../../../services/payment/domain/model.ts";
import type { ProviderPayment } from "../../../services/toss/contract.ts";
import type { Decider } from "../../../services/shared/decider.ts";
import type { DomainEvent } from "../../../services/shared/events.ts";

/** One aggregate as its actor keeps it: a command id takes effect once, for ever, and a refusal leaves nothing behind. */
export class Kept<State, Command, Event extends DomainEvent> {
	readonly events: Event[] = [];
	readonly #decider: Decider<State, Command, Event>;
	readonly #answers = new Map<string, { readonly state: State; readonly event: Event | null }>();
	state: State;

	constructor(decider: Decider<State, Command, Event>) {
		this.#decider = decider;
		this.state = decider.initial;
	}

	tell(commandId: string, command: Command): State {
		const known = this.#answers.get(commandId);
		if (known !== undefined) return known.state;
		const decided = this.#decider.decide(this.state, command);
		this.state = decided.reduce<State>((state, event) => this.#decider.evolve(state, event), this.state);
		this.events.push(...decided);
		// What commits nothing is decided anew when it is asked again.
		if (decided.length > 0) this.#answers.set(commandId, { state: this.state, event: decided.at(-1) ?? null });
		return this.state;
	}

	eventOf(commandId: string): Event | null {
		return this.#answers.get(commandId)?.event ?? null;
	}
}

/** What becomes of a request at the provider. */
export type ProviderFate = "fine" | "lost-before" | "lost-after" | "declined";

/** A provider with one charge; the same key gets the same answer. */
export class OneCharge {
	readonly refunds: { readonly key: string; readonly amount: number }[] = [];
	readonly #answers = new Map<string, ProviderReply>();
	readonly #fateOf: () => ProviderFate;
	readonly #amount: number;

	constructor(amount: number, fateOf: () => ProviderFate) {
		this.#amount = amount;
		this.#fateOf = fateOf;
	}

	get given(): number {
		return this.refunds.reduce((sum, { amount }) => sum + amount, 0);
	}

	cancel(key: string, wanted: number | undefined): ProviderReply {
		const fate = this.#fateOf();
		if (fate === "lost-before") return unknown("TIMEOUT");
		const reply = this.#answers.get(key) ?? this.#execute(key, wanted, fate);
		this.#answers.set(key, reply);
		return fate === "lost-after" ? unknown("TIMEOUT") : reply;
	}

	look(): ProviderPayment {
		const left = this.#amount - this.given;
		return {
			paymentKey: "key",
			orderId: "ORD_1",
			status: left === this.#amount ? "DONE" : left === 0 ? "CANCELED" : "PARTIAL_CANCELED",
			totalAmount: this.#amount,
			balanceAmount: left,
			currency: "KRW",
			method: "카드",
			approvedAt: "2030-01-07T00:00:00.000Z",
			cancels: this.refunds.map(({ key, amount }) => ({
				transactionKey: key,
				cancelAmount: amount,
				cancelReason: "why",
				canceledAt: "2030-01-07T00:00:00.000Z",
			})),
		};
	}

	#execute(key: string, wanted: number | undefined, fate: ProviderFate): ProviderReply {
		const left = this.#amount - this.given;
		if (fate === "declined") return { outcome: "declined", code: "REFUND_REJECTED", message: "" };
		if (left === 0) return unknown("ALREADY_CANCELED_PAYMENT");
		if ((wanted ?? left) > left) return unknown("NOT_CANCELABLE_AMOUNT");
		this.refunds.push({ key, amount: wanted ?? left });
		return { outcome: "approved", payment: this.look() };
	}
}

/** The payment service's counter over one payment and one provider; everything takes a turn of the clock. */
export function counterOver(
	payment: Kept<Payment, PaymentCommand, PaymentEvent>,
	provider: OneCharge,
	clock: VirtualClock,
	commandId: string,
): Counter {
	const known = (state: Payment): KnownPayment => {
		if (state.status === "none") throw new Error("no payment");
		return state;
	};
	return {
		desk: {
			read: async () => (await clock.turn(), payment.state),
			history: async () => {
				await clock.turn();
				return payment.events.map((event, index) => ({ id: `payment:PAY_1:${index + 1}`, event }));
			},
			tell: async (_paymentId, step, command) => (await clock.turn(), known(payment.tell(commandId + step, command))),
			now: () => clock.iso(),
			sleep: (ms) => clock.sleep(ms),
		},
		provider: {
			isReachable: () => true,
			confirm: () => Promise.reject(new Error("nothing is charged here")),
			async cancel({ cancelAmount, idempotencyKey }) {
				await clock.turn();
				const reply = provider.cancel(idempotencyKey, cancelAmount);
				await clock.turn();
				return reply;
			},
			lookup: async () => (await clock.turn(), { found: provider.look(), isCertain: true }),
		},
	};
}

function unknown(code: string): ProviderReply {
	return { outcome: "unknown", code, message: "", isConfiguration: false };
}
