import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A stretch of network of our own, in front of one server, that can be spoilt. */
export interface Proxy {
	readonly url: string;
	/** Where connections go; a server that was started anew may be elsewhere. */
	aimAt(port: number): void;
	/** Resets every open connection; answers how many there were. */
	cut(): number;
	/** Ends one direction of every open connection, as a peer does that has said all. */
	halfClose(): number;
	/** Takes everything and passes nothing on, until `heal`. */
	blackhole(): void;
	/** Holds every piece back for so long, until `heal`. */
	delay(ms: number): void;
	/** Resets every new connection at once, until `heal`. */
	refuse(): void;
	/** Passes on what was held back, and everything from now on. */
	heal(): void;
	close(): Promise<void>;
}

type Weather = { readonly kind: "fair" | "blackhole" | "refuse" } | { readonly kind: "delay"; readonly ms: number };

interface Pair {
	readonly near: Socket;
	readonly far: Socket;
}

const FAIR: Weather = { kind: "fair" };

/** Listens on a port of its own on this machine. */
export async function startProxy(targetPort: number): Promise<Proxy> {
	const proxy = new TcpProxy(targetPort);
	await proxy.listen();
	return proxy;
}

class TcpProxy implements Proxy {
	readonly #server: Server;
	readonly #pairs = new Set<Pair>();
	#target: number;
	#weather: Weather = FAIR;
	/** Pieces that wait for better weather, by the socket they are meant for. */
	readonly #held: { readonly to: Socket; readonly piece: Buffer }[] = [];

	constructor(targetPort: number) {
		this.#target = targetPort;
		this.#server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
	}

	listen(): Promise<void> {
		return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	aimAt(port: number): void {
		this.#target = port;
	}

	cut(): number {
		const count = this.#pairs.size;
		for (const { near, far } of this.#pairs) {
			near.resetAndDestroy();
			far.resetAndDestroy();
		}
		return count;
	}

	halfClose(): number {
		for (const { far } of this.#pairs) far.end();
		return this.#pairs.size;
	}

	blackhole(): void {
		this.#weather = { kind: "blackhole" };
	}

	delay(ms: number): void {
		this.#weather = { kind: "delay", ms };
	}

	refuse(): void {
		this.#weather = { kind: "refuse" };
	}

	heal(): void {
		this.#weather = FAIR;
		for (const { to, piece } of this.#held.splice(0)) pass(to, piece);
	}

	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		this.cut();
		await closed;
	}

	#accept(near: Socket): void {
		if (this.#weather.kind === "refuse") {
			near.resetAndDestroy();
			return;
		}
		const far = connect({ port: this.#target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
		const pair = { near, far };
		this.#pairs.add(pair);
		this.#join(near, far, pair);
		this.#join(far, near, pair);
	}

	#join(from: Socket, to: Socket, pair: Pair): void {
		from.setNoDelay(true);
		from.on("data", (piece: Buffer) => this.#carry(to, piece));
		from.on("end", () => to.end());
		from.on("error", () => to.resetAndDestroy());
		from.on("close", () => {
			to.destroySoon();
			this.#pairs.delete(pair);
		});
	}

	#carry(to: Socket, piece: Buffer): void {
		const weather = this.#weather;
		if (weather.kind === "delay") setTimeout(() => pass(to, piece), weather.ms).unref();
		else if (weather.kind === "blackhole" || this.#held.some((held) => held.to === to)) this.#held.push({ to, piece });
		else pass(to, piece);
	}
}

function pass(to: Socket, piece: Buffer): void {
	if (to.writable) to.write(piece);
}
