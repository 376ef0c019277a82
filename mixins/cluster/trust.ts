import { Errors, type Middleware, type ServiceBroker } from "moleculer";
import { createSeal, type Seal, type SealProblem } from "./seal.ts";

/** What trust stands on. */
export interface TrustOptions {
	/** Shared secrets, the newest first. */
	readonly secrets: readonly string[];
	readonly now: () => number;
}

interface Packet {
	readonly type: string;
	readonly target?: string | null;
	readonly payload: { readonly id?: unknown; readonly event?: unknown };
}
type Next<Args extends unknown[], Result> = (...args: Args) => Result;

const REQUEST = "REQ";
const EVENT = "EVENT";
const NAME_LENGTH_MAX = 100;

/**
 * Who calls is believed only if one of our own processes says so: every packet carries a short-lived token over all it says, the
 * caller's identity included, and is looked at before anything reads it. A request without a good one is refused with
 * FORGED_IDENTITY, anything else is dropped. Calls within the process pass none of this.
 */
export function trust({ secrets, now }: TrustOptions): Middleware {
	const seal = createSeal(secrets, now);
	/** Refusals on their way out: unsealed, so that nobody can make us refuse in the name of a call that is not his. */
	const refusals = new Set<string>();
	let broker: ServiceBroker;
	const warn = (text: string, fields: object): void => broker.getLogger("trust").warn(text, fields);

	const hooks = {
		name: "Trust",
		created(created: ServiceBroker) {
			broker = created;
		},
		transporterSend(next: Next<[topic: string, data: Buffer, meta: { packet: Packet }], Promise<void>>) {
			return (topic: string, data: Buffer, meta: { packet: Packet }) => {
				const { type, target = null, payload } = meta.packet;
				if (refusals.delete(`${target} ${String(payload.id)}`)) return next(topic, data, meta);
				return next(topic, seal.close(type, target, data), meta);
			};
		},
		transporterReceive(next: Next<[kind: string, data: Buffer, extra: unknown], Promise<void>>) {
			return async (kind: string, data: Buffer, extra: unknown) => {
				const problem = problemIn(seal, kind, broker.nodeID, data);
				if (problem === null) return next(kind, data, extra);
				const { id, sender } = namesIn(data);
				warn("A packet was not believed.", { kind, problem, sender });
				if (kind !== REQUEST || id === null || sender === null) return;
				refusals.add(`${sender} ${id}`);
				await refuse(broker, sender, id, problem);
			};
		},
		transitMessageHandler(next: Next<[kind: string, packet: Packet], Promise<boolean>>) {
			return (kind: string, packet: Packet) => {
				const { event } = packet.payload;
				// Facts come from the bus alone; between processes travel only the machinery's own signals.
				if (kind !== EVENT || (typeof event === "string" && event.startsWith("$"))) return next(kind, packet);
				warn("An event of another process is no fact.", { event: shortened(event) });
				return Promise.resolve(true);
			};
		},
	};
	return hooks as unknown as Middleware;
}

function problemIn(seal: Seal, kind: string, self: string, data: unknown): SealProblem | null {
	return Buffer.isBuffer(data) ? seal.problemOf(kind, self, data) : "missing";
}

async function refuse(broker: ServiceBroker, sender: string, id: string, problem: SealProblem): Promise<void> {
	const error = new Errors.MoleculerClientError("Nobody vouches for the caller", 401, "FORGED_IDENTITY", { problem });
	await broker.transit?.sendResponse(sender, id, {}, {}, {}, error);
}

/** Only what an answer needs, from a packet nobody vouches for. */
function namesIn(data: unknown): { id: string | null; sender: string | null } {
	try {
		const { id, sender } = JSON.parse(String(data)) as Readonly<Record<string, unknown>>;
		return { id: shortened(id), sender: shortened(sender) };
	} catch {
		return { id: null, sender: null };
	}
}

function shortened(name: unknown): string | null {
	return typeof name === "string" && /^[\w.:$-]+$/.test(name) ? name.slice(0, NAME_LENGTH_MAX) : null;
}
