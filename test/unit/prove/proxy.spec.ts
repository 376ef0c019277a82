import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { startProxy, type Proxy } from "../../prove/proxy.ts";

describe("the stretch of network", () => {
	let server: Server;
	let proxy: Proxy;
	let accepted: Socket[];

	beforeEach(async () => {
		accepted = [];
		server = createServer({ allowHalfOpen: true }, (socket) => {
			accepted.push(socket);
			socket.on("error", () => undefined);
			socket.on("data", (piece) => socket.write(`echo ${piece.toString()}`));
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		proxy = await startProxy((server.address() as AddressInfo).port);
	});
	afterEach(async () => {
		await proxy.close();
		accepted.forEach((socket) => socket.destroy());
		await new Promise((resolve) => server.close(resolve));
	});

	async function client(): Promise<{ socket: Socket; heard: () => string; over: Promise<string> }> {
		const socket = connect({ port: Number(new URL(proxy.url).port), host: "127.0.0.1", allowHalfOpen: true });
		let text = "";
		socket.on("data", (piece: Buffer) => (text += piece.toString()));
		const over = new Promise<string>((resolve) => {
			socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
			socket.once("end", () => resolve("end"));
			socket.once("close", () => resolve("close"));
		});
		await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
		return { socket, heard: () => text, over };
	}

	async function until(isTrue: () => boolean): Promise<void> {
		while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
	}

	it("passes on what is said, both ways", async () => {
		const { socket, heard } = await client();
		socket.write("hello");
		await until(() => heard() === "echo hello");
		socket.destroy();
	});

	it("resets what is open when it is cut", async () => {
		const { socket, heard, over } = await client();
		socket.write("hello");
		await until(() => heard() !== "");
		expect(proxy.cut()).toBe(1);
		expect(await over).toBe("ECONNRESET");
	});

	it("holds everything back in a blackhole, and passes it on in order when it is healed", async () => {
		const { socket, heard } = await client();
		proxy.blackhole();
		socket.write("one");
		await until(() => accepted.length === 1);
		proxy.heal();
		await until(() => heard() === "echo one");
		socket.destroy();
	});

	it("is late when it is slow", async () => {
		const { socket, heard } = await client();
		proxy.delay(30);
		const startedAt = performance.now();
		socket.write("hello");
		await until(() => heard() === "echo hello");
		expect(performance.now() - startedAt).toBeGreaterThanOrEqual(55);
		socket.destroy();
	});

	it("refuses new connections and ends one direction of open ones", async () => {
		const open = await client();
		open.socket.write("hello");
		await until(() => open.heard() !== "");
		expect(proxy.halfClose()).toBe(1);
		await until(() => accepted[0]?.readableEnded === true);
		accepted[0]?.write("still there");
		await until(() => open.heard().endsWith("still there"));
		proxy.refuse();
		const refused = await client();
		expect(["ECONNRESET", "close", "end"]).toContain(await refused.over);
		open.socket.destroy();
	});
});
