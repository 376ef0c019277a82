/** Where a log's servers are and who we are to them. */
export interface Address {
	readonly isTls: boolean;
	readonly hosts: readonly string[];
	readonly credentials: { readonly user: string; readonly password: string } | null;
}

/** Reads `<scheme>://user:password@host:port,host2:port2`; throws for another scheme. */
export function addressOf(url: string, plain: string, tls: string): Address {
	const [, scheme, credentials, hosts = ""] = /^([a-z]+):\/\/(?:([^@/]*)@)?([^/?]+)/.exec(url) ?? [];
	if (scheme !== plain && scheme !== tls) throw new Error(`the address must start with ${plain}:// or ${tls}://`);
	return { isTls: scheme === tls, hosts: hosts.split(","), credentials: credentialsOf(credentials ?? "") };
}

function credentialsOf(text: string): Address["credentials"] {
	if (text === "") return null;
	const [user = "", password = ""] = text.split(":").map(decodeURIComponent);
	return { user, password };
}
