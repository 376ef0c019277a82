import { BlockList, isIP } from "node:net";
import type { IncomingMessage } from "node:http";

/** Addresses of our own proxies: single ones or ranges in CIDR form. */
export type ClientAddress = (request: IncomingMessage) => string;

const MAPPED = "::ffff:";
const HOPS_MAX = 20;

/**
 * The client's address: the socket's, or, behind trusted proxies, the right-most hop that is not one of them. What a client
 * writes into the header itself stands further left and never counts.
 */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
	if (trustedProxies.length === 0) return (request) => plain(request.socket.remoteAddress ?? "");
	const trusted = blockListOf(trustedProxies);
	return (request) => {
		const socket = plain(request.socket.remoteAddress ?? "");
		if (!isTrusted(trusted, socket)) return socket;
		const header = request.headers["x-forwarded-for"];
		const hops = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",").slice(-HOPS_MAX).reverse();
		let client = socket;
		for (const hop of hops.map((text) => plain(text.trim()))) {
			if (isIP(hop) === 0) return client;
			client = hop;
			if (!isTrusted(trusted, hop)) return client;
		}
		return client;
	};
}

/** Whether the address is this machine's own. */
export function isLoopback(address: string): boolean {
	return address === "::1" || address.startsWith("127.");
}

/** The key an address is counted under: IPv6 clients own a whole /64. */
export function addressKey(address: string): string {
	return isIP(address) === 6 ? address.split(":").slice(0, 4).join(":") : address;
}

function plain(address: string): string {
	return address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
}

function isTrusted(trusted: BlockList, address: string): boolean {
	const family = isIP(address);
	return family !== 0 && trusted.check(address, family === 6 ? "ipv6" : "ipv4");
}

function blockListOf(proxies: readonly string[]): BlockList {
	const list = new BlockList();
	for (const proxy of proxies) {
		const [address = "", prefix] = proxy.split("/");
		const family = isIP(address) === 6 ? "ipv6" : "ipv4";
		if (prefix === undefined) list.addAddress(address, family);
		else list.addSubnet(address, Number(prefix), family);
	}
	return list;
}
