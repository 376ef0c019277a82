import { lang } from "./page.js";
import { bearer, refreshSession } from "./token.js";

const RETRY_MS = 1000;
const RETRY_MAX_MS = 15_000;
/** The server is heard at least every 15 s; a connection that is silent for longer is a dead one. */
const SILENCE_MAX_MS = 40_000;

/**
 * Server-sent events with the reader's token, which an EventSource cannot carry. After a lost connection it comes back
 * with the id of the last event it has seen, so that nothing is missed. `onState` hears `live` and `trouble`; `onError`
 * hears of a refusal, after which nothing more is tried.
 */
export function listen({ address, lastId = null, onMessages, onState, onError }) {
	let seen = lastId;
	let isOver = false;
	let connection = null;
	let timer = null;
	let pauseMs = RETRY_MS;

	async function connect() {
		connection = new AbortController();
		try {
			const response = await open(address, seen, connection.signal);
			if (isOver) return;
			if (isRefusal(response)) return refuse(response);
			if (!response.ok) throw new Error(`HTTP ${response.status}`);
			pauseMs = RETRY_MS;
			onState("live");
			await readAll(response.body, take, connection);
			again(RETRY_MS);
		} catch {
			if (isOver) return;
			onState("trouble");
			again(pauseMs);
			pauseMs = Math.min(RETRY_MAX_MS, pauseMs * 2);
		}
	}

	function take(messages) {
		if (isOver) return;
		for (const { id } of messages) seen = id ?? seen;
		onMessages(messages.filter(({ data }) => data !== null));
	}

	function again(ms) {
		if (!isOver) timer = setTimeout(() => void connect(), ms);
	}

	async function refuse(response) {
		isOver = true;
		onError(await response.json().catch(() => ({ status: response.status })));
	}

	void connect();
	return {
		/** The place to go on from. */
		stop() {
			isOver = true;
			clearTimeout(timer);
			connection?.abort();
			return seen;
		},
	};
}

const isRefusal = ({ status }) => status >= 400 && status < 500 && status !== 429;

async function open(address, lastId, signal) {
	const response = await request(address, lastId, signal);
	if (response.status !== 401 || bearer() === null || !(await refreshSession())) return response;
	return request(address, lastId, signal);
}

function request(address, lastId, signal) {
	const headers = new Headers({ accept: "text/event-stream", "accept-language": lang });
	if (bearer() !== null) headers.set("authorization", `Bearer ${bearer()}`);
	if (lastId !== null) headers.set("last-event-id", lastId);
	return fetch(address, { headers, credentials: "same-origin", cache: "no-store", signal });
}

async function readAll(body, take, connection) {
	const reader = body.pipeThrough(new TextDecoderStream()).getReader();
	let text = "";
	for (;;) {
		const silence = setTimeout(() => connection.abort(), SILENCE_MAX_MS);
		const { done, value } = await reader.read().finally(() => clearTimeout(silence));
		if (done) return;
		const parts = (text + value).split("\n\n");
		text = parts.pop();
		take(parts.map(messageOf));
	}
}

function messageOf(part) {
	const message = { id: null, event: "message", data: null };
	for (const line of part.split("\n")) {
		const colon = line.indexOf(": ");
		const field = line.slice(0, colon);
		if (colon > 0 && Object.hasOwn(message, field)) message[field] = line.slice(colon + 2);
	}
	return { ...message, data: message.data === null ? null : JSON.parse(message.data) };
}
