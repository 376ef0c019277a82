import { Errors } from "moleculer";
import type { Clock } from "../../../mixins/clock/port.ts";
import { between, type SeededRandom } from "../kernel/random.ts";
import type { Passage } from "./broker.ts";
import type { Faults } from "./faults.ts";

/** Who sees what is asked of services. */
export interface CallWitness {
	readonly onCalled: (passage: Passage) => void;
	/** The callee has refused with a code of its own. */
	readonly onRefused: (commandId: string, code: string) => void;
}

/** What makes calls worse. */
export interface PassageOptions {
	readonly clock: Clock;
	readonly random: SeededRandom;
	readonly faults: () => Faults;
	readonly witness: CallWitness;
	/** Clock milliseconds at which the trouble began. */
	readonly troubledAt: () => number;
	readonly tell: (what: string) => void;
}

const SLOW_MAX_MS = 90_000;
const HELD_MAX_MS = 2_000;
/**
 * A refused order is not remembered: one that was asked for twice, refused, and arrives a minute late is made and
 * expires unpaid. That is known and harmless, so a new order comes within the patience of whoever asks for it.
 */
const CREATE_MAX_MS = 9_000;
/** Calls that sagas and sweeps make to other services; only these travel. */
const TRAVELLING = /^(inventory|points|payment|order)\./;

/** Calls between services: some are lost, late, unanswered, or met by an older version that cannot read them. */
export function troubledCalls(options: PassageOptions): (passage: Passage) => Promise<unknown> {
	const { random, faults, tell } = options;
	return (passage) => {
		const { action, commandId } = passage;
		if (commandId === null || !TRAVELLING.test(action)) return passage.perform();
		if (commandId.startsWith("SAG_") && random.chance(faults().network.misread)) {
			tell(`${action} ${commandId} is not understood`);
			return Promise.reject(new Errors.ValidationError("Parameters validation error!", "VALIDATION_ERROR", []));
		}
		const fate = limited(action, heldFor(options, action) ?? fateOf(options));
		if (fate !== "fine") tell(`${action} ${commandId}: ${typeof fate === "number" ? `${fate} ms late` : fate}`);
		return timed(options, passage, fate);
	};
}

function limited(action: string, fate: Fate): Fate {
	return action === "order.create" && typeof fate === "number" ? Math.min(fate, CREATE_MAX_MS) : fate;
}

/** How long a call waits for its service to be reachable again; null when it is. */
function heldFor({ clock, random, faults, troubledAt }: PassageOptions, action: string): number | null {
	const { held } = faults().network;
	if (held === null || !action.startsWith(`${held.service}.`)) return null;
	const now = clock.now() - troubledAt();
	return now >= held.from && now < held.to ? held.to - now + random.below(HELD_MAX_MS) : null;
}

/** A number is a delay in milliseconds. */
type Fate = "fine" | "lost" | "unanswered" | number;

function fateOf({ random, faults }: PassageOptions): Fate {
	const { lost, unanswered, slow } = faults().network;
	if (random.chance(lost)) return "lost";
	if (random.chance(unanswered)) return "unanswered";
	return random.chance(slow) ? between(random, 1, SLOW_MAX_MS) : "fine";
}

function timed(options: PassageOptions, passage: Passage, fate: Fate): Promise<unknown> {
	const { clock } = options;
	const { action, timeoutMs } = passage;
	return new Promise((resolve, reject) => {
		const over = clock.after(timeoutMs, () => reject(new Errors.RequestTimeoutError({ action, nodeID: "sim" })));
		const answer = async (): Promise<void> => {
			try {
				const result = await performed(options, passage);
				if (fate === "unanswered") return;
				resolve(result);
			} catch (error) {
				if (fate === "unanswered") return;
				reject(error instanceof Error ? error : new Error(String(error)));
			}
			over.cancel();
		};
		if (typeof fate === "number") clock.after(fate, () => void answer());
		else if (fate !== "lost") void answer();
	});
}

async function performed({ witness }: PassageOptions, passage: Passage): Promise<unknown> {
	const { commandId, perform } = passage;
	witness.onCalled(passage);
	try {
		return await perform();
	} catch (error) {
		const { type, name } = error as { readonly type?: unknown; readonly name?: unknown };
		if (commandId !== null && typeof type === "string" && name === "MoleculerClientError")
			witness.onRefused(commandId, type);
		throw error;
	}
}
