import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { readJson, RequestAborted } from "../../../services/api/http/body.ts";

const BYTES_MAX = 1_024;
const HEAD = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n";

/** The request of a client that sends `text` and does not leave by itself, as the server sees it. */
async function requestOf(text: string) {
	const server = createServer();
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
	client.on("error", () => undefined);
	client.write(text);
	const [request] = (await once(server, "request")) as [IncomingMessage];
	const end = async () => {
		client.destroy();
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	};
	return { client, request, end };
}

describe("the body of a request", () => {
	it("is read whole", async () => {
		const { request, end } = await requestOf(`${HEAD}{"a":true}`);
		expect(await readJson(request, BYTES_MAX)).toEqual({ a: true });
		await end();
	});

	it("never comes when the client leaves in the middle of it", async () => {
		const { client, request, end } = await requestOf(`${HEAD}{"a"`);
		const read = readJson(request, BYTES_MAX);
		client.destroy();
		await expect(read).rejects.toThrow(RequestAborted);
		await end();
	});

	it("is not waited for when the client left before anybody read", async () => {
		const { client, request, end } = await requestOf(`${HEAD}{"a"`);
		client.destroy();
		await new Promise<void>((resolve) => request.once("close", resolve));
		await expect(readJson(request, BYTES_MAX)).rejects.toThrow(RequestAborted);
		await end();
	});
});
