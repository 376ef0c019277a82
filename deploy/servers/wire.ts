import { connect, createServer, type AddressInfo } from "node:net";

const ANSWER_MAX_MS = 2_000;

/** First bytes that a TCP server sends after `request` was sent (after connecting, without one); null if none come. */
export function firstAnswer(url: string, request?: Buffer): Promise<Buffer | null> {
	const { hostname, port } = new URL(url);
	return new Promise((resolve) => {
		const socket = connect({ host: hostname, port: Number(port) });
		const end = (answer: Buffer | null) => {
			socket.destroy();
			resolve(answer);
		};
		socket.setTimeout(ANSWER_MAX_MS, () => end(null));
		socket.once("error", () => end(null));
		socket.once("close", () => end(null));
		socket.once("data", end);
		socket.once("connect", () => request !== undefined && socket.write(request));
	});
}

/** Ports on the loopback address that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
	const probes = Array.from({ length: count }, () => createServer());
	await Promise.all(probes.map((probe) => new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve))));
	const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
	await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
	return ports;
}

/** `scheme://user:password@127.0.0.1:port`. */
export function loopbackUrl(
	scheme: string,
	port: number,
	credentials: { readonly user: string; readonly password: string } | null,
): string {
	const { user, password } = credentials ?? {};
	const login = user === undefined ? "" : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? "")}@`;
	return `${scheme}://${login}127.0.0.1:${port}`;
}
