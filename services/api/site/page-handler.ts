import { join } from "node:path";
import type { Settings } from "../../../mixins/config/settings.ts";
import type { RandomBytes } from "../../../mixins/runtime.ts";
import { GatewayRejected } from "../errors/rejected.ts";
import { pathOf, type GatewayRequest } from "../exchange.ts";
import { readCookie } from "../http/cookies.ts";
import type { Reply } from "../http/reply.ts";
import { contentSecurityPolicy } from "../pages/csp.ts";
import { chooseLanguage, languageCookie } from "../pages/language.ts";
import type { PageAnswer, PageRequest } from "../pages/page.ts";
import { createPages, type PageRoute } from "../pages/routes.ts";

/** What the pages need of the platform. */
export interface PageHandlerOptions {
	readonly settings: Settings;
	readonly random: RandomBytes;
	/** Folder that holds `views/`. */
	readonly root: string;
	readonly assetVersion: string;
}

/** Pages that open the payment window; only they may talk to the provider. */
const PAYMENT_PAGES: ReadonlySet<string> = new Set<PageRoute>(["GET /", "GET /orders/:orderId"]);
const NONCE_BYTES = 16;
const CLOSED_POLICY = (nonce: string): string =>
	[
		"default-src 'self'",
		`script-src 'self' 'nonce-${nonce}'`,
		"img-src 'self' data:",
		"form-action 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	].join("; ");

/** Serves the pages, each with its own nonce. */
export function createPageHandler({ settings, random, root, assetVersion }: PageHandlerOptions) {
	const mode = settings.toss.mode;
	const demo = settings.environment !== "production";
	const { logsPublic } = settings;
	const pages = createPages({ viewsDir: join(root, "views"), assetVersion, mode, demo, logsPublic });
	const sdkOrigins = mode === "mock" ? twinOrigins(settings) : [];

	function requestOf(request: GatewayRequest): PageRequest {
		const { query, exchange, headers } = request;
		const wishes = {
			query: query["lang"],
			cookie: readCookie(headers.cookie, "lang"),
			acceptLanguage: headers["accept-language"],
		};
		return {
			path: pathOf(request),
			query,
			params: exchange.params,
			lang: chooseLanguage(wishes),
			nonce: Buffer.from(random(NONCE_BYTES)).toString("base64"),
			correlationId: exchange.correlationId,
		};
	}

	function replyOf(request: GatewayRequest, page: PageRequest, { status, html }: PageAnswer): Reply {
		const isPayment = PAYMENT_PAGES.has(request.exchange.door?.key ?? "");
		const open = contentSecurityPolicy({
			nonce: page.nonce,
			...(sdkOrigins.length > 0 ? { sdkOrigin: sdkOrigins.join(" ") } : {}),
		});
		const headers: Record<string, string> = {
			"Content-Type": "text/html; charset=utf-8",
			"Content-Language": page.lang,
			"Content-Security-Policy": isPayment ? open : CLOSED_POLICY(page.nonce),
			"Cache-Control": "no-store",
			Vary: "Accept-Language, Cookie",
		};
		if (isPayment) headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups";
		if (request.query["lang"] === page.lang) headers["Set-Cookie"] = languageCookie(page.lang);
		return { status, headers, body: html };
	}

	return {
		serve: (request: GatewayRequest): Reply => {
			const handler = pages.pageRoutes[request.exchange.door?.key as PageRoute] as
				((page: PageRequest) => PageAnswer) | undefined;
			if (handler === undefined) throw new GatewayRejected("NOT_FOUND");
			const page = requestOf(request);
			return replyOf(request, page, handler(page));
		},
		/** Browsers that asked for a page get one; everything else gets the problem document. */
		problem: (request: GatewayRequest, reply: Reply): Reply | null => {
			if (!wantsPage(request)) return null;
			const page = requestOf(request);
			const answer = replyOf(request, page, pages.problem(reply.status, page));
			return { ...answer, headers: { ...answer.headers, ...pick(reply.headers, ["Retry-After", "Allow"]) } };
		},
	};
}

function wantsPage(request: GatewayRequest): boolean {
	const isRead = request.method === "GET" || request.method === "HEAD";
	const path = pathOf(request);
	return isRead && path !== "/api" && !path.startsWith("/api/") && (request.headers.accept ?? "").includes("text/html");
}

/** Where a browser reaches the Twin: under the address the API uses, and under the name the pages are opened with. */
function twinOrigins({ toss, publicUrl }: Settings): readonly string[] {
	const seen = new URL(publicUrl);
	seen.port = new URL(toss.apiUrl).port;
	return [...new Set([new URL(toss.apiUrl).origin, seen.origin])];
}

function pick(headers: Reply["headers"], names: readonly string[]): Record<string, string> {
	return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}
