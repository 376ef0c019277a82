import type { ServiceBroker } from "moleculer";

/** Something every process should know now, and can do without: nothing is kept, and one that is away never hears it. */
export interface Signal {
	/** Tells all processes, this one included. */
	send(): void;
}

/** A signal of that name; `heard` runs wherever one was made with `createSignal`. Made before the broker starts. */
export function createSignal(broker: ServiceBroker, name: string, heard: () => void): Signal {
	const event = `$${name}`;
	broker.createService({ name: `$signal-${name}`, events: { [event]: () => heard() } });
	return {
		send() {
			// A process that cannot be reached is told nothing, as is one that is not there.
			void broker.broadcast(event, {});
		},
	};
}
