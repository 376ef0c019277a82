import type { Intention } from "../world/buyers.ts";
import type { ClientReply } from "../world/front-door.ts";
import type { Money, PaymentModel } from "./money.ts";
import type { Orders } from "./orders.ts";
import { must } from "./violation.ts";

interface Story {
	readonly intention: Intention;
	/** The answer that will not change; null while nothing is known. */
	reply: ClientReply | null;
}

/** How far a status is on its way; a client never sees one that lies before one it has seen. */
const ORDER_RANKS: Readonly<Record<string, number>> = {
	CREATED: 0,
	PENDING: 0,
	PAID: 1,
	CONFIRMED: 2,
	COMPLETED: 3,
	FAILED: 4,
	CANCELLED: 4,
};
const PAYMENT_RANKS: Readonly<Record<string, number>> = {
	PENDING: 0,
	APPROVING: 1,
	APPROVED: 2,
	CANCELLING: 2,
	FAILED: 3,
	EXPIRED: 3,
	CANCELLED: 3,
};

/** What clients wanted, what they were told, and whether it is so. */
export class Clients {
	readonly #money: Money;
	readonly #orders: Orders;
	readonly #stories = new Map<string, Story>();
	readonly #ranks = new Map<string, number>();

	constructor(money: Money, orders: Orders) {
		this.#money = money;
		this.#orders = orders;
	}

	onIntended(intention: Intention): void {
		if (!this.#stories.has(intention.key)) this.#stories.set(intention.key, { intention, reply: null });
	}

	onAnswered({ key, what, orderId }: Intention, reply: ClientReply): void {
		const story = this.#stories.get(key);
		if (story === undefined) return;
		const before = story.reply;
		const isSame = before === null || saidBy(before) === saidBy(reply);
		must("acknowledged", isSame, () => `${key} was answered ${before?.status ?? ""}, and now ${reply.status}`);
		story.reply = reply;
		if (reply.status >= 400) return;
		if (what === "create") this.#mustExist(String(reply.body["orderId"]));
		else if (orderId !== null) this.#hold(orderId, reply.body);
	}

	onSeen(orderId: string, { body }: ClientReply): void {
		this.#hold(orderId, body);
	}

	/** Orders that no intention explains, or that an answer speaks of and that are not there. */
	explain(): void {
		const stories = [...this.#stories.values()].filter(({ intention }) => intention.what === "create");
		const users = new Set(stories.map(({ intention }) => intention.userId));
		for (const userId of users) {
			const own = stories.filter(({ intention }) => intention.userId === userId);
			const made = own.filter(({ reply }) => reply?.status === 201).length;
			const open = own.filter(({ reply }) => reply === null).length;
			const orders = [...this.#orders.orders.values()].filter((order) => order.userId === userId).length;
			const isExplained = orders >= made && orders <= made + open;
			must(
				"explained",
				isExplained,
				() => `${userId} has ${orders} orders of ${made} answered and ${open} unanswered wishes`,
			);
		}
		for (const story of this.#stories.values()) this.#explainMoney(story);
	}

	/** The payment of an order. */
	paymentOf(orderId: string): PaymentModel | undefined {
		return [...this.#money.payments.values()].find((payment) => payment.orderId === orderId);
	}

	#explainMoney({ intention, reply }: Story): void {
		const { what, orderId, key } = intention;
		if (orderId === null || reply === null) return;
		const payment = this.paymentOf(orderId) ?? NO_PAYMENT;
		if (what === "confirm") explainConfirm(key, reply, payment);
		if (what === "cancel" && reply.status < 300) this.#mustEnd(orderId, key, payment);
		if (what === "refund") explainRefund(key, reply, payment);
	}

	/** A cancellation that was accepted ends the order, unless the provider refuses to give money back. */
	#mustEnd(orderId: string, key: string, payment: Paid): void {
		const order = this.#orders.orders.get(orderId);
		const isOver = order?.status === "CANCELLED" || order?.status === "FAILED";
		must(
			"acknowledged",
			isOver || payment.approved > 0,
			() => `${key} was accepted, and ${orderId} is ${order?.status ?? "gone"}`,
		);
	}

	#mustExist(orderId: string): void {
		must("acknowledged", this.#orders.orders.has(orderId), () => `${orderId} was answered, and is not on the disk`);
	}

	/** A status that was shown has really been reached, and none before it is shown later. */
	#hold(orderId: string, body: ClientReply["body"]): void {
		const { place, rank, ranks, status } = shownBy(orderId, body);
		const now = ranks === PAYMENT_RANKS ? this.paymentOf(orderId) : this.#orders.orders.get(orderId);
		const reached = now === undefined ? -1 : rankIn(ranks, now.status);
		must(
			"acknowledged",
			rank <= reached,
			() => `the ${place} is shown as ${status}, and is ${now?.status ?? "not there"}`,
		);
		this.#ranks.set(place, Math.max(rank, this.#ranks.get(place) ?? 0));
	}

	/** What a client sees now, against what it has seen when it asked. */
	rankOf(orderId: string, isPayment: boolean): number {
		return this.#ranks.get(`${isPayment ? "payment" : "order"} of ${orderId}`) ?? -1;
	}

	/** A look that began after an answer must not show less than the answer did. */
	onLooked(orderId: string, body: ClientReply["body"], atLeast: number): void {
		const { rank, status } = shownBy(orderId, body);
		must("acknowledged", rank >= atLeast, () => `${orderId} is shown as ${status} after it was shown further on`);
	}
}

/** What an answer says for good. A status may have moved on, and a refusal names its own request. */
function saidBy({ status, body }: ClientReply): string {
	const word = status < 300 ? body["orderId"] : body["code"];
	return `${Math.floor(status / 100)} ${typeof word === "string" ? word : ""}`;
}

type Paid = Pick<PaymentModel, "approved" | "intents" | "status">;
const NO_PAYMENT: Paid = { approved: 0, intents: new Map(), status: "gone" };

function explainConfirm(key: string, { status, body }: ClientReply, payment: Paid): void {
	if (status === 200)
		must(
			"acknowledged",
			payment.approved > 0,
			() => `${key} was told ${String(body["status"])}, and nothing was charged`,
		);
	if (body["code"] === "PAYMENT_DECLINED")
		must("acknowledged", payment.approved === 0, () => `${key} was declined, and the payment is ${payment.status}`);
}

/** A wish that was accepted while the approval was open is asked for once that is resolved; the provider may refuse it. */
function explainRefund(key: string, { status, body }: ClientReply, { approved, intents }: Paid): void {
	if (status !== 202 || body["status"] !== "APPROVING") return;
	must(
		"acknowledged",
		approved === 0 || intents.size > 1,
		() => `${key} was accepted while approving, and never asked for`,
	);
}

function shownBy(orderId: string, body: ClientReply["body"]) {
	const isPayment = "paymentId" in body;
	const ranks = isPayment ? PAYMENT_RANKS : ORDER_RANKS;
	const status = typeof body["status"] === "string" ? body["status"] : "";
	return { place: `${isPayment ? "payment" : "order"} of ${orderId}`, ranks, status, rank: rankIn(ranks, status) };
}

function rankIn(ranks: Readonly<Record<string, number>>, status: string): number {
	return ranks[status] ?? 0;
}
