import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { createEventStream, heartbeatText } from "../../../services/api/streams/event-stream.ts";
import { createLiveStreams } from "../../../services/api/streams/live-streams.ts";
import { createPulse } from "../../../services/api/streams/pulse.ts";
import type { GatewayRequest, GatewayResponse } from "../../../services/api/exchange.ts";
import { turns, until } from "../../support/patience.ts";

/** A client's end of a connection; it has room until `isFull`. */
class Client extends EventEmitter {
	readonly written: string[] = [];
	isFull = false;
	destroyed = false;
	writableEnded = false;

	write(text: string): boolean {
		this.written.push(text);
		return !this.isFull;
	}

	writeHead(): this {
		return this;
	}

	end(): void {
		this.writableEnded = true;
		this.emit("close");
	}

	destroy(): void {
		this.destroyed = true;
		this.emit("close");
	}

	get response(): ServerResponse {
		return this as unknown as ServerResponse;
	}
}

describe("one client that listens", () => {
	afterEach(() => {
		jest.useRealTimers();
	});

	it("is written to no further while it has no room, and dropped when it has none for too long", async () => {
		jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
		const client = new Client();
		const stream = createEventStream(client.response, 60_000, 20);
		client.isFull = true;
		const sent = stream.send("a");
		let isSent = false;
		void sent.then(() => (isSent = true));
		jest.advanceTimersByTime(19);
		await turns(5);
		expect(isSent).toBe(false);
		jest.advanceTimersByTime(1);
		await sent;
		expect([client.destroyed, stream.isOpen]).toEqual([true, false]);
		await stream.send("b");
		expect(client.written).toEqual(["a"]);
	});

	it("goes on when it has room again", async () => {
		const client = new Client();
		const stream = createEventStream(client.response);
		client.isFull = true;
		const sent = stream.send("a");
		client.emit("drain");
		await sent;
		expect([client.destroyed, stream.isOpen, client.listenerCount("drain")]).toEqual([false, true, 0]);
		stream.end();
		expect(client.writableEnded).toBe(true);
	});

	it("has to come back after a while, to prove again who it is", async () => {
		const client = new Client();
		const stream = createEventStream(client.response, 10);
		await new Promise<void>((resolve) => client.once("close", resolve));
		expect([client.writableEnded, stream.isOpen]).toEqual([true, false]);
	});
});

describe("streams", () => {
	it("send a heartbeat with the place to go on from while nothing is to be told", async () => {
		let now = 0;
		let last = 3;
		const beats: (() => void)[] = [];
		const pulse = { beat: () => new Promise<void>((resolve) => beats.push(resolve)), stop: () => undefined };
		const errors: unknown[] = [];
		const streams = createLiveStreams({
			tail: async () => ({ items: [], last, isAtEnd: true }),
			pulse,
			now: () => now,
			onError: (error) => errors.push(error),
		});
		const client = new Client();
		const request = {
			method: "GET",
			headers: {},
			query: {},
			exchange: { door: null, params: {} },
		} as unknown as GatewayRequest;
		await streams.open(request, client as unknown as GatewayResponse, {}, []);
		await until(() => beats.length === 1);
		const beat = async (ms: number): Promise<void> => {
			now += ms;
			const known = beats.length;
			beats.at(-1)?.();
			await until(() => beats.length > known);
		};
		await beat(14_999);
		expect(client.written).toHaveLength(1);
		last = 9;
		await beat(1);
		expect(client.written.slice(1)).toEqual([heartbeatText(9)]);
		expect(streams.size).toBe(1);
		streams.close();
		beats.at(-1)?.();
		await until(() => streams.size === 0);
		expect([client.writableEnded, errors]).toEqual([true, []]);
		await expect(streams.open(request, client as unknown as GatewayResponse, {}, [])).rejects.toMatchObject({
			code: "SERVICE_UNAVAILABLE",
		});
	});

	it("end, and say why, when the log cannot be read", async () => {
		const errors: unknown[] = [];
		let calls = 0;
		const streams = createLiveStreams({
			tail: async () => {
				if (++calls > 1) throw new Error("gone");
				return { items: [], last: 1, isAtEnd: true };
			},
			pulse: { beat: () => Promise.resolve(), stop: () => undefined },
			now: () => 0,
			onError: (error) => errors.push(error),
		});
		const client = new Client();
		const request = { method: "GET", headers: {}, query: {}, exchange: { door: null, params: {} } };
		await streams.open(request as unknown as GatewayRequest, client as unknown as GatewayResponse, {}, []);
		await until(() => streams.size === 0);
		expect([client.writableEnded, errors]).toEqual([true, [new Error("gone")]]);
	});
});

describe("the pulse", () => {
	it("beats soon after news, also after news that came before anybody waited, and now and then without", async () => {
		let tell: () => void = () => undefined;
		const pulse = createPulse((listener) => ((tell = listener), () => undefined));
		const waited = async (): Promise<number> => {
			const startedAt = performance.now();
			await pulse.beat();
			return performance.now() - startedAt;
		};
		tell();
		const soon = await waited();
		const idle = await waited();
		expect(soon).toBeLessThan(500);
		expect(idle).toBeGreaterThan(soon);
		expect(idle).toBeGreaterThan(500);
		const waiting = pulse.beat();
		pulse.stop();
		await waiting;
		await pulse.beat();
	});

	it("looks as rarely as it is told where somebody tells of news", async () => {
		jest.useFakeTimers();
		let beats = 0;
		const pulse = createPulse(() => () => undefined, 2_000);
		void pulse.beat().then(() => beats++);
		await jest.advanceTimersByTimeAsync(1_900);
		expect(beats).toBe(0);
		await jest.advanceTimersByTimeAsync(100);
		expect(beats).toBe(1);
		pulse.stop();
		jest.useRealTimers();
	});
});
