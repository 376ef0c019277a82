import { connect, type Socket } from "node:net";

/** One request as bytes on the wire, made fresh for each use. */
export interface RequestSource {
	/** The next request, or null to stop this connection. */
	next(): Buffer | null;
	/** Called with each answer; may throw to fail the run. */
	answered?(status: number, body: string): void;
}

/** What a run came to; times in ms. */
export interface LoadResult {
	readonly requests: number;
	readonly seconds: number;
	readonly perSecond: number;
	readonly statuses: Readonly<Record<string, number>>;
	readonly latency: { p50: number; p95: number; p99: number; max: number };
	/** Share of one core this generator used, 0–1 and more. */
	readonly generatorCpu: number;
}

export interface LoadOptions {
	readonly port: number;
	readonly connections: number;
	readonly seconds: number;
	/** Requests per second over all connections; unlimited without it. */
	readonly rate?: number;
	source(connection: number): RequestSource;
}

const HEADER_END = Buffer.from("\r\n\r\n");
const PACE_MS = 5;

/** A closed loop over raw sockets: next to nothing per request, so that the server is what is measured. */
export async function load(options: LoadOptions): Promise<LoadResult> {
	const run = new Run(options);
	return run.result();
}

/** The bytes of a JSON request over a kept-alive connection. */
export function jsonRequest(
	method: string,
	path: string,
	headers: Readonly<Record<string, string>>,
	body?: unknown,
): Buffer {
	const text = body === undefined ? "" : JSON.stringify(body);
	const lines = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1", "Accept: application/json"];
	for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
	if (body !== undefined) lines.push("Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`);
	return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${text}`);
}

class Run {
	readonly #options: LoadOptions;
	readonly #latencies: number[] = [];
	readonly #statuses: Record<string, number> = {};
	#allowed = 0;
	#idle: (() => void)[] = [];
	#endAt = 0;

	constructor(options: LoadOptions) {
		this.#options = options;
	}

	async result(): Promise<LoadResult> {
		const { connections, seconds, rate } = this.#options;
		const cpu = process.cpuUsage();
		const startedAt = performance.now();
		this.#endAt = startedAt + seconds * 1_000;
		const pacer = rate === undefined ? null : setInterval(() => this.#pace(startedAt, rate), PACE_MS);
		await Promise.all(Array.from({ length: connections }, (_, index) => this.#connection(index)));
		if (pacer !== null) clearInterval(pacer);
		const elapsed = (performance.now() - startedAt) / 1_000;
		const { user, system } = process.cpuUsage(cpu);
		const sorted = Float64Array.from(this.#latencies).sort();
		const at = (share: number): number =>
			round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
		return {
			requests: sorted.length,
			seconds: round(elapsed),
			perSecond: Math.round(sorted.length / elapsed),
			statuses: this.#statuses,
			latency: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
			generatorCpu: round((user + system) / 1e6 / elapsed),
		};
	}

	#pace(startedAt: number, rate: number): void {
		const due = Math.floor(((performance.now() - startedAt) / 1_000) * rate);
		this.#allowed = due;
		const waiting = this.#idle;
		this.#idle = [];
		for (const resume of waiting) resume();
	}

	#connection(index: number): Promise<void> {
		const source = this.#options.source(index);
		const socket = connect({ port: this.#options.port, host: "127.0.0.1", noDelay: true });
		return new Promise((resolve, reject) => {
			let sentAt = 0;
			const send = (): void => {
				if (performance.now() >= this.#endAt) {
					finish();
					return;
				}
				if (this.#options.rate !== undefined && this.#sent >= this.#allowed) {
					this.#idle.push(send);
					return;
				}
				const request = source.next();
				if (request === null) {
					finish();
					return;
				}
				this.#sent++;
				sentAt = performance.now();
				socket.write(request);
			};
			const finish = (): void => {
				socket.destroy();
				resolve();
			};
			socket.on("connect", send);
			socket.on("error", reject);
			readAnswers(socket, (status, body) => {
				this.#latencies.push(performance.now() - sentAt);
				this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
				source.answered?.(status, body);
				send();
			});
		});
	}

	#sent = 0;
}

function readAnswers(socket: Socket, onAnswer: (status: number, body: string) => void): void {
	let buffer: Buffer = Buffer.alloc(0);
	socket.on("data", (chunk: Buffer) => {
		buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
		for (;;) {
			const headEnd = buffer.indexOf(HEADER_END);
			if (headEnd < 0) return;
			const head = buffer.toString("latin1", 0, headEnd);
			const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
			const end = headEnd + HEADER_END.length + length;
			if (buffer.length < end) return;
			const body = buffer.toString("utf8", headEnd + HEADER_END.length, end);
			buffer = buffer.subarray(end);
			onAnswer(Number(head.slice(9, 12)), body);
		}
	});
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
