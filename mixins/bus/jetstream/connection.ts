import { connect, type ConnectionOptions, type NatsConnection } from "nats";
import { addressOf } from "../outside/address.ts";
import { connectionReason, natsTls } from "../outside/tls.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MS = 250;

/** Reads `nats://user:password@host:port,host2:port2`; `tls://` speaks TLS, and `nats://` does not, whatever the server offers. */
export function natsOptions(url: string): ConnectionOptions {
	const { isTls, hosts, credentials } = addressOf(url, "nats", "tls");
	return {
		servers: [...hosts],
		...(credentials === null ? {} : { user: credentials.user, pass: credentials.password }),
		tls: isTls ? natsTls(hosts) : null,
		name: "payflow",
		timeout: CONNECT_TIMEOUT_MS,
		maxReconnectAttempts: -1,
		reconnectTimeWait: RECONNECT_MS,
	};
}

/** Connects once, and rejects with the reason; after that the client reconnects by itself, for ever. */
export async function connectTo(url: string): Promise<NatsConnection> {
	try {
		return await connect(natsOptions(url));
	} catch (error) {
		throw new Error(connectionReason(error), { cause: error });
	}
}
