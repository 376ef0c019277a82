import type { ServerResponse } from "node:http";

/** One client that listens; see https://html.spec.whatwg.org/multipage/server-sent-events.html. */
export interface EventStream {
	readonly isOpen: boolean;
	/** Resolves when the client has room for more; a client that has none for too long is dropped. */
	send(text: string): Promise<void>;
	end(): void;
}

/** How one message looks. */
export interface Message {
	readonly id: number;
	readonly event: string;
	readonly data: object;
}

/** A client that takes nothing for this long is gone; it comes back with the id of the last event it has seen. */
const SLOW_MS = 10_000;
/** Nobody keeps a stream for longer than a token lives: who comes back proves again who they are. */
const LIFETIME_MS = 300_000;

/** The text of a message. */
export function messageText({ id, event, data }: Message): string {
	return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A message that only moves the place to go on from, and keeps proxies from closing a silent connection. */
export function heartbeatText(id: number): string {
	return `: ${id}\nid: ${id}\n\n`;
}

/** A stream over a response whose head is written. At most one message list is on its way, so nothing piles up here. */
export function createEventStream(response: ServerResponse, lifetimeMs = LIFETIME_MS, slowMs = SLOW_MS): EventStream {
	let isOpen = true;
	const lifetime = setTimeout(() => end(), lifetimeMs).unref();

	function closed(): void {
		isOpen = false;
		clearTimeout(lifetime);
	}

	function end(): void {
		closed();
		if (!response.writableEnded) response.end();
	}

	response.once("close", closed);
	response.once("error", closed);
	return {
		get isOpen() {
			return isOpen && !response.destroyed;
		},
		async send(text) {
			if (!isOpen || response.write(text)) return;
			await new Promise<void>((resolve) => {
				const tooSlow = setTimeout(() => response.destroy(), slowMs).unref();
				const done = () => {
					clearTimeout(tooSlow);
					response.off("drain", done);
					response.off("close", done);
					resolve();
				};
				response.once("drain", done);
				response.once("close", done);
			});
		},
		end,
	};
}
