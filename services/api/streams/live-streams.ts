import type { Meta } from "../../../mixins/typed.ts";
import type { LoggingActions } from "../../logging/contract.ts";
import { GatewayRejected, invalidField } from "../errors/rejected.ts";
import type { GatewayRequest, GatewayResponse } from "../exchange.ts";
import type { HeaderList } from "../http/security-headers.ts";
import { createEventStream, heartbeatText, messageText, type EventStream } from "./event-stream.ts";
import type { Pulse } from "./pulse.ts";

type Tail = LoggingActions["logging.tail"];
type Stretch = Tail["result"];

/** What the streams stand on. */
export interface LiveStreamsOptions {
	/** A stretch of the log; asked again and again, each time with the identity the stream was opened with. */
	readonly tail: (params: Tail["params"], meta: Meta) => Promise<Tail["result"]>;
	readonly pulse: Pulse;
	/** Milliseconds of a clock that never jumps, for heartbeats. */
	readonly now: () => number;
	readonly onError: (error: unknown) => void;
}

/** The streams of this gateway. */
export interface LiveStreams {
	/** Answers the request with a stream and resolves once that has begun; refuses like any other route. */
	open(request: GatewayRequest, response: GatewayResponse, meta: Meta, head: HeaderList): Promise<void>;
	/** Ends all of them at once; clients come back to where they were. */
	close(): void;
	readonly size: number;
}

/** Streams one user, or one address without a user, may have open. */
export const STREAMS_PER_CALLER = 10;
const STREAMS_MAX = 500;
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;
const POSITION = /^\d{1,15}$/;
const HEAD: HeaderList = [
	["Content-Type", "text/event-stream; charset=utf-8"],
	["X-Accel-Buffering", "no"],
];

/** Opens, feeds and ends streams. */
export function createLiveStreams(options: LiveStreamsOptions): LiveStreams {
	const open = new Map<EventStream, string>();
	let isClosed = false;

	function admit(caller: string): void {
		if (isClosed) throw new GatewayRejected("SERVICE_UNAVAILABLE");
		// One whose client has gone is still here until its next beat.
		const own = [...open].filter(([stream, each]) => each === caller && stream.isOpen).length;
		if (own >= STREAMS_PER_CALLER || open.size >= STREAMS_MAX) throw new GatewayRejected("TOO_MANY_STREAMS");
	}

	return {
		async open(request, response, meta, head) {
			const caller = meta.userId ?? `from ${meta.clientAddress ?? ""}`;
			admit(caller);
			const { after, back, ...filter } = paramsOf(request);
			const identity = identityOf(meta);
			const start = { ...(after === undefined ? {} : { after }), ...(back === undefined ? {} : { back }) };
			const first = await options.tail({ ...filter, ...start }, identity);
			response.writeHead(200, [...HEAD, ...head].flat());
			if (request.method === "HEAD" || response.destroyed) {
				response.end();
				return;
			}
			const stream = createEventStream(response);
			open.set(stream, caller);
			// A place beyond the end is one of another log.
			const position = Math.min(after ?? first.last, first.last);
			const started = { id: position, event: "ready", data: { position } };
			void stream
				.send(`retry: ${RETRY_MS}\n${messageText(started)}`)
				.then(() =>
					feed(
						options,
						stream,
						first,
						(after) => options.tail({ ...filter, after }, identity),
						request.query["follow"] !== "false",
					),
				)
				.catch(options.onError)
				.finally(() => {
					open.delete(stream);
					stream.end();
				});
		},
		close() {
			isClosed = true;
			options.pulse.stop();
			for (const stream of open.keys()) stream.end();
		},
		get size() {
			return open.size;
		},
	};
}

/** Sends what is there, then waits for more, until the client has gone or nothing else was asked for. */
async function feed(
	{ pulse, now }: LiveStreamsOptions,
	stream: EventStream,
	first: Stretch,
	readOn: (after: number) => Promise<Stretch>,
	isFollowing: boolean,
): Promise<void> {
	let sentAt = now();
	for (let stretch = first; ; stretch = await readOn(stretch.last)) {
		const { items, last, isAtEnd } = stretch;
		if (items.length > 0 || now() - sentAt >= HEARTBEAT_MS) {
			await stream.send(items.map(textOf).join("") + heartbeatText(last));
			sentAt = now();
		}
		if (isAtEnd && !isFollowing) return;
		if (isAtEnd) await pulse.beat();
		if (!stream.isOpen) return;
	}
}

function textOf(item: Tail["result"]["items"][number]): string {
	return messageText({ id: item.position, event: "row", data: item });
}

/** A client that comes back says where it was; that wins over where the address began. */
function paramsOf(request: GatewayRequest): Tail["params"] {
	const { door, params } = request.exchange;
	const read = (door?.readParams({ path: params, query: request.query, body: {}, cookie: undefined }) ??
		{}) as Tail["params"];
	const lastSeen = request.headers["last-event-id"];
	if (lastSeen === undefined) return read;
	if (typeof lastSeen !== "string" || !POSITION.test(lastSeen)) throw invalidField("Last-Event-ID", "integer");
	return { ...read, after: Number(lastSeen) };
}

function identityOf({ userId, roles, correlationId, lang }: Meta): Meta {
	return {
		...(userId === undefined ? {} : { userId }),
		...(roles === undefined ? {} : { roles }),
		...(correlationId === undefined ? {} : { correlationId }),
		...(lang === undefined ? {} : { lang }),
	};
}
