import type { KafkaConfig } from "kafkajs";
import { addressOf } from "../outside/address.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Reads `kafka://user:password@host:port,host2:port2`; `kafkas://` speaks TLS. Credentials travel as SASL/PLAIN. */
export function connectionOf(url: string): KafkaConfig {
	const { isTls, hosts, credentials } = addressOf(url, "kafka", "kafkas");
	return {
		clientId: "payflow",
		brokers: [...hosts],
		ssl: isTls,
		...(credentials === null
			? {}
			: { sasl: { mechanism: "plain", username: credentials.user, password: credentials.password } }),
		connectionTimeout: CONNECT_TIMEOUT_MS,
		authenticationTimeout: CONNECT_TIMEOUT_MS,
		requestTimeout: REQUEST_TIMEOUT_MS,
		retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
	};
}
