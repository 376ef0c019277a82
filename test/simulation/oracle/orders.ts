import type { Envelope } from "../../../services/shared/events.ts";
import { must } from "./violation.ts";

type Data = Readonly<Record<string, unknown>>;

/** An order as its events tell of it. */
export interface OrderModel {
	readonly orderId: string;
	readonly userId: string;
	readonly amount: number;
	readonly items: readonly { readonly productId: string | null; readonly quantity: number }[];
	status: string;
	isCancelRequested: boolean;
	/** Every status it ever had. */
	readonly seen: Set<string>;
}

/** A saga as its events tell of it. */
export interface SagaModel {
	readonly sagaId: string;
	readonly saga: string;
	readonly reference: string;
	readonly input: Data;
	status: "STARTED" | "COMPENSATING" | "COMPLETED" | "COMPENSATED";
	/** `step/direction` with an intent on the disk, with the rounds asked so far. */
	readonly begun: Map<string, number>;
}

const MOVES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	none: { "order.created": "CREATED" },
	CREATED: { "order.pending": "PENDING" },
	PENDING: { "order.paid": "PAID", "order.failed": "FAILED", "order.cancelled": "CANCELLED" },
	PAID: { "order.confirmed": "CONFIRMED", "order.cancelled": "CANCELLED" },
	CONFIRMED: { "order.cancelled": "CANCELLED" },
};
/** Events that change no status; an order that has ended has none of the others. */
const WORDS = new Set(["order.cancel-requested", "order.cancel-refused", "order.late-refund-requested"]);

/** Orders and the sagas that see them through. */
export class Orders {
	readonly orders = new Map<string, OrderModel>();
	readonly sagas = new Map<string, SagaModel>();
	readonly #refusals = new Set<string>();

	/** A callee has refused a command. */
	onRefused(commandId: string, code: string): void {
		this.#refusals.add(`${commandId} ${code}`);
	}

	/** A call of a saga's step reaches its callee. */
	onCalled(commandId: string): void {
		const [sagaId = "", step = "", direction = ""] = commandId.split(":");
		const saga = this.sagas.get(sagaId);
		if (saga === undefined || (direction !== "forward" && direction !== "compensation")) return;
		const isBegun = saga.begun.has(`${step}/${direction}`);
		must("intent-first", isBegun, () => `${commandId} is called, and its intent is not on the disk`);
	}

	onOrderEvent({ type, subject, data }: Envelope): void {
		const facts = data as Data;
		const order = this.orders.get(subject);
		if (order !== undefined && WORDS.has(type)) {
			if (type !== "order.late-refund-requested") order.isCancelRequested = type === "order.cancel-requested";
			return;
		}
		const known = order ?? created(subject, facts);
		const next = MOVES[known.status]?.[type] ?? "";
		must("lawful-change", next !== "", () => `${type} of ${subject}, which is ${known.status}`);
		this.orders.set(subject, known);
		known.status = next;
		// A request that was made meanwhile has lost, or is fulfilled.
		known.isCancelRequested = false;
		known.seen.add(next);
	}

	onSagaEvent({ type, subject, data }: Envelope): void {
		const facts = data as Data;
		if (type === "saga.started") {
			must("lawful-change", !this.sagas.has(subject), () => `${subject} begins twice`);
			this.sagas.set(subject, startedSaga(subject, facts));
			return;
		}
		const saga = this.sagas.get(subject);
		must("history-whole", saga !== undefined, () => `${type} of ${subject}, which never began`);
		if (saga === undefined) return;
		const isOpen = saga.status === "STARTED" || saga.status === "COMPENSATING";
		must("lawful-change", isOpen, () => `${type} of ${subject}, which is ${saga.status}`);
		this.#changeSaga(saga, type, facts);
	}

	#changeSaga(saga: SagaModel, type: string, facts: Data): void {
		const place = `${String(facts["step"])}/${String(facts["direction"])}`;
		switch (type) {
			case "saga.step-started":
				saga.begun.set(place, Number(facts["round"]));
				return;
			case "saga.step-succeeded":
				must("intent-first", saga.begun.has(place), () => `${saga.sagaId} has done ${place} without an intent`);
				return;
			case "saga.step-failed":
				this.#wasSaid(saga, facts);
				return;
			case "saga.compensating":
				must("lawful-change", saga.status === "STARTED", () => `${saga.sagaId} turns back twice`);
				saga.status = "COMPENSATING";
				return;
			case "saga.completed":
				must("lawful-change", saga.status === "STARTED", () => `${saga.sagaId} completes while it turns back`);
				saga.status = "COMPLETED";
				return;
			case "saga.compensated":
				must(
					"lawful-change",
					saga.status === "COMPENSATING",
					() => `${saga.sagaId} is compensated and never turned back`,
				);
				saga.status = "COMPENSATED";
				return;
			default:
		}
	}

	#wasSaid({ sagaId }: SagaModel, facts: Data): void {
		const [step, code] = [String(facts["step"]), String(facts["errorCode"])];
		const isSaid = [...this.#refusals].some(
			(said) => said.startsWith(`${sagaId}:${step}:`) && said.endsWith(` ${code}`),
		);
		must("refusal-was-said", isSaid, () => `${sagaId} takes ${code} at ${step} for a refusal, and nobody has refused`);
	}
}

function created(orderId: string, facts: Data): OrderModel {
	const { userId, amount, items } = facts as unknown as OrderModel;
	return { orderId, userId, amount, items, status: "none", isCancelRequested: false, seen: new Set() };
}

function startedSaga(sagaId: string, facts: Data): SagaModel {
	const { saga, reference, input } = facts as unknown as SagaModel;
	return { sagaId, saga, reference, input, status: "STARTED", begun: new Map() };
}
