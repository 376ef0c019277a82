import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServiceBroker, ServiceSchema } from "moleculer";
import { newSecrets } from "../../deploy/cluster/secrets.ts";
import { withDatabase } from "../../deploy/cluster/servers.ts";
import { servers } from "../../deploy/servers/index.ts";
import { freePorts } from "../../deploy/servers/wire.ts";
import { readSettings } from "../../mixins/config/settings.ts";
import { createBroker, createRuntime } from "../../mixins/platform.ts";
import type { Runtime } from "../../mixins/runtime.ts";
import type { Broker } from "../../mixins/typed.ts";
import node from "../../services/node/node.service.ts";

/** A process of a cluster, but for its heap: its own connections, store, bus and broker. */
export interface Process {
	readonly name: string;
	readonly runtime: Runtime;
	readonly raw: ServiceBroker;
	readonly broker: Broker;
	/** Address of its gateway, if it has one. */
	readonly origin: string;
	readonly metrics: string;
	stop(): Promise<void>;
}

/** Processes on a store and a log that are servers of their own. */
export interface ProcessBed {
	readonly processes: ReadonlyMap<string, Process>;
	start(name: string, services: readonly object[]): Promise<Process>;
	close(): Promise<void>;
}

/** Starts NATS (for calls and events) and the store. */
export async function processBed(): Promise<ProcessBed> {
	const [nats, mongo] = await Promise.all([servers.start("nats"), servers.start("mongo")]);
	for (const { product, origin } of [nats, mongo]) console.log(`${product}, ${origin}`);
	const { signingKeyPem, masterKey } = newSecrets();
	const shared = {
		NODE_ENV: "test",
		HOST: "127.0.0.1",
		PORT: "0",
		LOG_LEVEL: "fatal",
		LOGS_PUBLIC: "true",
		RATE_LIMIT_API: "off",
		RATE_LIMIT_LOGIN: "off",
		EVENTS_PARTITIONS: "2",
		MONGODB_URI: withDatabase(mongo.url),
		EVENTS: nats.url,
		TRANSPORTER: nats.url,
		JWT_PRIVATE_KEY: signingKeyPem,
		MASTER_KEY: masterKey,
	};
	const processes = new Map<string, Process>();
	return {
		processes,
		async start(name, services) {
			const [metricsPort = 0] = await freePorts(1);
			const runtime = await createRuntime(
				readSettings({ ...shared, METRICS_PORT: String(metricsPort), NODE_ID: name }),
			);
			const raw = createBroker(runtime, [...services, node] as readonly ServiceSchema[], { logger: false });
			await raw.start();
			const started: Process = {
				name,
				runtime,
				raw,
				broker: raw,
				origin: `http://127.0.0.1:${portOf(raw)}`,
				metrics: `http://127.0.0.1:${metricsPort}/metrics`,
				async stop() {
					processes.delete(name);
					await raw.stop();
				},
			};
			processes.set(name, started);
			return started;
		},
		async close() {
			await Promise.all([...processes.values()].map((process) => process.stop()));
			await Promise.all([nats.stop(), mongo.stop()]);
		},
	};
}

function portOf(broker: ServiceBroker): number {
	const gateway = broker.services.find(({ name }) => name === "api") as unknown as { server: HttpServer } | undefined;
	return gateway === undefined ? 0 : (gateway.server.address() as AddressInfo).port;
}
