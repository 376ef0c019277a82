import { connect, type ConnectionOptions, type NatsConnection } from "nats";
import { addressOf } from "../outside/address.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MS = 250;

/** Reads `nats://user:password@host:port,host2:port2`; `tls://` speaks TLS. */
export function natsOptions(url: string): ConnectionOptions {
	const { isTls, hosts, credentials } = addressOf(url, "nats", "tls");
	return {
		servers: [...hosts],
		...(credentials === null ? {} : { user: credentials.user, pass: credentials.password }),
		...(isTls ? { tls: {} } : {}),
		name: "payflow",
		timeout: CONNECT_TIMEOUT_MS,
		maxReconnectAttempts: -1,
		reconnectTimeWait: RECONNECT_MS,
	};
}

/** Connects once; after that the client reconnects by itself, for ever. */
export function connectTo(url: string): Promise<NatsConnection> {
	return connect(natsOptions(url));
}
