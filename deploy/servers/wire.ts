import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { connect as connectEncrypted } from "node:tls";
import type { TlsFiles } from "./port.ts";

const ANSWER_MAX_MS = 2_000;

/** First bytes that a TCP server sends after `request` was sent (after connecting, without one); null if none come. */
export function firstAnswer(url: string, request?: Buffer, tls: TlsFiles | null = null): Promise<Buffer | null> {
	return new Promise((resolve) => {
		const socket = tls === null ? connect(placeOf(url)) : encryptedTo(url, tls);
		const end = (answer: Buffer | null) => {
			socket.destroy();
			resolve(answer);
		};
		socket.setTimeout(ANSWER_MAX_MS, () => end(null));
		socket.once("error", () => end(null));
		socket.once("close", () => end(null));
		socket.once("data", end);
		socket.once(tls === null ? "connect" : "secureConnect", () => request !== undefined && socket.write(request));
	});
}

function placeOf(url: string): { host: string; port: number } {
	const { hostname, port } = new URL(url);
	return { host: hostname, port: Number(port) };
}

/** Whom the certificate names is for the tests to ask. */
function encryptedTo(url: string, { authority }: TlsFiles): Socket {
	return connectEncrypted({ ...placeOf(url), ca: readFileSync(authority), checkServerIdentity: () => undefined });
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
