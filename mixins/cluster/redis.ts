import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { haveNames } from "../bus/outside/tls.ts";

/** A script that Redis runs as one step, on one key. */
export interface RedisScript {
	readonly source: string;
	readonly hash: string;
}

/** A connection that comes back by itself; nothing waits for it. */
export interface RedisLink {
	/**
	 * What the script answers for the key. Rejects at once while there is no connection, and after 500 ms without an answer:
	 * then it may have run or not.
	 */
	run(script: RedisScript, key: string, args: readonly (string | number)[]): Promise<unknown>;
	/** Ends the connection; what is under way rejects. */
	close(): Promise<void>;
}

const CONNECT_MAX_MS = 1_000;
/** Longer than a busy process takes to look at its sockets. */
const ANSWER_MAX_MS = 500;
/** A socket that owes an answer for so long is given up. */
const SILENCE_MAX_MS = 2_000;
const CLOSE_MAX_MS = 100;
const RECONNECT_STEP_MS = 100;
const RECONNECT_MAX_MS = 2_000;

/** A script with the hash that Redis keeps it under. */
export function redisScript(source: string): RedisScript {
	return { source, hash: createHash("sha1").update(source).digest("hex") };
}

/** Connects to `redis://` or `rediss://` (TLS), credentials and database in the address; a server that is away is tried for ever. */
export function openRedis(url: string): RedisLink {
	const opening = connect(url);
	return {
		async run({ source, hash }, key, args) {
			const { client, firstTry, trouble } = await opening;
			await firstTry;
			if (client.status !== "ready") throw plainly(trouble());
			try {
				return await client.evalsha(hash, 1, key, ...args);
			} catch (error) {
				if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw plainly(error);
				return await client.eval(source, 1, key, ...args);
			}
		},
		async close() {
			const { client } = await opening;
			client.disconnect();
		},
	};
}

/** The client is loaded by those who use it, and whoever asks before it was connected once waits for that. */
async function connect(url: string): Promise<{ client: Redis; firstTry: Promise<void>; trouble: () => Error }> {
	const { Redis: Client } = await import("ioredis");
	const name = new URL(url).hostname;
	const client = new Client(url, {
		// Providers find the server by the name that the client asks for.
		...(url.startsWith("rediss:") && haveNames([name]) ? { tls: { servername: name } } : {}),
		lazyConnect: true,
		connectionName: "payflow-limits",
		connectTimeout: CONNECT_MAX_MS,
		commandTimeout: ANSWER_MAX_MS,
		socketTimeout: SILENCE_MAX_MS,
		disconnectTimeout: CLOSE_MAX_MS,
		enableOfflineQueue: false,
		// An answer that was lost is not asked for again: the script may have run.
		autoResendUnfulfilledCommands: false,
		maxRetriesPerRequest: 0,
		// After a failover the old primary would refuse for ever.
		reconnectOnError: (error) => error.message.startsWith("READONLY"),
		retryStrategy: (tries) => Math.min(tries * RECONNECT_STEP_MS, RECONNECT_MAX_MS),
	});
	let trouble = new Error("Redis is not connected.");
	client.on("error", (error: Error) => (trouble = error));
	client.on("close", () => stopWaiting(client));
	return { client, firstTry: client.connect().catch(() => undefined), trouble: () => trouble };
}

/** The client speaks of an option of its own. */
function plainly(error: unknown): unknown {
	if (!(error instanceof Error && error.name === "MaxRetriesPerRequestError")) return error;
	return new Error("Redis has ended the connection. One that speaks TLS does so to redis://, it wants rediss://.", {
		cause: error,
	});
}

/** The client's timer for a silent socket outlives the socket: it would cut the next one, and keep the process alive. */
function stopWaiting(client: object): void {
	const waiting = client as { socketTimeoutTimer?: NodeJS.Timeout | undefined };
	clearTimeout(waiting.socketTimeoutTimer);
	waiting.socketTimeoutTimer = undefined;
}
