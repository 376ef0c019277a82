import { join } from "node:path";
import { Client, inParallel, type Answer, type AskOptions } from "./client.ts";
import {
	freePorts,
	launchPlatform,
	startPlatformProcess,
	startTwinProcess,
	type Exit,
	type SystemProcess,
} from "./process.ts";

const AMOUNT = 10_000;
/** The first buyers want goods of which there are fewer; they cost the same. */
const GOODS = { productId: "PROD-TEST-001", quantity: 1 };
/** How many of the buyers want the goods, and how many pieces there are. */
export const GOODS_WANTED = 150;
export const GOODS_THERE = 100;
const AT_A_TIME = 200;
const SETTLE_MS = 100;
/** A payment without an outcome is looked up again after a second. */
const RECONCILE = { RECONCILE_AFTER_SECONDS: "1", RECONCILE_EVERY_SECONDS: "1" };

/** One buyer and everything the platform has told them. */
export interface Buyer {
	readonly number: number;
	/** More than one would mean that a repeated request made a second order. */
	readonly orderIds: Set<string>;
	paymentKey: string | null;
	/** The provider took the money, whatever became of the order. */
	isPaid: boolean;
	/** Sold out before there was an order. */
	isRefused: boolean;
	readonly surprises: string[];
}

/** Buyers, a platform that is killed while it serves them, and a provider that remembers every charge. */
export class CrashRun {
	readonly buyers: readonly Buyer[];
	/** What was acknowledged before a kill and not there, or not the same, after the restart. */
	readonly lost: string[] = [];
	readonly #folder: string;
	readonly #started: SystemProcess[] = [];
	readonly #clients: Client[] = [];
	#ports: readonly number[] = [];
	#system: SystemProcess | null = null;
	#platform = new Client("http://127.0.0.1:9");
	#twin = new Client("http://127.0.0.1:9");
	#token = "";

	constructor(folder: string, buyers: number) {
		this.#folder = folder;
		this.buyers = Array.from({ length: buyers }, (_, number) => ({
			number,
			orderIds: new Set<string>(),
			paymentKey: null,
			isPaid: false,
			isRefused: false,
			surprises: [],
		}));
	}

	/** The platform's data folder. */
	get dataDir(): string {
		return join(this.#folder, "platform");
	}

	get paid(): number {
		return this.buyers.filter(({ isPaid }) => isPaid).length;
	}

	async begin(): Promise<void> {
		this.#ports = await freePorts(3);
		const twin = await startTwinProcess({ dataDir: join(this.#folder, "twin"), port: this.#port(0) });
		this.#started.push(twin);
		this.#twin = this.#client(twin.url);
		await this.restart();
		this.#token = await this.#login("user", "password");
	}

	async restart(): Promise<void> {
		const env = { ...RECONCILE, TOSS_API_URL: `http://127.0.0.1:${this.#port(0)}` };
		this.#system = await startPlatformProcess({ dataDir: this.dataDir, port: this.#port(1), env });
		this.#started.push(this.#system);
		this.#platform = this.#client(this.#system.url);
	}

	/** Everybody buys; the platform is killed once `count` more payments are acknowledged, with the others half done. */
	async buyUntilKilled(count: number): Promise<Exit> {
		const goal = this.paid + count;
		const deaths: Promise<Exit>[] = [];
		const kill = async (): Promise<Exit> => {
			await this.#running.kill();
			return this.#running.exit;
		};
		await inParallel(
			this.buyers.filter(isOpen),
			AT_A_TIME,
			async (buyer) => {
				await this.#buy(buyer, (path, options) => this.#platform.ask("POST", path, options));
				if (this.paid >= goal && deaths.length === 0) deaths.push(kill());
			},
			() => deaths.length > 0,
		);
		const [death] = await Promise.all(deaths);
		if (death === undefined) throw new Error(`only ${this.paid} paid: nothing was left to interrupt`);
		return death;
	}

	/** Reads everything that was acknowledged. */
	async review(): Promise<void> {
		await inParallel(this.buyers, AT_A_TIME, async ({ orderIds, paymentKey, isPaid }) => {
			for (const orderId of orderIds) {
				const order = await this.#read(`/api/orders/${orderId}`);
				if (order["orderId"] !== orderId || order["amount"] !== AMOUNT) this.lost.push(`order ${orderId}`);
				if (!isPaid) continue;
				const payment = await this.#read(`/api/payments/${orderId}`);
				if (!isTaken(payment) || payment["paymentKey"] !== paymentKey)
					this.lost.push(`payment of ${orderId}: ${JSON.stringify(payment)}`);
			}
		});
	}

	/** Everybody sends all requests again, with the same keys, until each is answered. */
	async insist(until: number): Promise<void> {
		const ask = (path: string, options: AskOptions): Promise<Answer> => this.#platform.insist(path, options, until);
		await inParallel(this.buyers, AT_A_TIME, (buyer) => this.#buy(buyer, ask));
	}

	/** Waits until no payment's outcome is unknown, every saga has ended and every event is delivered. */
	async settle(until: number): Promise<void> {
		const token = await this.#login("admin", "admin");
		for (;;) {
			const open = this.buyers.filter(isOpen);
			await inParallel(open, AT_A_TIME, async (buyer) => {
				const [orderId = ""] = buyer.orderIds;
				buyer.isPaid = isTaken(await this.#read(`/api/payments/${orderId}`));
			});
			const { items } = await this.#read("/api/admin/bus", token);
			const groups = items as readonly { readonly lag: number; readonly parked: number }[];
			const { inProgress } = await this.#read("/api/saga/metrics", token);
			if (open.length === 0 && inProgress === 0 && groups.every(({ lag, parked }) => lag + parked === 0)) return;
			if (Date.now() > until)
				throw new Error(`not settled: ${open.length} open, ${String(inProgress)} sagas, ${JSON.stringify(groups)}`);
			await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
		}
	}

	/** What a second process on the same data says, and how it ends. */
	async startSecond(): Promise<{ exit: Exit; output: string }> {
		const second = launchPlatform({
			dataDir: this.dataDir,
			port: this.#port(2),
			env: { TOSS_API_URL: "http://127.0.0.1:9" },
		});
		this.#started.push(second);
		return { exit: await second.exit, output: second.output() };
	}

	/** The order ids of all charges and refunds at the provider, one entry for each. */
	async books(): Promise<Books> {
		const books: Books = { charges: [], refunds: [] };
		for (let after: number | null = 0; after !== null;) {
			const page: Answer = await this.#twin.ask("GET", `/twin/books?after=${after}`);
			for (const side of ["charges", "refunds"] as const)
				for (const { orderId, amount } of page?.body[side] as readonly { orderId: string; amount: number }[])
					books[side].push(amount === AMOUNT ? orderId : `${orderId}: ${amount}`);
			after = (page?.body["next"] ?? null) as number | null;
		}
		return books;
	}

	/** Stops the platform as an operator would; what it printed while it ran. */
	async stop(): Promise<{ exit: Exit; output: string }> {
		return { exit: await this.#running.stop(), output: this.#running.output() };
	}

	async end(): Promise<void> {
		await Promise.all(this.#clients.map((client) => client.close()));
		await Promise.all(this.#started.map((system) => system.kill()));
	}

	get #running(): SystemProcess {
		if (this.#system === null) throw new Error("the platform was not started");
		return this.#system;
	}

	async #buy(buyer: Buyer, ask: Ask): Promise<void> {
		const { number, orderIds } = buyer;
		const common = { token: this.#token, headers: { "x-correlation-id": `crash-${number}` } };
		const body = number < GOODS_WANTED ? GOODS : { productName: `Crash test ${number}`, amount: AMOUNT };
		const order = await ask("/api/orders", { ...common, key: `order-${number}`, body });
		if (isLost(order)) return;
		buyer.isRefused = body === GOODS && order.body["code"] === "OUT_OF_STOCK";
		if (buyer.isRefused) return;
		if (order.status !== 201) buyer.surprises.push(`order: ${JSON.stringify(order)}`);
		const orderId = String(order.body["orderId"]);
		orderIds.add(orderId);
		await this.#pay(buyer, orderId, (path, options) => ask(path, { ...common, ...options }));
	}

	async #pay(buyer: Buyer, orderId: string, ask: Ask): Promise<void> {
		const { number } = buyer;
		buyer.paymentKey ??= await this.#approve(orderId);
		const body = { paymentKey: buyer.paymentKey, orderId, amount: AMOUNT };
		const payment = await ask("/api/payments/confirm", { key: `confirm-${number}`, body });
		if (isLost(payment)) return;
		// Asked again after the refund: what became of it is read at the end.
		const isGivenBack = number < GOODS_WANTED && payment.body["code"] === "INVALID_PAYMENT_STATE";
		if (!isGivenBack && payment.status !== 200 && payment.status !== 202)
			buyer.surprises.push(`payment: ${JSON.stringify(payment)}`);
		if (payment.status === 200) buyer.isPaid = true;
	}

	/** The buyer agrees in the provider's window. */
	async #approve(orderId: string): Promise<string> {
		const session = { orderId, amount: AMOUNT, orderName: "Crash test" };
		const opened = await this.#twin.ask("POST", "/twin/sessions", { body: session });
		const path = `/twin/sessions/${String(opened?.body["sessionId"])}/approve`;
		const approved = await this.#twin.ask("POST", path, { body: {} });
		const paymentKey = approved?.body["paymentKey"];
		if (typeof paymentKey !== "string") throw new Error(`the provider did not approve: ${JSON.stringify(approved)}`);
		return paymentKey;
	}

	async #login(username: string, password: string): Promise<string> {
		const answer = await this.#platform.ask("POST", "/api/auth/login", { body: { username, password } });
		if (answer?.status !== 200) throw new Error(`${username} could not log in: ${JSON.stringify(answer)}`);
		return String(answer.body["accessToken"]);
	}

	async #read(path: string, token = this.#token): Promise<Readonly<Record<string, unknown>>> {
		return (await this.#platform.ask("GET", path, { token }))?.body ?? {};
	}

	#client(url: string): Client {
		const client = new Client(url);
		this.#clients.push(client);
		return client;
	}

	#port(index: number): number {
		return this.#ports[index] ?? 0;
	}
}

type Ask = (path: string, options: AskOptions) => Promise<Answer>;

/** Order ids at the provider. */
export interface Books {
	readonly charges: string[];
	readonly refunds: string[];
}

function isOpen({ isPaid, isRefused }: Buyer): boolean {
	return !isPaid && !isRefused;
}

/** The money was taken; it may be back by now. */
function isTaken({ status }: Readonly<Record<string, unknown>>): boolean {
	return status === "APPROVED" || status === "CANCELLING" || status === "CANCELLED";
}

/** No answer, or one that says nothing about the outcome. */
function isLost(answer: Answer): answer is null {
	return answer === null || answer.status >= 500;
}
