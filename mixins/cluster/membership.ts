import type { Middleware, ServiceBroker } from "moleculer";
import type { Timer } from "../clock/port.ts";
import type { Runtime } from "../runtime.ts";

/** Heartbeats are looked at this often; Moleculer itself looks once per timeout and so needs up to two. */
const CHECK_MS = 3_000;
const CHANGES = ["$node.connected", "$node.updated", "$node.disconnected"] as const;

/** Moleculer's discoverer, of which the published types show nothing. */
interface Discoverer {
	checkRemoteNodes(): void;
}

/**
 * Follows who is there. Any change may move an aggregate's home, so every idle actor is forgotten; a process that has fallen silent
 * is noticed within seconds of the timeout.
 */
export function membership({ actors, clock }: Pick<Runtime, "actors" | "clock">): Middleware {
	let timer: Timer | null = null;

	function watch(discoverer: Discoverer): void {
		timer = clock.after(CHECK_MS, () => {
			discoverer.checkRemoteNodes();
			watch(discoverer);
		});
	}

	return {
		name: "Membership",
		created(broker: ServiceBroker) {
			for (const change of CHANGES) broker.localBus.on(change, () => actors.forgetIdle());
		},
		async started(broker: ServiceBroker) {
			const { discoverer } = broker.registry as unknown as { discoverer: Discoverer };
			watch(discoverer);
		},
		async stopped() {
			timer?.cancel();
		},
	};
}
