import { createHash } from "node:crypto";
import { ServiceBroker, type BrokerOptions, type Middleware, type Service, type ServiceSchema } from "moleculer";
import { createIds } from "../services/shared/ids.ts";
import { createActors } from "./actor/actors.ts";
import { METERED } from "../services/shared/metered.ts";
import { breakerDesk } from "./breakers.ts";
import { callMeter } from "./call-meter.ts";
import { createCommitMeter } from "./commit-meter.ts";
import { durableEvents } from "./bus/delivery.ts";
import type { OnTrouble } from "./bus/embedded/persist.ts";
import type { Clock } from "./clock/port.ts";
import { clusterOptions } from "./cluster/options.ts";
import { systemClock } from "./clock/system.ts";
import { virtualClock } from "./clock/virtual.ts";
import type { Settings } from "./config/settings.ts";
import { DiscreetValidator } from "./discreet-validator.ts";
import { openGround } from "./ground.ts";
import { isOutsideFailure } from "./outside.ts";
import { Pressure } from "./pressure.ts";
import type { FaultHook } from "./saga/port.ts";
import { systemRandom } from "./random.ts";
import { tracingOptions } from "./tracing/zipkin.ts";
import { attachRuntime, type RandomBytes, type Runtime } from "./runtime.ts";

export { DATA_FILE } from "./ground.ts";

/** No call waits longer than this for its answer. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Requests under way at a stop get this long. */
const SHUTDOWN_TIMEOUT_MS = 5_000;
const HEARTBEAT_SECONDS = 5;
/** Half of at least ten calls within a minute have failed: half a minute of rest, then one trial call. */
const CIRCUIT = { threshold: 0.5, minRequestCount: 10, windowTime: 60, halfOpenTime: 30_000 } as const;

/** Replaces single ports, for tests. */
export interface RuntimeOverrides {
	readonly clock?: Clock;
	readonly random?: RandomBytes;
	readonly onSagaPoint?: FaultHook;
}

/** Opens the store and puts the ports together; throws `StoreUnavailable`. */
export async function createRuntime(settings: Settings, overrides: RuntimeOverrides = {}): Promise<Runtime> {
	const ownClock =
		overrides.clock ?? (settings.clock === "virtual" ? virtualClock(systemClock().now()) : systemClock());
	const random = overrides.random ?? systemRandom();
	const listeners = new Set<OnTrouble>();
	const onError: OnTrouble = (error, trouble) => listeners.forEach((listener) => listener(error, trouble));
	const pressure = new Pressure(ownClock);
	const commits = createCommitMeter();
	const ground = await openGround({
		settings,
		clock: ownClock,
		pressure,
		onTrouble: onError,
		onFlush: (flush) => commits.record(flush),
	});
	const { store, log, bus, clock, isShared } = ground;
	const ids = createIds(
		() => clock.now(),
		random,
		(text) => createHash("sha256").update(text).digest(),
	);
	const onTrouble = (listener: OnTrouble): void => void listeners.add(listener);
	return {
		onTrouble,
		pressure,
		commits,
		settings,
		clock,
		ids,
		random,
		store,
		log,
		bus,
		actors: createActors({ store, clock, isShared }),
		...(overrides.onSagaPoint === undefined ? {} : { onSagaPoint: overrides.onSagaPoint }),
	};
}

/** The broker's options; unsafe defaults of the framework are set to what payments need. */
export function brokerOptions(runtime: Runtime, extra: Partial<BrokerOptions> = {}): BrokerOptions {
	const cluster = clusterOptions(runtime);
	return {
		namespace: "payflow",
		logLevel: runtime.settings.logLevel,
		logger: {
			type: "Console",
			options: { formatter: runtime.settings.environment === "production" ? "json" : "short" },
		},
		requestTimeout: REQUEST_TIMEOUT_MS,
		retryPolicy: { enabled: false },
		circuitBreaker: { enabled: true, ...CIRCUIT, check: isOutsideFailure },
		bulkhead: { enabled: false },
		contextParamsCloning: false,
		tracking: { enabled: true, shutdownTimeout: SHUTDOWN_TIMEOUT_MS },
		heartbeatInterval: HEARTBEAT_SECONDS,
		heartbeatTimeout: 3 * HEARTBEAT_SECONDS,
		registry: { strategy: "RoundRobin", preferLocal: true },
		validator: new DiscreetValidator(),
		metrics: false,
		...tracingOptions(runtime.settings.tracingUrl),
		...cluster.options,
		...extra,
		middlewares: [
			...cluster.middlewares,
			portsOf(runtime),
			breakerDesk(() => runtime.clock.iso()),
			callMeter(METERED, () => performance.now()),
			durableEvents(runtime),
			...(extra.middlewares ?? []),
		],
	};
}

/** A broker with its ports and services; nothing runs before `start`. */
export function createBroker(
	runtime: Runtime,
	services: readonly ServiceSchema[],
	extra?: Partial<BrokerOptions>,
): ServiceBroker {
	const broker = new ServiceBroker(brokerOptions(runtime, extra));
	for (const service of services) broker.createService(service);
	return broker;
}

/**
 * Attaches the ports before any service is created, and closes the store after the last one has stopped. An action has a circuit
 * only if it declares one: it costs every call a little, and guards nothing inside the platform.
 */
function portsOf(runtime: Runtime): Middleware {
	return {
		name: "Ports",
		created(broker: ServiceBroker) {
			attachRuntime(broker, runtime);
			const logger = broker.getLogger("bus");
			runtime.onTrouble((error, trouble) => {
				const line = { ...trouble, error: `${error.name}: ${error.message}` };
				if (trouble.what === "parked") logger.warn("An event is parked and tried again.", line);
				else logger.error("The bus needs attention.", line);
			});
		},
		serviceCreating(_service: Service, schema: ServiceSchema) {
			for (const [name, action] of Object.entries(schema.actions ?? {})) {
				if (typeof action !== "object" || action.circuitBreaker !== undefined) continue;
				schema.actions = { ...schema.actions, [name]: { ...action, circuitBreaker: { enabled: false } } };
			}
		},
		async stopped() {
			await runtime.store.close();
		},
	};
}
