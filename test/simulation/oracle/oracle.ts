import type { Subscription } from "../../../mixins/bus/port.ts";
import type { Commit } from "../../../mixins/store/port.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import type { Passage } from "../world/broker.ts";
import type { ClientWitness, Intention } from "../world/buyers.ts";
import type { ClientReply } from "../world/front-door.ts";
import { PAYROLL, type Payroll } from "../world/clerks.ts";
import type { Disk } from "../world/disk.ts";
import type { Charge, ProviderBooks } from "../world/provider-books.ts";
import { LedgerWatch } from "./book.ts";
import { Clients } from "./clients.ts";
import { Deliveries } from "./deliveries.ts";
import { checkAgreement } from "./end.ts";
import { Goods } from "./goods.ts";
import { Money } from "./money.ts";
import { Orders } from "./orders.ts";
import { must } from "./violation.ts";

const AGGREGATES = new Set(["order", "payment", "stock", "points-account", "saga"]);
const OPEN_PAYMENTS = new Set(["PENDING", "APPROVING", "CANCELLING"]);
const OPEN_ORDERS = new Set(["CREATED", "PENDING", "PAID"]);
const OPEN_SAGAS = new Set(["STARTED", "COMPENSATING"]);

/**
 * A second bookkeeping, made only of what reached the disk, the provider and the clients. It knows none of the
 * platform's code, and says no as soon as something cannot be.
 */
export class Oracle implements ClientWitness {
	readonly money = new Money();
	readonly orders = new Orders();
	readonly goods = new Goods();
	readonly ledger = new LedgerWatch();
	readonly deliveries = new Deliveries();
	readonly clients = new Clients(this.money, this.orders);
	readonly #sequences = new Map<string, number>();
	#token = 0;
	readonly #onEvent: (event: Envelope) => void;

	constructor(onEvent: (event: Envelope) => void) {
		this.#onEvent = onEvent;
	}

	/** Something is on the disk. */
	onCommitted(item: Commit): void {
		if (item.kind === "ledger-batch") this.ledger.onBatch(item);
		if (item.kind === PAYROLL) this.#payroll(item.state as Payroll);
		for (const event of item.events) this.#event(item, event);
	}

	/** A process that is alone with a store that behaves has decided on an old version; the first commit is only presumed to be it. */
	onConflict({ kind, id, expectedVersion }: Commit): void {
		const isOwn = expectedVersion > 0 && AGGREGATES.has(kind);
		must("one-home", !isOwn, () => `${kind} ${id} is changed again from version ${expectedVersion}`);
	}

	onSubscribed(subscription: Subscription): void {
		this.deliveries.onSubscribed(subscription);
	}

	onDelivering(group: string, event: Envelope): void {
		this.deliveries.onDelivering(group, event);
	}

	onHandled(group: string, event: Envelope): void {
		this.deliveries.onHandled(group, event);
	}

	onCalled({ commandId }: Passage): void {
		if (commandId !== null) this.orders.onCalled(commandId);
	}

	onMoved(charge: Charge, what: "charged" | "refunded"): void {
		this.money.onMoved(charge, what);
	}

	onAsked(key: string): void {
		this.money.onAsked(key);
	}

	onSaid(key: string, code: string): void {
		this.money.onSaid(key, code);
	}

	onRefused(commandId: string, code: string): void {
		this.orders.onRefused(commandId, code);
	}

	onIntended(intention: Intention): void {
		this.clients.onIntended(intention);
	}

	onAnswered(intention: Intention, reply: ClientReply): void {
		this.clients.onAnswered(intention, reply);
	}

	rankOf(orderId: string, isPayment: boolean): number {
		return this.clients.rankOf(orderId, isPayment);
	}

	onSeen(orderId: string, reply: ClientReply, atLeast: number): void {
		this.clients.onLooked(orderId, reply.body, atLeast);
		this.clients.onSeen(orderId, reply);
	}

	/** What has not ended; empty when everything has. */
	open(): readonly string[] {
		const payments = [...this.money.payments.values()]
			.filter(({ status, isDeferred, isReversing }) => OPEN_PAYMENTS.has(status) || isDeferred || isReversing)
			.map(({ paymentId, status }) => `${paymentId} is ${status}`);
		const orders = [...this.orders.orders.values()]
			.filter(({ status, isCancelRequested }) => OPEN_ORDERS.has(status) || isCancelRequested)
			.map(({ orderId, status }) => `${orderId} is ${status}`);
		const sagas = [...this.orders.sagas.values()]
			.filter(({ status }) => OPEN_SAGAS.has(status))
			.map(({ sagaId, status }) => `${sagaId} is ${status}`);
		const entries = [...this.ledger.missing.keys()].map((cause) => `${cause} has no entry`);
		return [...payments, ...orders, ...sagas, ...entries, ...this.deliveries.missing()];
	}

	/** Everything has ended: now it must fit together. */
	checkEnd(disk: Disk, books: ProviderBooks, rateBps: number): void {
		const { money, orders, goods } = this;
		this.clients.explain();
		checkAgreement({ disk, charges: books.charges.values(), money, orders, goods, rateBps });
	}

	/** Whoever writes with an old token has woken up too late. */
	#payroll({ fencingToken }: Payroll): void {
		must("fenced", fencingToken >= this.#token, () => `token ${fencingToken} writes after token ${this.#token}`);
		this.#token = fencingToken;
	}

	#event({ kind, id }: Commit, event: Envelope): void {
		const key = `${kind} ${id}`;
		const expected = (this.#sequences.get(key) ?? 0) + 1;
		must("history-whole", event.sequence === expected, () => `${key} gets event ${event.sequence}, due is ${expected}`);
		this.#sequences.set(key, expected);
		this.#onEvent(event);
		this.deliveries.onEvent(event);
		this.ledger.onEvent(event);
		if (kind === "payment") this.money.onEvent(event);
		else if (kind === "order") this.orders.onOrderEvent(event);
		else if (kind === "saga") this.orders.onSagaEvent(event);
		else if (kind === "stock" || kind === "points-account") this.goods.onEvent(event);
	}
}
