import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createAssets } from "../../services/api/pages/assets.ts";
import { contentSecurityPolicy } from "../../services/api/pages/csp.ts";
import { chooseLanguage } from "../../services/api/pages/language.ts";
import type { PageAnswer, PageRequest, PaymentMode } from "../../services/api/pages/page.ts";
import type { PageRoute } from "../../services/api/pages/routes.ts";
import { createPages } from "../../services/api/pages/routes.ts";

/** One call of the browser to the API. */
export interface ApiCall {
	readonly method: string;
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage["headers"];
	readonly body: Record<string, unknown>;
}

/** What the scripted API answers; `body` is JSON unless it is a string. */
export interface ApiReply {
	readonly status: number;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

/** A running server of pages. */
export interface PageServer {
	readonly origin: string;
	close(): Promise<void>;
}

/** Settings of `startPageServer`. */
export interface PageServerOptions {
	readonly mode?: PaymentMode;
	readonly demo?: boolean;
	readonly api: (call: ApiCall) => Promise<ApiReply> | ApiReply;
}

const root = process.cwd();

/** Serves the real pages and static files on 127.0.0.1 and hands `/api` and `/twin` to `options.api`. */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
	const assets = createAssets({
		publicDir: join(root, "public"),
		fontsDir: join(root, "node_modules/pretendard/dist/web/variable"),
	});
	const pages = createPages({
		viewsDir: join(root, "views"),
		assetVersion: assets.version,
		mode: options.mode ?? "mock",
		demo: options.demo ?? true,
	});
	const server = createServer((request, response) => {
		void handle(request, response).catch((error: unknown) => {
			response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
		});
	});

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? "/", "http://localhost");
		if (/^\/(api|twin)\//.test(url.pathname)) {
			reply(response, await options.api(await callOf(request, url)));
			return;
		}
		const asset = assets.find(url.pathname);
		if (asset === undefined) {
			page(request, response, url);
			return;
		}
		response.writeHead(200, { "content-type": asset.type, "cache-control": asset.cacheControl });
		response.end(await readFile(asset.file));
	}

	function page(request: IncomingMessage, response: ServerResponse, url: URL): void {
		const nonce = randomBytes(16).toString("base64");
		const { status, html } = answerOf(pages, pageRequest(request, url, nonce));
		response.writeHead(status, {
			"content-type": "text/html; charset=utf-8",
			"content-security-policy": contentSecurityPolicy({ nonce }),
			"cache-control": "no-store",
		});
		response.end(html);
	}

	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function answerOf(pages: ReturnType<typeof createPages>, request: PageRequest): PageAnswer {
	const story = /^\/orders\/([^/]+)\/story$/.exec(request.path)?.[1];
	if (story !== undefined)
		return pages.pageRoutes["GET /orders/:orderId/story"]({ ...request, params: { orderId: story } });
	const order = /^\/orders\/([^/]+)$/.exec(request.path)?.[1];
	if (order !== undefined) return pages.pageRoutes["GET /orders/:orderId"]({ ...request, params: { orderId: order } });
	const route = `GET ${request.path}`;
	if (Object.hasOwn(pages.pageRoutes, route)) return pages.pageRoutes[route as PageRoute](request);
	return pages.problem(404, request);
}

function pageRequest(request: IncomingMessage, url: URL, nonce: string): PageRequest {
	const query = Object.fromEntries(url.searchParams);
	return {
		path: url.pathname,
		query,
		params: {},
		nonce,
		correlationId: `COR_${nonce.replace(/\W/g, "").slice(0, 12)}`,
		lang: chooseLanguage({
			query: query["lang"],
			cookie: /(?:^|;\s*)lang=(\w+)/.exec(request.headers.cookie ?? "")?.[1],
			acceptLanguage: request.headers["accept-language"],
		}),
	};
}

async function callOf(request: IncomingMessage, url: URL): Promise<ApiCall> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const text = Buffer.concat(chunks).toString();
	return {
		method: request.method ?? "GET",
		path: url.pathname,
		query: url.searchParams,
		headers: request.headers,
		body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
	};
}

function reply(response: ServerResponse, answer: ApiReply): void {
	const isText = typeof answer.body === "string";
	const type = answer.status >= 400 ? "application/problem+json" : "application/json";
	response.writeHead(answer.status, { "content-type": isText ? "text/javascript" : type, ...answer.headers });
	if (answer.body === undefined) response.end();
	else response.end(isText ? answer.body : JSON.stringify(answer.body));
}
