import { between, oneOf, stream, type SeededRandom } from "../kernel/random.ts";
import { NO_FAULTS, type Faults, type Outage } from "./faults.ts";

/** Things that can be left out of a run, to find the shortest story that still fails. */
export const TROUBLES = ["crash", "store", "network", "bus", "provider", "client"] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What is left out of a seed's run. */
export interface Reduction {
	/** Buyers that come; null: all. */
	readonly buyers: readonly number[] | null;
	readonly without: readonly Trouble[];
}

/** Nothing is left out. */
export const WHOLE: Reduction = { buyers: null, without: [] };

/** What a seed stands for. */
export interface Plan {
	readonly seed: number;
	readonly buyers: readonly number[];
	readonly faults: Faults;
	readonly bus: "embedded" | "hostile";
	readonly idleMax: number;
	readonly settings: Readonly<Record<string, string>>;
	/** Pieces of the product that everybody wants. */
	readonly scarce: number;
	/** Everybody wants it at once. */
	readonly isRush: boolean;
	/** Milliseconds until the faults stop. */
	readonly troubledMs: number;
	/** The store behaves, so that every lost race is the process's own fault. */
	readonly isTame: boolean;
	/** Whether processes with a job of their own are paused and killed beside the shop. */
	readonly hasClerks: boolean;
}

const TAME = { lostWrite: 0, lostReply: 0, lostRace: 0, failedRead: 0, afterlife: 0 } as const;
const LIGHT = 0.01;
const HEAVY = 0.06;

/** Draws what a seed stands for. */
export function planOf(seed: number, { buyers, without }: Reduction = WHOLE): Plan {
	const random = stream(seed, "plan");
	const all = Array.from({ length: between(random, 2, 4) }, (_none, index) => index);
	const isTame = random.chance(0.25);
	const drawn = faultsOf(random);
	const faults = isTame ? { ...drawn, store: { ...drawn.store, ...TAME } } : drawn;
	return {
		seed,
		isTame,
		bus: random.chance(0.75) ? "embedded" : "hostile",
		idleMax: oneOf(random, [1, 2, 4, 6, 8, 12, 1_000]),
		scarce: between(random, 1, 4),
		isRush: random.chance(0.3),
		troubledMs: between(random, 20_000, 90_000),
		hasClerks: random.chance(0.25),
		settings: {
			ORDER_EXPIRY_MINUTES: String(between(random, 1, 2)),
			RECONCILE_AFTER_SECONDS: String(between(random, 2, 15)),
			RECONCILE_EVERY_SECONDS: String(between(random, 2, 15)),
		},
		buyers: buyers === null ? all : all.filter((index) => buyers.includes(index)),
		faults: reduced(faults, without),
	};
}

/** Every seed has its own weather: most troubles are absent, some are light, few are heavy. */
function faultsOf(random: SeededRandom): Faults {
	const share = () => oneOf(random, [0, 0, LIGHT, LIGHT, HEAVY]);
	const often = (heavy: number) => oneOf(random, [0, 0, heavy / 3, heavy]);
	return {
		store: {
			lostWrite: share(),
			lostReply: share(),
			lostRace: share(),
			slow: share(),
			failedRead: oneOf(random, [0, 0, 0.003]),
			remote: oneOf(random, [0, 0.3, 1]),
			slowRead: oneOf(random, [0, 0.03, 0.15]),
			afterlife: oneOf(random, [0, 1]),
		},
		network: {
			lost: often(0.2),
			unanswered: often(0.3),
			slow: often(0.3),
			misread: often(0.15),
			held: outageOf(random),
		},
		bus: { dropped: often(0.2), doubled: often(0.2), slow: often(0.2) },
		provider: {
			decline: often(0.3),
			dropped: often(0.2),
			unanswered: often(0.3),
			late: often(0.3),
			wrongAmount: often(0.2),
			lies: often(0.1),
			refusesRefund: often(0.4),
			broken: often(0.2),
			notices: often(0.9),
		},
		clientLost: often(0.3),
		crashes: oneOf(random, [0, 0, 1, 2, 3]),
	};
}

function outageOf(random: SeededRandom): Outage | null {
	if (!random.chance(0.3)) return null;
	const service = oneOf(random, ["points", "points", "inventory", "order", "payment"]);
	const from = between(random, 2_000, 20_000);
	return { service, from, to: from + between(random, 20_000, 70_000) };
}

function reduced(faults: Faults, without: readonly Trouble[]): Faults {
	const has = (trouble: Trouble) => !without.includes(trouble);
	return {
		store: has("store") ? faults.store : NO_FAULTS.store,
		network: has("network") ? faults.network : NO_FAULTS.network,
		bus: has("bus") ? faults.bus : NO_FAULTS.bus,
		provider: has("provider") ? faults.provider : NO_FAULTS.provider,
		clientLost: has("client") ? faults.clientLost : 0,
		crashes: has("crash") ? faults.crashes : 0,
	};
}
