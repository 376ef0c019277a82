import { TOPICS } from "../../services/shared/topics.ts";
import type { OnTrouble } from "../bus/embedded/persist.ts";
import { createOutsideBus, type OutsideBus } from "../bus/outside/bus.ts";
import type { Driver, TopicPlan } from "../bus/outside/driver.ts";
import type { Bus } from "../bus/port.ts";
import type { Clock } from "../clock/port.ts";
import type { ClusterSettings } from "../config/cluster.ts";
import type { Ground, GroundOptions } from "../ground-port.ts";
import { openMongoStore, type MongoStore, type Relay } from "../store/mongo/index.ts";
import type { EventLog, Store } from "../store/port.ts";
import { nodeNameOf } from "./node-name.ts";

/** MongoDB for what is kept, Kafka or JetStream for what has happened. Throws `StoreUnavailable`. */
export async function openClusterGround(cluster: ClusterSettings, options: GroundOptions): Promise<Ground> {
	const { onTrouble, pressure } = options;
	const node = nodeNameOf(cluster);
	const flushing = options.onFlush === undefined ? {} : { onFlush: options.onFlush };
	const store = await openMongoStore({ uri: cluster.mongoUri, clock: options.clock, node, onTrouble, ...flushing });
	const { clock } = store;
	const plan: TopicPlan = {
		prefix: "payflow",
		kinds: Object.keys(TOPICS),
		partitions: cluster.eventPartitions,
		replicas: cluster.eventReplicas,
		hasAliases: cluster.hasEventAliases,
	};
	const driver = await driverFor(cluster.eventsUrl, { plan, store, clock, node, onTrouble });
	const outside = createOutsideBus({
		driver,
		store,
		clock,
		outsideClock: clock,
		partitions: plan.partitions,
		pressure,
		onTrouble,
	});
	const relay = store.relayTo({ publish: (events) => outside.publish(events) });
	return { store, log: NO_LOG, bus: relayed(outside, relay, store), clock, isShared: true };
}

interface DriverOptions {
	readonly plan: TopicPlan;
	readonly store: Store;
	readonly clock: Clock;
	readonly node: string;
	readonly onTrouble: OnTrouble;
}

async function driverFor(url: string, options: DriverOptions): Promise<Driver> {
	if (/^kafkas?:/.test(url)) {
		const { KafkaDriver } = await import("../bus/kafka/driver.ts");
		return new KafkaDriver({ ...options, url });
	}
	const { JetStreamDriver } = await import("../bus/jetstream/driver.ts");
	return new JetStreamDriver({ ...options, url });
}

/** The bus with its relay: nothing is published before this process's groups have their start, or after the bus has stopped. */
function relayed(bus: OutsideBus, relay: Relay, store: MongoStore): Bus {
	return {
		subscribe: (subscription) => bus.subscribe(subscription),
		async start() {
			await bus.start();
			relay.start();
		},
		async stop() {
			await relay.stop();
			await bus.stop();
		},
		status: () => bus.status(),
		oldest: (group) => bus.oldest(group),
		parked: (group, limit) => bus.parked(group, limit),
		replay: (parkedId) => bus.replay(parkedId),
		skip: (parkedId) => bus.skip(parkedId),
		async drained() {
			await store.flushed();
			await relay.drained();
			await bus.drained();
		},
	};
}

/** In a cluster no process has all events at hand in one order; what wants to follow them listens to the bus. */
const NO_LOG: EventLog = {
	read: () => Promise.resolve([]),
	head: () => 0,
	onAppend: () => () => undefined,
};
