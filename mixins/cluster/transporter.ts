import { addressOf, type Address } from "../bus/outside/address.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MS = 250;

/** Moleculer's transporter for `nats://`, `tls://` (NATS), `kafka://` or `kafkas://` with user and password; null for none. */
export function transporterOf(
	url: string | null,
): { readonly type: "NATS" | "Kafka"; readonly options: Record<string, unknown> } | null {
	if (url === null) return null;
	return /^kafkas?:/.test(url)
		? { type: "Kafka", options: kafkaOptions(addressOf(url, "kafka", "kafkas")) }
		: { type: "NATS", options: natsOptions(addressOf(url, "nats", "tls")) };
}

/** Given as options and not as an address: the transporter would neither decode the password nor speak TLS. */
function natsOptions({ hosts, credentials, isTls }: Address): Record<string, unknown> {
	return {
		servers: [...hosts],
		...(credentials === null ? {} : { user: credentials.user, pass: credentials.password }),
		...(isTls ? { tls: {} } : {}),
		name: "payflow-calls",
		timeout: CONNECT_TIMEOUT_MS,
		maxReconnectAttempts: -1,
		reconnectTimeWait: RECONNECT_MS,
	};
}

/** Each of the transporter's three clients takes its own copy of who we are. */
function kafkaOptions({ hosts, credentials, isTls }: Address): Record<string, unknown> {
	const sasl =
		credentials === null
			? {}
			: { sasl: { mechanism: "PLAIN", username: credentials.user, password: credentials.password } };
	const client = { ...sasl, ...(isTls ? { tls: {} } : {}), connectTimeout: CONNECT_TIMEOUT_MS };
	return {
		clientId: "payflow-calls",
		bootstrapBrokers: [...hosts],
		producer: client,
		consumer: client,
		admin: client,
	};
}
