import type { Bus, Delivery, Subscription } from "../../../mixins/bus/port.ts";
import type { Clock } from "../../../mixins/clock/port.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import type { SeededRandom } from "../kernel/random.ts";
import type { BusFaults } from "./faults.ts";

/** Who sees what the bus does. */
export interface BusWitness {
	readonly onSubscribed: (subscription: Subscription) => void;
	/** A group's handlers have begun with an event. */
	readonly onDelivering: (group: string, event: Envelope) => void;
	/** A group's handlers are done with an event. */
	readonly onHandled: (group: string, event: Envelope) => void;
}

/** What makes a bus worse, within its promise. */
export interface DeliveryOptions {
	readonly clock: Clock;
	readonly random: SeededRandom;
	readonly faults: () => BusFaults;
	readonly witness: BusWitness;
	readonly tell: (what: string) => void;
}

const SLOW_MAX_MS = 4_000;

/** The bus, with deliveries that are lost, slow, done twice, or done and then forgotten. */
export function troubledBus(bus: Bus, options: DeliveryOptions): Bus {
	return {
		subscribe(subscription) {
			options.witness.onSubscribed(subscription);
			const { group, batch } = subscription;
			const one = troubled<Envelope>(
				group,
				(event) => subscription.deliver(event),
				(event) => [event],
				options,
			);
			if (batch === undefined) {
				bus.subscribe({ ...subscription, deliver: one });
				return;
			}
			const eventsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ event }) => event);
			const many = troubled(group, (deliveries) => batch.deliver(deliveries), eventsOf, options);
			bus.subscribe({ ...subscription, deliver: one, batch: { ...batch, deliver: many } });
		},
		start: () => bus.start(),
		stop: () => bus.stop(),
		status: () => bus.status(),
		parked: (group, limit) => bus.parked(group, limit),
		replay: (id) => bus.replay(id),
		skip: (id) => bus.skip(id),
		drained: () => bus.drained(),
	};
}

function troubled<Load>(
	group: string,
	deliver: (load: Load) => Promise<void>,
	eventsOf: (load: Load) => readonly Envelope[],
	{ clock, random, faults, witness, tell }: DeliveryOptions,
): (load: Load) => Promise<void> {
	return async (load) => {
		const events = eventsOf(load);
		const name = events.map(({ id }) => id).join(", ");
		const { dropped, doubled, slow } = faults();
		if (random.chance(slow)) await clock.sleep(random.below(SLOW_MAX_MS));
		if (random.chance(dropped)) {
			tell(`the bus drops ${name} for ${group}`);
			throw new Error("the delivery was lost");
		}
		for (const event of events) witness.onDelivering(group, event);
		await deliver(load);
		for (const event of events) witness.onHandled(group, event);
		if (!random.chance(doubled)) return;
		tell(`the bus doubles ${name} for ${group}`);
		if (random.chance(0.5)) await deliver(load);
		else throw new Error("the confirmation was lost");
	};
}
