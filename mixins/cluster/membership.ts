import type { Middleware, ServiceBroker } from "moleculer";
import type { Timer } from "../clock/port.ts";
import type { Runtime } from "../runtime.ts";

/** Heartbeats are looked at this often; Moleculer itself looks once per timeout and so needs up to two. */
const CHECK_MS = 3_000;
const CHANGES = ["$node.connected", "$node.updated", "$node.disconnected"] as const;

const HEARTBEAT = "HEARTBEAT";

/** Moleculer's discoverer and list of nodes, of which the published types show nothing. */
interface Discoverer {
	checkRemoteNodes(): void;
}
interface Registry {
	readonly discoverer: Discoverer;
	readonly nodes: { readonly localNode: { readonly seq: number } | null };
}

interface Packet {
	readonly type: string;
	readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * Follows who is there. Any change may move an aggregate's home, so every idle actor is forgotten; a process that has fallen silent
 * is noticed within seconds of the timeout. Heartbeats name the newest list of services, which Moleculer's own do not: who has missed
 * a packet with a list would never ask for it otherwise, and not call what it does not know.
 */
export function membership({ actors, clock }: Pick<Runtime, "actors" | "clock">): Middleware {
	let timer: Timer | null = null;
	let broker: ServiceBroker;

	const registry = (): Registry => broker.registry as unknown as Registry;

	function heartbeat({ payload, ...packet }: Packet): Packet {
		const seq = registry().nodes.localNode?.seq;
		return { ...packet, payload: { ...payload, seq, instanceID: broker.instanceID } };
	}

	function watch(discoverer: Discoverer): void {
		timer = clock.after(CHECK_MS, () => {
			discoverer.checkRemoteNodes();
			watch(discoverer);
		});
	}

	const hooks = {
		name: "Membership",
		created(created: ServiceBroker) {
			broker = created;
			for (const change of CHANGES) broker.localBus.on(change, () => actors.forgetIdle());
		},
		transitPublish(next: (packet: Packet) => Promise<void>) {
			return (packet: Packet) => next(packet.type === HEARTBEAT ? heartbeat(packet) : packet);
		},
		async started() {
			watch(registry().discoverer);
		},
		async stopped() {
			timer?.cancel();
		},
	};
	return hooks as unknown as Middleware;
}
