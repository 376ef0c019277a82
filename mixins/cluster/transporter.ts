import type { Middleware, ServiceBroker } from "moleculer";
import { addressOf, type Address } from "../bus/outside/address.ts";
import { connectionReason, haveNames, natsTls } from "../bus/outside/tls.ts";

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
		tls: isTls ? natsTls(hosts) : null,
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
	// Providers find the broker by the name that the client asks for.
	const tls = isTls ? { tls: {}, tlsServerName: haveNames(hosts) } : {};
	const client = { ...sasl, ...tls, connectTimeout: CONNECT_TIMEOUT_MS };
	return {
		clientId: "payflow-calls",
		bootstrapBrokers: [...hosts],
		producer: client,
		consumer: client,
		admin: client,
	};
}

/** Says why the transporter does not connect: it tries for ever, and its own line leaves out what lies below. */
export function transporterTrouble(): Middleware {
	return {
		name: "TransporterTrouble",
		created(broker: ServiceBroker) {
			const logger = broker.getLogger("transporter");
			broker.localBus.on("$transporter.error", ({ error }: { readonly error: unknown }) => {
				const reason = connectionReason(error);
				if (!(error instanceof Error && error.message === reason))
					logger.error("The transporter needs attention.", { reason });
			});
		},
	};
}
