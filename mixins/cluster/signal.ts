import type { ServiceBroker } from "moleculer";

/** Something every process should know now, and can do without: nothing is kept, and one that is away never hears it. */
export interface Signal {
	/** Tells all processes, this one included. */
	send(): void;
}

/** A signal of that name; `heard` runs wherever one was made with `createSignal`. Made before the broker starts. */
export function createSignal(broker: ServiceBroker, name: string, heard: () => void): Signal {
	hearSignal(broker, name, heard);
	return signalOf(broker, name);
}

/** Runs `heard` whenever a process sends the signal. Called before the broker starts, once for a name. */
export function hearSignal(broker: ServiceBroker, name: string, heard: () => void): void {
	broker.createService({ name: `$signal-${name}`, events: { [eventOf(name)]: () => heard() } });
}

/** A signal for a process that does not listen to it. */
export function signalOf(broker: ServiceBroker, name: string): Signal {
	return {
		send() {
			// A process that cannot be reached is told nothing, as is one that is not there.
			void broker.broadcast(eventOf(name), {});
		},
	};
}

function eventOf(name: string): string {
	return `$${name}`;
}
