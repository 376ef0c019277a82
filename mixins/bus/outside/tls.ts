import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** Host names and numbers in `host:port` addresses. */
export function hostNames(hosts: readonly string[]): readonly string[] {
	return hosts.map((host) => host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"));
}

/** Whether every server is addressed by a name: a number is no name that a TLS client may ask for. */
export function haveNames(hosts: readonly string[]): boolean {
	return hostNames(hosts).every((name) => isIP(name) === 0);
}

/**
 * TLS for the client of NATS. It does not tell Node the number of a server that is addressed by one, and Node would take the
 * certificate for "localhost" then: so the numbers of the address are looked for in it.
 */
export function natsTls(hosts: readonly string[]) {
	const names = hostNames(hosts);
	const numbers = names.filter((name) => isIP(name) !== 0);
	return {
		handshakeFirst: false,
		checkServerIdentity(name: string, certificate: PeerCertificate): Error | undefined {
			const wanted = names.includes(name) || numbers.length === 0 ? [name] : numbers;
			const problems = wanted.map((each) => checkServerIdentity(each, certificate));
			return problems.includes(undefined) ? undefined : problems[0];
		},
	};
}

const DISAGREEMENT =
	"Server and address do not agree about TLS: tls:// is for a NATS server that speaks it, nats:// for one that does not.";

/** Why a connection was not made, with what lies below, in one line; clients wrap the reason up to five times. */
export function connectionReason(error: unknown): string {
	const words: string[] = [];
	for (let each = error; each instanceof Error; each = deeper(each))
		words.push(isDisagreement(each) ? DISAGREEMENT : each.message);
	return words.length === 0 ? String(error) : [...new Set(words)].join(" ");
}

function deeper(error: Error): unknown {
	const { errors } = error as { readonly errors?: unknown };
	return Array.isArray(errors) && errors.length > 0 ? (errors as readonly unknown[])[0] : error.cause;
}

/** The client of NATS says "tls" and no more, or that it has read a property of null. */
function isDisagreement(error: Error): boolean {
	return error.name === "NatsError" && /^tls$|options\.tls/.test(error.message);
}
