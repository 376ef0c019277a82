import type { BrokerOptions, Middleware } from "moleculer";
import type { Runtime } from "../runtime.ts";
import { HomeStrategy } from "./home-strategy.ts";
import { lostCalls } from "./lost-calls.ts";
import { membership } from "./membership.ts";
import { nodeNameOf } from "./node-name.ts";
import { SteadyKafka } from "./steady-kafka.ts";
import { transporterOf, transporterTrouble } from "./transporter.ts";
import { trust } from "./trust.ts";

/** Longer than the payment provider may take, shorter than people wait. */
const REQUEST_TIMEOUT_MS = 15_000;
/** Between "no calls for me any more" and the end of listening; messages through Kafka take longer. */
const STOP_DELAY_MS = 500;
const STOP_DELAY_KAFKA_MS = 2_000;

/** What a process of a cluster adds to a broker; both empty in the embedded profile. */
export function clusterOptions(runtime: Runtime): { options: Partial<BrokerOptions>; middlewares: Middleware[] } {
	const { cluster, auth } = runtime.settings;
	if (cluster === null) return { options: {}, middlewares: [] };
	const nodeID = nodeNameOf(cluster);
	const transporter = transporterOf(cluster.transporterUrl);
	if (transporter === null) return { options: { nodeID }, middlewares: [] };
	const isKafka = transporter.type === "Kafka";
	return {
		options: {
			nodeID,
			transporter: isKafka ? new SteadyKafka(transporter.options, runtime.clock) : transporter,
			serializer: "JSON",
			requestTimeout: REQUEST_TIMEOUT_MS,
			registry: {
				strategy: HomeStrategy,
				preferLocal: false,
				stopDelay: isKafka ? STOP_DELAY_KAFKA_MS : STOP_DELAY_MS,
			},
		},
		middlewares: [
			trust({ secrets: secretsIn(auth.masterKey ?? ""), now: () => runtime.clock.now() }),
			membership(runtime),
			lostCalls(runtime.clock),
			transporterTrouble(),
		],
	};
}

function secretsIn(masterKey: string): readonly string[] {
	return masterKey
		.split(",")
		.map((key) => key.trim())
		.filter((key) => key !== "");
}
