import { parseArgs } from "node:util";
import type { Broker } from "../../deploy/cluster/servers.ts";

/** What one run is asked to do. */
export interface ProveOptions {
	readonly orders: number;
	readonly hasChaos: boolean;
	/** How long the buyers take at least; null lets them buy as fast as they can. */
	readonly seconds: number | null;
	readonly profile: "embedded" | "cluster";
	/** What carries the events of a cluster: Kafka, or NATS JetStream. */
	readonly events: Broker;
	/** What carries the calls of a cluster. */
	readonly transporter: Broker;
	readonly seed: number;
	/** Kills that must have happened; the buyers wait for them. */
	readonly kills: number;
}

/** The command line cannot be understood; the message says what is known. */
export class OptionsError extends Error {}

const ORDERS_MAX = 1_000_000;
const SEED_MAX = 4_294_967_295;
const SECONDS_MAX = 86_400;
/** One kill for so many orders, unless `--kills` says how many. */
const ORDERS_PER_KILL = 90;
const KILLS_MIN = 5;

const PROFILES = ["embedded", "cluster"] as const;
const BROKERS = ["kafka", "nats"] as const;

const USAGE = `npm run prove -- [--orders 2000] [--chaos] [--kills N] [--seconds N] [--profile embedded|cluster] [--events kafka|nats] [--transporter nats|kafka] [--seed N]`;

/** Reads the command line; `freshSeed` is taken when none is given. */
export function readOptions(words: readonly string[], freshSeed: number): ProveOptions {
	const { orders, chaos, seconds, profile, events, transporter, seed, kills } = parsed(words);
	const count = wholeNumber("orders", orders, 1, ORDERS_MAX);
	const usual = Math.max(KILLS_MIN, Math.ceil(count / ORDERS_PER_KILL));
	return {
		orders: count,
		hasChaos: chaos,
		seconds: seconds === undefined ? null : wholeNumber("seconds", seconds, 1, SECONDS_MAX),
		profile: oneOf("profile", profile, PROFILES),
		events: oneOf("events", events, BROKERS),
		transporter: oneOf("transporter", transporter, BROKERS),
		seed: seed === undefined ? freshSeed : wholeNumber("seed", seed, 0, SEED_MAX),
		kills: chaos ? (kills === undefined ? usual : wholeNumber("kills", kills, 0, count)) : 0,
	};
}

function parsed(words: readonly string[]) {
	try {
		return parseArgs({
			args: [...words],
			options: {
				orders: { type: "string", default: "2000" },
				chaos: { type: "boolean", default: false },
				seconds: { type: "string" },
				profile: { type: "string", default: "embedded" },
				events: { type: "string", default: "kafka" },
				transporter: { type: "string", default: "nats" },
				seed: { type: "string" },
				kills: { type: "string" },
			},
		}).values;
	} catch (error) {
		throw new OptionsError(`${(error as Error).message}\n${USAGE}`);
	}
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
	throw new OptionsError(`--${name} is a whole number from ${min} to ${max}.\n${USAGE}`);
}

function oneOf<Value extends string>(name: string, text: string, known: readonly Value[]): Value {
	const value = known.find((each) => each === text);
	if (value === undefined) throw new OptionsError(`--${name} is ${known.join(" or ")}.\n${USAGE}`);
	return value;
}
