import type { Envelope } from "../../../services/shared/events.ts";
import type { Charge } from "../world/provider-books.ts";
import { must } from "./violation.ts";

/** A payment as its events tell of it; won. */
export interface PaymentModel {
	readonly paymentId: string;
	readonly orderId: string;
	readonly userId: string;
	readonly amount: number;
	status: string;
	approved: number;
	refunded: number;
	/** A refund asked for before the approval was known. */
	isDeferred: boolean;
	isReversing: boolean;
	/** Intents by the provider's key. */
	readonly intents: Map<string, number>;
}

type Data = Readonly<Record<string, unknown>>;

/** Own answers of the platform, not the provider's. */
const OWN_FAILURES = new Set(["GATEWAY_MISMATCH", "APPROVAL_TIMEOUT", "CANCELED", "ABORTED", "EXPIRED"]);
const SILENT = new Set(["payment.expired", "payment.refund-refused"]);
const ENDED = new Set(["FAILED", "EXPIRED", "CANCELLED"]);

/** Which events a payment may have in which state, and the state after them. */
const MOVES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	PENDING: {
		"payment.approval-requested": "APPROVING",
		"payment.expired": "EXPIRED",
		"payment.cancelled": "CANCELLED",
	},
	APPROVING: {
		"payment.approved": "APPROVED",
		"payment.failed": "FAILED",
		"payment.cancel-deferred": "APPROVING",
	},
	APPROVED: { "payment.cancel-requested": "CANCELLING", "payment.cancelled": "APPROVED" },
	CANCELLING: { "payment.cancelled": "CANCELLING", "payment.cancel-failed": "APPROVED" },
};

/** Payments, and the provider's books beside them. */
export class Money {
	readonly payments = new Map<string, PaymentModel>();
	readonly #saidBy = new Map<string, Set<string>>();
	readonly #chargedOrders = new Set<string>();
	readonly #usedKeys = new Map<string, number>();

	/** The provider has said a code to the request with a key. */
	onSaid(key: string, code: string): void {
		const said = this.#saidBy.get(key) ?? new Set();
		this.#saidBy.set(key, said.add(code));
	}

	/** The money of a charge has just moved. */
	onMoved(charge: Charge, what: "charged" | "refunded"): void {
		const { orderId, paymentKey } = charge;
		if (what === "charged") {
			must(
				"charged-once",
				!this.#chargedOrders.has(orderId),
				() => `${orderId} is charged twice, now by ${paymentKey}`,
			);
			this.#chargedOrders.add(orderId);
			return;
		}
		const key = charge.cancels.at(-1)?.idempotencyKey ?? "";
		const intents = [...this.payments.values()].find((payment) => payment.orderId === orderId)?.intents;
		must(
			"intent-first",
			intents?.has(key) === true,
			() => `${orderId} gets money back under ${key}, which nobody has recorded`,
		);
		this.#usedKeys.set(key, (this.#usedKeys.get(key) ?? 0) + 1);
		must("intent-first", this.#usedKeys.get(key) === 1, () => `${orderId} gets money back twice under ${key}`);
	}

	/** A request with a key leaves for the provider. */
	onAsked(key: string): void {
		const isKnown = [...this.payments.values()].some(({ intents }) => intents.has(key));
		must("intent-first", isKnown, () => `the provider is asked under ${key}, which nobody has recorded`);
	}

	onEvent({ type, subject, data }: Envelope): void {
		const facts = data as Data;
		if (type === "payment.created") {
			this.payments.set(subject, created(subject, facts));
			return;
		}
		const payment = this.payments.get(subject);
		must("history-whole", payment !== undefined, () => `${type} of ${subject}, which was never created`);
		if (payment === undefined) return;
		this.#move(payment, type);
		this.#apply(payment, type, facts);
	}

	#move(payment: PaymentModel, type: string): void {
		if (type === "payment.refund-refused") return;
		if (type.startsWith("payment.revers")) {
			must(
				"lawful-change",
				ENDED.has(payment.status),
				() => `${type} of ${payment.paymentId}, which is ${payment.status}`,
			);
			return;
		}
		const next = MOVES[payment.status]?.[type];
		must("lawful-change", next !== undefined, () => `${type} of ${payment.paymentId}, which is ${payment.status}`);
		payment.status = next ?? payment.status;
	}

	#apply(payment: PaymentModel, type: string, facts: Data): void {
		const { paymentId, amount } = payment;
		const key = String(facts["providerIdempotencyKey"]);
		const won = Number(facts["amount"]);
		switch (type) {
			case "payment.approval-requested":
				must("charged-once", won === amount, () => `${paymentId} over ${amount} asks for ${won}`);
				payment.intents.set(key, won);
				return;
			case "payment.approved":
				must(
					"charged-once",
					payment.approved === 0 && won === amount,
					() => `${paymentId} over ${amount} is approved for ${won}`,
				);
				payment.approved = won;
				return;
			case "payment.failed":
				payment.isDeferred = false;
				this.#wasSaid([...payment.intents.keys()][0] ?? "", String(facts["errorCode"]), OWN_FAILURES);
				return;
			case "payment.cancel-deferred":
				payment.isDeferred = true;
				return;
			case "payment.cancel-requested":
				payment.isDeferred = false;
				must(
					"refund-within-charge",
					won >= 1 && won <= payment.approved - payment.refunded,
					() => `${paymentId} asks for ${won} of ${payment.approved - payment.refunded}`,
				);
				payment.intents.set(key, won);
				return;
			case "payment.cancel-failed":
				this.#wasSaid([...payment.intents.keys()].at(-1) ?? "", String(facts["errorCode"]), new Set());
				return;
			case "payment.cancelled":
				cancelled(payment, facts);
				return;
			case "payment.reversal-requested":
				payment.isReversing = true;
				payment.intents.set(key, amount);
				return;
			case "payment.reversed":
				payment.isReversing = false;
				return;
			default:
				must("lawful-change", SILENT.has(type), () => `nobody knows ${type}`);
		}
	}

	#wasSaid(key: string, code: string, own: ReadonlySet<string>): void {
		const isSaid = own.has(code) || this.#saidBy.get(key)?.has(code) === true;
		must("refusal-was-said", isSaid, () => `the provider is said to have answered ${code} to ${key}, and never did`);
	}
}

function created(paymentId: string, facts: Data): PaymentModel {
	return {
		paymentId,
		orderId: String(facts["orderId"]),
		userId: String(facts["userId"]),
		amount: Number(facts["amount"]),
		status: "PENDING",
		approved: 0,
		refunded: 0,
		isDeferred: false,
		isReversing: false,
		intents: new Map(),
	};
}

function cancelled(payment: PaymentModel, facts: Data): void {
	const { paymentId } = payment;
	payment.refunded += Number(facts["amount"]);
	must(
		"refund-within-charge",
		payment.refunded <= payment.approved,
		() => `${payment.refunded} of ${payment.approved} went back for ${paymentId}`,
	);
	const isWhole = payment.refunded === payment.approved;
	must(
		"refund-within-charge",
		facts["isPartial"] === !isWhole,
		() => `${paymentId} is said to be ${facts["isPartial"] === true ? "partly" : "wholly"} given back`,
	);
	if (isWhole) payment.status = "CANCELLED";
	else if (payment.intents.has(String(facts["providerIdempotencyKey"]))) payment.status = "APPROVED";
}
