import { seededRandom } from "../support/hostile/random.ts";
import { compare, type Findings } from "./balances.ts";
import { Chaos, type Damage } from "./chaos.ts";
import { askDoctor, type Diagnosis } from "./doctor.ts";
import { drain, type Drained } from "./drain.ts";
import { gather, shelvesOf } from "./evidence.ts";
import { mendProvider, spoilProvider } from "./faults.ts";
import { marketOf } from "./market.ts";
import { remember, type Remembered } from "./memory.ts";
import type { ProveOptions } from "./options.ts";
import type { Buyer } from "./purchase.ts";
import { Recorder, type Kind, type Tally } from "./recorder.ts";
import { damageIn } from "./remains.ts";
import { Shopping } from "./shopping.ts";
import type { Topology } from "./topology.ts";
import { Wire } from "./wire.ts";

/** Everything a run has found out. */
export interface Verdict {
	readonly options: ProveOptions;
	readonly requests: Tally;
	readonly byKind: ReadonlyMap<Kind, Tally>;
	readonly codes: ReadonlyMap<string, number>;
	readonly buyers: number;
	readonly orders: number;
	readonly charges: { readonly count: number; readonly amount: number };
	readonly refunds: { readonly count: number; readonly amount: number };
	readonly damage: Damage;
	readonly drained: Drained;
	/** From the end of the faults until everything had an end, in ms. */
	readonly recoveryMs: number;
	readonly findings: Findings;
	readonly memory: Remembered;
	readonly doctor: Diagnosis;
	/** How each process ended when it was asked to. */
	readonly stops: readonly { readonly name: string; readonly code: number | null; readonly ms: number }[];
	/** Rows of the data file that are not what was written. */
	readonly damagedRows: readonly string[];
	/** Errors that the processes printed and the run did not expect. */
	readonly surprises: readonly string[];
	readonly seconds: number;
}

/** Whom the run tells how far it is. */
export type OnProgress = (share: number, text: string) => void;

const BUYER_PATIENCE_MS = 6_000;
const AUDITOR_PATIENCE_MS = 30_000;
const DRAIN_MAX_MS = 180_000;
const CHAOS_SEED_OFFSET = 7_919;
/** Printed by the platform only when something is wrong with itself. */
const SURPRISE =
	/.*(?:TypeError|ReferenceError|Unhandled|nobody listened|heap out of memory|SQLITE_CORRUPT|is cut short).*/g;
const SURPRISES_MAX = 20;

/** Runs the whole proof on a topology; always ends what it has started. */
export async function prove(options: ProveOptions, topology: Topology, onProgress: OnProgress): Promise<Verdict> {
	const run = new Run(options, topology, onProgress);
	try {
		return await run.go();
	} finally {
		await run.end();
	}
}

class Run {
	readonly #options: ProveOptions;
	readonly #topology: Topology;
	readonly #onProgress: OnProgress;
	readonly #buyersWire: Wire;
	readonly #platform: Wire;
	readonly #twin: Wire;
	readonly #recorder = new Recorder();
	readonly #shopping: Shopping;
	readonly #chaos: Chaos;

	constructor(options: ProveOptions, topology: Topology, onProgress: OnProgress) {
		this.#options = options;
		this.#topology = topology;
		this.#onProgress = onProgress;
		this.#buyersWire = new Wire(() => topology.buyersUrl, BUYER_PATIENCE_MS);
		this.#platform = new Wire(() => topology.platformUrl(), AUDITOR_PATIENCE_MS);
		this.#twin = new Wire(() => topology.twinUrl(), BUYER_PATIENCE_MS);
		this.#shopping = new Shopping(this.#buyersWire, this.#twin, this.#recorder);
		this.#chaos = new Chaos(topology, seededRandom(options.seed + CHAOS_SEED_OFFSET), options.kills);
	}

	async go(): Promise<Verdict> {
		const startedAt = Date.now();
		const { orders, seed } = this.#options;
		const { buyers, purchases } = marketOf(orders, seed);
		this.#onProgress(0, "starting the system");
		await this.#topology.start();
		this.#onProgress(0, `${buyers.length} buyers open their accounts`);
		await this.#shopping.enrol(buyers);
		const before = await shelvesOf(this.#platform, await this.#admin());
		await this.#shop(() => this.#shopping.open(purchases, this.#turns()));
		const calmAt = Date.now();
		this.#onProgress(1, `${this.#shopping.unanswered.size} buyers come back for an answer`);
		await this.#shopping.comeBack();
		await Promise.all(buyers.map((buyer) => this.#shopping.login(buyer)));
		const drained = await this.#drain(buyers);
		const recoveryMs = Date.now() - calmAt;
		this.#onProgress(1, "reading everything back");
		const admin = await this.#admin();
		const evidence = await gather(this.#platform, this.#twin, buyers, admin);
		const waiting = new Set(drained.waiting);
		const findings = compare(evidence, before, waiting);
		this.#onProgress(1, "the doctor looks at everything");
		const doctor = await askDoctor(this.#platform, admin, waiting);
		const stops = await this.#topology.stop();
		return {
			options: this.#options,
			requests: this.#recorder.total(),
			byKind: this.#recorder.tallies,
			codes: this.#recorder.codes,
			buyers: buyers.length,
			orders: evidence.orders.size,
			charges: sumOf(evidence.charges),
			refunds: sumOf(evidence.refunds),
			damage: this.#chaos.damage,
			drained,
			recoveryMs,
			findings,
			memory: remember(this.#recorder.operations, purchases, evidence),
			doctor,
			stops,
			damagedRows: await damageIn(this.#topology.dataFiles()),
			surprises: [...this.#shopping.surprises, ...this.#printed()].slice(0, SURPRISES_MAX),
			seconds: Math.round((Date.now() - startedAt) / 1_000),
		};
	}

	async end(): Promise<void> {
		await this.#chaos.stop().catch(() => undefined);
		await this.#topology.end();
		await Promise.all([this.#buyersWire.close(), this.#platform.close(), this.#twin.close()]);
	}

	/** Runs `work` in the middle of everything that can go wrong, and mends it afterwards. */
	async #shop(work: () => Promise<void>): Promise<void> {
		if (this.#options.hasChaos) {
			await spoilProvider(this.#twin);
			this.#chaos.start(() => this.#share());
		}
		await work();
		await this.#chaos.stop();
		await mendProvider(this.#twin);
	}

	/** A buyer begins when the time has come, and the kills have kept up. */
	#turns(): (index: number) => boolean {
		const { orders, seconds } = this.#options;
		const startedAt = Date.now();
		return (index) => {
			this.#tellProgress();
			const isTime = seconds === null || Date.now() - startedAt >= (index / orders) * seconds * 1_000;
			return isTime && this.#chaos.keepsUpWith(index / orders);
		};
	}

	#share(): number {
		return this.#shopping.done / this.#options.orders;
	}

	#tellProgress(): void {
		const { kills, cuts, pauses } = this.#chaos.damage;
		const { unknown } = this.#recorder.total();
		const done = `${this.#shopping.done}/${this.#options.orders} purchases`;
		this.#onProgress(this.#share(), `${done}  kills ${kills}  cuts ${cuts}  pauses ${pauses}  unknown ${unknown}`);
	}

	async #drain(buyers: readonly Buyer[]): Promise<Drained> {
		return drain({
			platform: this.#platform,
			buyers,
			admin: await this.#admin(),
			maxMs: DRAIN_MAX_MS,
			onLook: (open) => this.#onProgress(1, `${open} things are still open`),
		});
	}

	async #admin(): Promise<string> {
		const body = { username: "admin", password: "admin" };
		const answer = await this.#platform.ask("POST", "/api/auth/login", { body });
		if (answer?.status !== 200) throw new Error(`the administrator cannot log in: ${JSON.stringify(answer)}`);
		return String(answer.body["accessToken"]);
	}

	#printed(): string[] {
		return this.#topology.nodes.flatMap((node) =>
			[...node.output().matchAll(SURPRISE)].map(([line]) => `${node.name}: ${line.slice(0, 200)}`),
		);
	}
}

function sumOf(movements: readonly { readonly amount: number }[]): { count: number; amount: number } {
	return { count: movements.length, amount: movements.reduce((sum, { amount }) => sum + amount, 0) };
}
