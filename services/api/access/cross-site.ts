import type { IncomingHttpHeaders } from "node:http";
import { GatewayRejected } from "../errors/rejected.ts";

/**
 * Refuses requests that another site made a browser send, on routes that read cookies. Browsers say so in Sec-Fetch-Site; older
 * ones at least name the origin. Programs send neither and carry no cookies they do not mean to send.
 */
export function refuseCrossSite(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): void {
	const site = headers["sec-fetch-site"];
	const origin = headers.origin;
	if (origin !== undefined && allowedOrigins.includes(origin)) return;
	if (site !== undefined) {
		if (site !== "same-origin" && site !== "none") throw new GatewayRejected("CROSS_SITE_REQUEST");
		return;
	}
	if (origin !== undefined && hostOf(origin) !== headers.host) throw new GatewayRejected("CROSS_SITE_REQUEST");
}

function hostOf(origin: string): string | null {
	return URL.canParse(origin) ? new URL(origin).host : null;
}
