import { Client, type Answer } from "./client.ts";
import { temporaryFolder } from "./broker.ts";
import { freePorts, startPlatformProcess, type Exit, type SystemProcess } from "./process.ts";

export type Facts = Readonly<Record<string, unknown>>;

/** A charge or refund in the provider's own books. */
export interface Movement {
	readonly paymentKey: string;
	readonly orderId: string;
	readonly amount: number;
}

const CONDITION_MAX_MS = 15_000;
const PROBE_MS = 50;

/** The whole system with its Toss Twin in a process of its own, on a folder of its own, over real HTTP. */
export class System {
	readonly #folder = temporaryFolder();
	readonly #env: Readonly<Record<string, string>>;
	readonly #outputs: string[] = [];
	#ports: readonly number[] = [];
	#process: SystemProcess | null = null;
	platform = new Client("http://127.0.0.1:9");
	twin = new Client("http://127.0.0.1:9");

	constructor(env: Readonly<Record<string, string>> = {}) {
		this.#env = env;
	}

	get url(): string {
		return `http://127.0.0.1:${this.#ports[0] ?? 0}`;
	}

	get twinUrl(): string {
		return `http://127.0.0.1:${this.#ports[1] ?? 0}`;
	}

	get dataDir(): string {
		return this.#folder.path;
	}

	async start(): Promise<void> {
		if (this.#ports.length === 0) this.#ports = await freePorts(2);
		await this.#closeClients();
		const [port = 0, twinPort = 0] = this.#ports;
		const env = { TOSS_TWIN_PORT: String(twinPort), ...this.#env };
		this.#process = await startPlatformProcess({ dataDir: this.dataDir, port, env });
		this.platform = new Client(this.url);
		this.twin = new Client(this.twinUrl);
	}

	/** SIGKILL; the signal is sent before this returns its promise. */
	async kill(): Promise<void> {
		const killed = this.#running.kill();
		this.#outputs.push(this.#running.output());
		await killed;
	}

	/** Stops as an operator would and removes the data. */
	async end(): Promise<Exit | null> {
		const exit = (await this.#process?.stop()) ?? null;
		await this.#closeClients();
		this.#folder.remove();
		return exit;
	}

	/** SIGTERM; the data stays. */
	async stop(): Promise<Exit> {
		return this.#running.stop();
	}

	/** Everything the processes printed so far. */
	output(): string {
		return [...this.#outputs, this.#running.output()].join("");
	}

	async login(username = "user", password = "password"): Promise<string> {
		return String((await this.loginAnswer(username, password))["accessToken"]);
	}

	async loginAnswer(username: string, password: string): Promise<Facts> {
		return bodyOf(await this.platform.ask("POST", "/api/auth/login", { body: { username, password } }), 200);
	}

	/** A new account, logged in. */
	async member(username: string, password = "correct horse battery"): Promise<{ userId: string; token: string }> {
		const body = { username, email: `${username}@example.com`, password };
		bodyOf(await this.platform.ask("POST", "/api/auth/signup", { body }), 201);
		const { userId, accessToken } = await this.loginAnswer(username, password);
		return { userId: String(userId), token: String(accessToken) };
	}

	/** An order of something outside the catalogue. */
	async order(token: string, amount = 10_000, options: Facts = {}): Promise<string> {
		const body = { productName: "시험 상품", amount, ...options };
		return String(bodyOf(await this.platform.ask("POST", "/api/orders", { token, body }), 201)["orderId"]);
	}

	/** The buyer agrees in the provider's window; answers the payment key. */
	async approve(orderId: string, amount = 10_000): Promise<string> {
		const opened = await this.twin.ask("POST", "/twin/sessions", { body: { orderId, amount, orderName: "시험 상품" } });
		const { sessionId } = bodyOf(opened, 201);
		return String(
			bodyOf(await this.twin.ask("POST", `/twin/sessions/${String(sessionId)}/approve`, { body: {} }), 200)[
				"paymentKey"
			],
		);
	}

	/** A paid order. */
	async purchase(token: string, amount = 10_000): Promise<{ orderId: string; paymentKey: string }> {
		const orderId = await this.order(token, amount);
		const paymentKey = await this.approve(orderId, amount);
		const body = { paymentKey, orderId, amount };
		bodyOf(await this.platform.ask("POST", "/api/payments/confirm", { token, body }), 200);
		return { orderId, paymentKey };
	}

	async read(path: string, token?: string): Promise<Facts> {
		return bodyOf(await this.platform.ask("GET", path, token === undefined ? {} : { token }), 200);
	}

	/** What the provider really did with an order's money. */
	async books(orderId: string): Promise<{ charges: readonly Movement[]; refunds: readonly Movement[] }> {
		const books = bodyOf(await this.twin.ask("GET", "/twin/books"), 200);
		const of = (name: string): Movement[] =>
			(books[name] as readonly Movement[]).filter((movement) => movement.orderId === orderId);
		return { charges: of("charges"), refunds: of("refunds") };
	}

	/** Something will go wrong at the provider. */
	async fault(fault: Facts): Promise<void> {
		bodyOf(await this.twin.ask("POST", "/twin/faults", { body: fault }), 201);
	}

	/** Reads until the answer is as wanted; the last one when it never is. */
	async until(path: string, token: string, isWanted: (body: Facts) => boolean): Promise<Facts> {
		const deadline = Date.now() + CONDITION_MAX_MS;
		for (;;) {
			const body = await this.read(path, token);
			if (isWanted(body) || Date.now() > deadline) return body;
			await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
		}
	}

	get #running(): SystemProcess {
		if (this.#process === null) throw new Error("the system was not started");
		return this.#process;
	}

	async #closeClients(): Promise<void> {
		await Promise.all([this.platform.close(), this.twin.close()]);
	}
}

/** The body of an answer that has to have this status. */
export function bodyOf(answer: Answer, status: number): Facts {
	if (answer?.status !== status) throw new Error(`expected ${status}, got ${JSON.stringify(answer)}`);
	return answer.body;
}
