import { readSettings, type Settings } from "../../../mixins/config/settings.ts";
import type { Commit, Store } from "../../../mixins/store/port.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { BusDisk } from "../../support/hostile/bus-disk.ts";
import { Kernel } from "../kernel/kernel.ts";
import { stream, type SeededRandom } from "../kernel/random.ts";
import type { Trace } from "../kernel/trace.ts";
import { Oracle } from "../oracle/oracle.ts";
import { Buyer, SCARCE } from "./buyers.ts";
import { Clerks } from "./clerks.ts";
import { Disk } from "./disk.ts";
import { NO_FAULTS, type Faults } from "./faults.ts";
import { linkTo, type Link } from "./link.ts";
import type { Plan } from "./plan.ts";
import { ProviderBooks } from "./provider-books.ts";
import { openShop, type Shop } from "./shop.ts";

/** What a bug may change about a world, beside the sources. */
export interface Tampering {
	readonly wrapStore?: (store: Store) => Store;
}

const START = Date.parse("2030-01-07T00:00:00.000Z");
const DOWN_MAX_MS = 15_000;
const BOOT_MAX_MS = 60_000;
const SEEDED = 50;
const NOTICE_EVERY_MS = 4_000;

/** One disk, one provider, buyers, and processes that come and go. */
export class World {
	readonly kernel: Kernel;
	readonly oracle: Oracle;
	readonly disk = new Disk();
	readonly books: ProviderBooks;
	readonly settings: Settings;
	shop: Shop | null = null;
	/** Buyers that have not left. */
	buyers = 0;
	/** Crashes so far. */
	crashes = 0;
	readonly #plan: Plan;
	readonly #trace: Trace;
	readonly #tampering: Tampering;
	readonly #busDisk = new BusDisk();
	readonly #link: Link;
	#faults: Faults = NO_FAULTS;
	#booted = 0;
	#troubledAt = START;
	#clerks: Clerks | null = null;

	constructor(plan: Plan, trace: Trace, tampering: Tampering) {
		this.#plan = plan;
		this.#trace = trace;
		this.#tampering = tampering;
		this.kernel = new Kernel(START, this.#stream("kernel"), trace);
		this.books = new ProviderBooks(() => new Date(this.kernel.now).toISOString());
		this.settings = settingsOf(plan);
		this.oracle = heeded(new Oracle((event) => this.#tellEvent(event)), (error) => this.fail(error));
		this.disk.onCommitted = (item) => this.oracle.onCommitted(item);
		this.books.onMoved = (charge, what) => this.oracle.onMoved(charge, what);
		this.#link = linkTo({
			kernel: this.kernel,
			random: this.#stream("link"),
			lost: () => this.#faults.clientLost,
			shop: () => this.shop,
			tell: (who, what) => this.tell(who, what),
		});
	}

	tell(who: string, what: string): void {
		this.#trace.tell(this.kernel.now - START, who, what);
	}

	/** Everything goes wrong from now on that the plan wants. */
	trouble(): void {
		this.#faults = this.#plan.faults;
		this.#troubledAt = this.kernel.now;
		const random = this.#stream("crash");
		if (this.#plan.hasClerks) this.#hire();
		for (let crash = 0; crash < this.#plan.faults.crashes; crash++)
			this.kernel.later(null, random.below(this.#plan.troubledMs), () => this.#strike(random));
	}

	/** Nothing goes wrong any more. */
	calm(): void {
		this.tell("world", "the faults stop");
		this.#clerks?.stop();
		this.#faults = NO_FAULTS;
	}

	/** The first process comes up, on an empty disk. */
	async open(): Promise<void> {
		await this.#boot();
		const delta = this.#plan.scarce - SEEDED;
		await this.shop?.broker.call(
			"inventory.adjust",
			{ productId: SCARCE, delta },
			{ headers: { commandId: "scarce" } },
		);
	}

	/** Buyers come, and notices of the provider with them. */
	invite(): void {
		for (const number of this.#plan.buyers) {
			const { kernel, books, oracle: witness } = this;
			const random = this.#stream(`buyer ${number}`);
			const tell = (who: string, what: string) => this.tell(who, what);
			this.buyers++;
			const { isRush } = this.#plan;
			void new Buyer(number, { kernel, books, witness, random, tell, isRush, link: this.#link }).live().then(
				() => this.buyers--,
				(error: unknown) => this.fail(error),
			);
		}
		this.#notice(this.#stream("notices"));
	}

	/** What has not ended; empty when everything has. */
	unfinished(): readonly string[] {
		if (this.buyers > 0) return ["buyers are still there"];
		return this.shop === null ? ["no process serves"] : this.oracle.open();
	}

	/** A dead event is tried again, as an operator would. */
	async operate(): Promise<void> {
		if (this.shop === null) return;
		const { bus } = this.shop.runtime;
		for (const { group, dead } of await bus.status()) {
			const parked = dead === 0 ? [] : await bus.parked(group, 100);
			for (const { id } of parked.filter(({ isDead }) => isDead)) await bus.replay(id);
		}
	}

	#hire(): void {
		const { kernel, disk, settings } = this;
		const streamOf = (part: string) => this.#stream(part);
		const faults = () => this.#faults;
		const tell = (who: string, what: string) => this.tell(who, what);
		this.#clerks = new Clerks({ kernel, disk, settings, streamOf, faults, tell });
		this.#clerks.start();
	}

	#stream(name: string): SeededRandom {
		return stream(this.#plan.seed, name);
	}

	/** The process dies, at once or when it is next at the disk, and another one comes up later. */
	#strike(random: SeededRandom): void {
		const { shop } = this;
		if (shop === null) return;
		this.crashes++;
		this.tell(shop.owner.name, "CRASH");
		shop.crash();
		this.shop = null;
		this.kernel.later(
			null,
			random.below(DOWN_MAX_MS),
			() => void this.#boot().catch((error: unknown) => this.fail(error)),
		);
	}

	async #boot(): Promise<void> {
		const name = `shop-${++this.#booted}`;
		const { kernel, disk, books, settings, oracle: witness } = this;
		const { bus, idleMax } = this.#plan;
		const shop = openShop({
			...{ name, kernel, disk, books, settings, witness, bus, idleMax },
			...this.#tampering,
			...(this.#plan.isTame ? { onConflict: (item: Commit) => witness.onConflict(item) } : {}),
			busDisk: this.#busDisk,
			streamOf: (part) => this.#stream(`${name} ${part}`),
			faults: () => this.#faults,
			troubledAt: () => this.#troubledAt,
			tell: (who, what) => this.tell(who, what),
		});
		const isUp = await this.#started(shop);
		if (isUp) {
			this.shop = shop;
			this.tell(name, "serves");
			return;
		}
		this.tell(name, "does not come up, and is started again");
		shop.crash();
		await this.#boot();
	}

	/** A start that fails, or takes for ever, is a process that ends. */
	#started(shop: Shop): Promise<boolean> {
		return new Promise((resolve) => {
			this.kernel.later(null, BOOT_MAX_MS, () => resolve(false));
			shop.start().then(
				() => resolve(true),
				() => resolve(false),
			);
		});
	}

	/** The provider's notices: late, repeated, and some that nobody has sent. */
	#notice(random: SeededRandom): void {
		this.kernel.later(null, random.below(NOTICE_EVERY_MS), () => {
			if (this.#faults !== NO_FAULTS) this.#notice(random);
			const charges = [...this.books.charges.values()];
			const charge = charges[random.below(Math.max(1, charges.length))];
			if (charge === undefined || !random.chance(this.#faults.provider.notices)) return;
			const { paymentKey, orderId } = charge;
			const data = { paymentKey, orderId, status: random.chance(0.3) ? "DONE" : charge.status };
			const params = { eventType: "PAYMENT_STATUS_CHANGED", data };
			void this.#link("notice", { route: "POST /api/payments/webhook/toss", params, key: null, userId: null });
		});
	}

	#tellEvent({ type, subject, sequence, data }: Envelope): void {
		const { amount, step, direction, errorCode, points, quantity } = data as Readonly<Record<string, unknown>>;
		const facts = [step, direction, errorCode, amount, points, quantity].flatMap((fact) =>
			typeof fact === "string" || typeof fact === "number" ? [String(fact)] : [],
		);
		this.tell("disk", `${type} ${subject} #${sequence} ${facts.join(" ")}`);
	}

	/** Something went wrong that may not: the run is over. */
	fail(error: unknown): void {
		this.kernel.failure ??= error instanceof Error ? error : new Error(String(error));
	}
}

/** What the oracle says ends the run, even if the one who asked it swallows the error. */
function heeded(oracle: Oracle, fail: (error: unknown) => void): Oracle {
	return new Proxy(oracle, {
		get(target, name) {
			const value: unknown = Reflect.get(target, name, target);
			if (typeof value !== "function") return value;
			return (...words: unknown[]): unknown => {
				try {
					return value.apply(target, words) as unknown;
				} catch (error) {
					fail(error);
					throw error;
				}
			};
		},
	});
}

function settingsOf(plan: Plan): Settings {
	return readSettings({
		NODE_ENV: "test",
		PORT: "0",
		DATA_DIR: ":memory:",
		LOG_LEVEL: "fatal",
		RATE_LIMIT_API: "off",
		RATE_LIMIT_LOGIN: "off",
		MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
		TOSS_API_URL: "http://127.0.0.1:1",
		CHECKOUT_SAGA: "true",
		...plan.settings,
	});
}
