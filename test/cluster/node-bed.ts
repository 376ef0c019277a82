import type { ServiceBroker, ServiceSchema } from "moleculer";
import { createBroker, createRuntime } from "../../mixins/platform.ts";
import { readSettings, type Settings } from "../../mixins/config/settings.ts";
import type { Runtime } from "../../mixins/runtime.ts";

/** The secret every process of a test knows. */
export const MASTER_KEY = Buffer.alloc(32, 7).toString("base64");

/** A process of a cluster, within this one. */
export interface TestNode {
	readonly broker: ServiceBroker;
	readonly runtime: Runtime;
	stop(): Promise<void>;
}

export interface NodeOptions {
	readonly nodeId: string;
	readonly transporterUrl: string;
	readonly services?: readonly object[];
	readonly env?: Readonly<Record<string, string>>;
	readonly metricsPort?: number;
	/** Ports that replace this process's own, e.g. a store that several share. */
	readonly ports?: Partial<Runtime>;
}

/** A started broker as a cluster makes it, on a store of its own: what is tested is what lies between processes. */
export async function startNode(options: NodeOptions): Promise<TestNode> {
	const node = await createNode(options);
	await node.broker.start();
	return node;
}

/** The same before its start. */
export async function createNode(options: NodeOptions): Promise<TestNode> {
	const { nodeId, transporterUrl, services = [], env = {}, metricsPort = null, ports = {} } = options;
	const embedded = readSettings({
		NODE_ENV: "test",
		PORT: "0",
		LOG_LEVEL: "fatal",
		RATE_LIMIT_API: "off",
		RATE_LIMIT_LOGIN: "off",
		DATA_DIR: ":memory:",
		MASTER_KEY,
		...env,
	});
	const own = await createRuntime(embedded);
	const settings: Settings = {
		...embedded,
		cluster: {
			mongoUri: "mongodb://127.0.0.1:1/unused",
			eventsUrl: transporterUrl,
			transporterUrl,
			redisUrl: null,
			nodeId,
			eventPartitions: 1,
			eventReplicas: 1,
			hasEventAliases: false,
			metricsPort,
		},
	};
	const runtime: Runtime = { ...own, ...ports, settings };
	const broker = createBroker(runtime, services as readonly ServiceSchema[], { logger: false });
	return { broker, runtime, stop: () => broker.stop() };
}

/** Resolves as soon as `isTrue`; fails with the sentence otherwise. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string, maxMs = 20_000): Promise<void> {
	const deadline = Date.now() + maxMs;
	while (!(await isTrue())) {
		if (Date.now() > deadline) throw new Error(`It never came true that ${what}.`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
