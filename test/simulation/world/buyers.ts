import type { Kernel } from "../kernel/kernel.ts";
import { between, oneOf, type SeededRandom } from "../kernel/random.ts";
import type { ClientReply, ClientRequest } from "./front-door.ts";
import type { Link, Outcome } from "./link.ts";
import type { ProviderBooks } from "./provider-books.ts";

/** Who hears what clients were told. */
export interface ClientWitness {
	/** Somebody sets out to do something once, under one key. */
	readonly onIntended: (intention: Intention) => void;
	readonly onAnswered: (intention: Intention, reply: ClientReply) => void;
	/** How far an order or its payment was when a client last saw it. */
	readonly rankOf: (orderId: string, isPayment: boolean) => number;
	/** What a client sees when it looks; it must be at least as far as what was seen before the look. */
	readonly onSeen: (orderId: string, reply: ClientReply, atLeast: number) => void;
}

/** Something a client wants to happen once, however often it asks. */
export interface Intention {
	readonly what: "create" | "confirm" | "cancel" | "refund";
	readonly userId: string;
	readonly key: string;
	readonly orderId: string | null;
	readonly amount: number | null;
}

/** What buyers stand on. */
export interface BuyerOptions {
	readonly kernel: Kernel;
	readonly link: Link;
	readonly books: ProviderBooks;
	readonly random: SeededRandom;
	readonly witness: ClientWitness;
	readonly tell: (who: string, what: string) => void;
	/** Everybody wants the scarce product, now. */
	readonly isRush: boolean;
}

/** Pieces of it are scarce. */
export const SCARCE = "PROD-TEST-002";
const PRODUCTS = [SCARCE, SCARCE, "PROD-TEST-001", "code-review", "cloud-hosting", null, "PROD-TEST-003"];
const TRIES_MAX = 4;
const ORDERS_MAX = 2;
const LOOKS = 10;

interface Placed {
	readonly orderId: string;
	readonly amount: number;
}

/** Somebody who orders, pays, doubts, tries again and changes their mind. */
export class Buyer {
	readonly userId: string;
	readonly #options: BuyerOptions;
	#keys = 0;

	constructor(number: number, options: BuyerOptions) {
		this.userId = `USR_BUYER${number}`;
		this.#options = options;
	}

	/** Resolves when the buyer has left. */
	async live(): Promise<void> {
		const { random } = this.#options;
		await this.#pause(random.below(this.#options.isRush ? 1_000 : 10_000));
		const orders = between(random, 1, ORDERS_MAX);
		for (let order = 0; order < orders; order++) {
			const placed = await this.#order();
			if (placed !== null) await this.#decide(placed);
			await this.#pause(random.below(15_000));
		}
	}

	async #order(): Promise<Placed | null> {
		const { random } = this.#options;
		const key = this.#key("create");
		const intention: Intention = { what: "create", userId: this.userId, key, orderId: null, amount: null };
		const params = this.#wish();
		const reply = await this.#insist(intention, { route: "POST /api/orders", params, key, userId: this.userId });
		if (reply?.status !== 201) return null;
		const { orderId, amount } = reply.body as { readonly orderId: string; readonly amount: number };
		if (random.chance(0.2)) await this.#look(orderId);
		return { orderId, amount };
	}

	#wish(): object {
		const { random, isRush } = this.#options;
		const productId = isRush ? SCARCE : oneOf(random, PRODUCTS);
		if (productId === null) return { productName: "무형의 것", amount: between(random, 100, 50_000) };
		if (random.chance(0.25))
			return {
				items: [
					{ productId, quantity: 1 },
					{ productId: "api-monitoring", quantity: between(random, 1, 3) },
				],
			};
		return { productId, quantity: productId === SCARCE ? 1 : between(random, 1, 3) };
	}

	async #decide(placed: Placed): Promise<void> {
		const { random } = this.#options;
		const mood = random.next();
		if (mood < 0.1) return;
		if (mood < 0.2) return this.#cancel(placed);
		await this.#pause(random.below(4_000));
		await this.#pay(placed);
		const after = random.next();
		if (after < 0.25) await this.#cancel(placed);
		else if (after < 0.45) await this.#giveBack(placed);
		if (random.chance(0.5)) await this.#look(placed.orderId);
	}

	async #pay({ orderId, amount }: Placed): Promise<void> {
		const { random, books } = this.#options;
		const key = this.#key("confirm");
		const paymentKey = `pk_${orderId}_${key}`;
		// Impatient people look all the time.
		const looks = random.chance(0.5) ? this.#lookAround(orderId) : null;
		await this.#pause(random.below(3_000));
		books.agree(paymentKey, orderId, amount);
		this.#options.tell(this.userId, `agrees to ${amount} for ${orderId} in the payment window`);
		const asked = random.chance(0.05) ? amount + 1 : amount;
		const request: ClientRequest = {
			route: "POST /api/payments/confirm",
			params: { paymentKey, orderId, amount: asked },
			key,
			userId: this.userId,
		};
		const intention: Intention = { what: "confirm", userId: this.userId, key, orderId, amount: asked };
		const confirmed = this.#insist(intention, request);
		const twin = random.chance(0.2) ? this.#twin(intention, request) : null;
		if (random.chance(0.12)) await this.#cancel({ orderId, amount });
		await confirmed;
		await twin;
		await looks;
		await this.#look(orderId);
	}

	/** A second click, with the same key or a new one. */
	async #twin(intention: Intention, request: ClientRequest): Promise<void> {
		const { random } = this.#options;
		const key = random.chance(0.5) ? request.key : this.#key("confirm");
		await this.#pause(random.below(2_000));
		await this.#insist({ ...intention, key: key ?? "" }, { ...request, key });
	}

	async #cancel({ orderId }: Placed): Promise<void> {
		const { random } = this.#options;
		await this.#pause(random.below(6_000));
		const key = this.#key("cancel");
		await this.#insist(
			{ what: "cancel", userId: this.userId, key, orderId, amount: null },
			{ route: "POST /api/orders/:orderId/cancel", params: { orderId, reason: "변심" }, key, userId: this.userId },
		);
		await this.#look(orderId);
	}

	/** The shop gives a part back, sometimes more than there is. */
	async #giveBack({ orderId, amount }: Placed): Promise<void> {
		const { random } = this.#options;
		for (let times = between(random, 1, 3); times > 0; times--) {
			await this.#pause(random.below(8_000));
			const cancelAmount = random.chance(0.2) ? amount : Math.max(1, Math.floor((amount * between(random, 1, 7)) / 10));
			const key = this.#key("refund");
			await this.#insist(
				{ what: "refund", userId: this.userId, key, orderId, amount: cancelAmount },
				{
					route: "POST /api/payments/:orderId/cancel",
					params: { orderId, cancelReason: "일부 환불", cancelAmount },
					key,
					userId: "USR_ADMIN",
					isAdmin: true,
				},
			);
		}
	}

	async #lookAround(orderId: string): Promise<void> {
		for (let looks = 0; looks < LOOKS; looks++) {
			await this.#pause(this.#options.random.below(400));
			await this.#look(orderId);
		}
	}

	async #look(orderId: string): Promise<void> {
		const { link, witness } = this.#options;
		for (const route of ["GET /api/orders/:orderId", "GET /api/payments/:orderId"] as const) {
			const atLeast = witness.rankOf(orderId, route.includes("payments"));
			const outcome = await link(this.userId, { route, params: { orderId }, key: null, userId: this.userId });
			if (outcome.type === "answered" && outcome.reply.status === 200) witness.onSeen(orderId, outcome.reply, atLeast);
		}
	}

	/** Asks until there is an answer that will not change, or patience ends; null: nothing is known. */
	async #insist(intention: Intention, request: ClientRequest): Promise<ClientReply | null> {
		const { link, random, witness } = this.#options;
		witness.onIntended(intention);
		const tries = between(random, 1, TRIES_MAX);
		for (let attempt = 1; attempt <= tries; attempt++) {
			const outcome = await link(this.userId, request);
			const reply = definite(outcome);
			if (reply !== null) {
				witness.onAnswered(intention, reply);
				return reply;
			}
			await this.#pause(500 + random.below(5_000));
		}
		return null;
	}

	#key(what: string): string {
		return `${what}-${this.userId}-${++this.#keys}`;
	}

	#pause(ms: number): Promise<void> {
		return new Promise((resolve) => this.#options.kernel.later(null, ms, resolve));
	}
}

const NOT_NOW = new Set(["REQUEST_IN_PROGRESS", "PAYMENT_IN_PROGRESS", "CONFLICT"]);

/** An answer that says what happened; a failure of the server says nothing. */
function definite(outcome: Outcome): ClientReply | null {
	if (outcome.type === "unknown" || outcome.reply.status >= 500) return null;
	return NOT_NOW.has(String(outcome.reply.body["code"])) ? null : outcome.reply;
}
