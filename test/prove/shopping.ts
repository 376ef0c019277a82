import { seededRandom } from "../support/hostile/random.ts";
import { travel } from "./journeys.ts";
import type { Buyer, Purchase } from "./purchase.ts";
import type { Recorder } from "./recorder.ts";
import { NoAnswer, Shopper, type Patience, type ShopperPorts } from "./shopper.ts";
import { inParallel, pause, type Wire } from "./wire.ts";

const HASTY: Patience = { tries: 8, pauseMs: 300 };
const STUBBORN: Patience = { tries: 200, pauseMs: 250 };
const AT_ONCE = 48;
const HOLD_MS = 25;
const LOGINS_AT_ONCE = 4;
/** Of the buyers, so many log in anew in the middle of everything, at each order. */
const LOGIN_AGAIN = 0.01;

/** Holds a buyer back until it is their turn. */
export type Turn = (index: number) => boolean;

/** All buyers, each with their purchases. */
export class Shopping {
	readonly #platform: Wire;
	readonly #recorder: Recorder;
	readonly #ports: ShopperPorts;
	readonly #shoppers = new Map<Purchase, Shopper>();
	#patience = HASTY;
	/** Purchases that were begun and whose last request got no answer. */
	readonly unanswered = new Set<Purchase>();
	/** Errors of the run itself. */
	readonly surprises: string[] = [];
	done = 0;

	constructor(platform: Wire, twin: Wire, recorder: Recorder) {
		this.#platform = platform;
		this.#recorder = recorder;
		this.#ports = { platform, twin, recorder, patience: () => this.#patience };
	}

	/** Everybody opens an account and logs in. */
	async enrol(buyers: readonly Buyer[]): Promise<void> {
		this.#patience = STUBBORN;
		await inParallel(buyers, LOGINS_AT_ONCE, async (buyer) => {
			const { username, password, number } = buyer;
			const body = { username, email: `${username}@example.com`, password };
			const signup = await this.#insist("signup", buyer, "/api/auth/signup", body, `signup-${username}`);
			if (signup.status !== 201) throw new Error(`buyer ${number} got no account: ${JSON.stringify(signup)}`);
			await this.login(buyer);
		});
		this.#patience = HASTY;
	}

	async login(buyer: Buyer): Promise<void> {
		const { username, password, number } = buyer;
		const answer = await this.#insist("login", buyer, "/api/auth/login", { username, password });
		if (answer.status !== 200) throw new Error(`buyer ${number} cannot log in: ${JSON.stringify(answer)}`);
		buyer.token = String(answer.body["accessToken"]);
		buyer.userId = String(answer.body["userId"]);
	}

	/** Everybody buys; `mayBegin` says when a purchase's time has come. */
	async open(purchases: readonly Purchase[], mayBegin: Turn): Promise<void> {
		this.#patience = HASTY;
		await inParallel(purchases, AT_ONCE, async (purchase) => {
			while (!mayBegin(purchase.number)) await pause(HOLD_MS);
			await this.#begin(purchase);
			this.done++;
		});
	}

	/** Whoever got no answer asks again with the same keys, but for those who never do. */
	async comeBack(): Promise<void> {
		this.#patience = STUBBORN;
		const returning = [...this.unanswered].filter(({ isForgetful }) => !isForgetful);
		await inParallel(returning, AT_ONCE, (purchase) => this.#visit(purchase));
	}

	async #begin(purchase: Purchase): Promise<void> {
		const { buyer, seed } = purchase;
		if (seededRandom(seed).chance(LOGIN_AGAIN)) await this.login(buyer).catch(() => undefined);
		await this.#visit(purchase);
	}

	async #visit(purchase: Purchase): Promise<void> {
		const shopper = this.#shoppers.get(purchase) ?? new Shopper(this.#ports);
		this.#shoppers.set(purchase, shopper);
		try {
			await travel(shopper, purchase);
			this.unanswered.delete(purchase);
		} catch (error) {
			if (!(error instanceof NoAnswer)) this.surprises.push(`purchase ${purchase.number}: ${String(error)}`);
			this.unanswered.add(purchase);
		}
	}

	async #insist(kind: "signup" | "login", buyer: Buyer, path: string, body: unknown, key?: string) {
		const operation = this.#recorder.open(kind, buyer.number, buyer.username, key ?? `${kind}-${buyer.number}`);
		for (let tries = 0; tries < STUBBORN.tries; tries++) {
			const answer = await this.#platform.ask("POST", path, { body, ...(key === undefined ? {} : { key }) });
			if (this.#recorder.note(operation, answer) !== "unknown" && answer !== null) return answer;
			await pause(this.#patience.pauseMs);
		}
		throw new NoAnswer(`${kind} of buyer ${buyer.number}`);
	}
}
