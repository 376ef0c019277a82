import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fields } from "./harness.ts";

export interface Received {
	readonly headers: Record<string, string | string[] | undefined>;
	readonly body: Fields;
}

/** A merchant's webhook door. `answers` are the statuses of the next requests; when they run out it says 200. */
export async function startReceiver(answers: number[] = []): Promise<{
	url: string;
	received: Received[];
	answers: number[];
	stop(): Promise<void>;
}> {
	const received: Received[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) as Fields });
			response.writeHead(answers.shift() ?? 200).end("ok");
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/webhook`,
		received,
		answers,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
