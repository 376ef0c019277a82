import { createServer, type Server } from "node:http";
import type { Settings } from "../config/settings.ts";
import type { Probes, ProbeReply } from "./probes.ts";

/** A socket that says nothing is closed after this time. */
const ARRIVAL_MS = 10_000;

/** Serves the probes at METRICS_PORT, to whoever gets there; resolves with what closes them again, which does nothing without one. */
export async function openProbes(
	probes: Probes,
	{ host, cluster }: Pick<Settings, "host" | "cluster">,
): Promise<() => Promise<void>> {
	const port = cluster?.metricsPort ?? null;
	if (port === null) return async () => undefined;
	const server = await serveProbes(probes, { host, port });
	return async () => {
		const closed = new Promise<void>((resolve) => server.close(() => resolve()));
		server.closeAllConnections();
		await closed;
	};
}

/** Serves /metrics, /health and /ready; the port is the one in its `address()`. */
export async function serveProbes(probes: Probes, { host, port }: { host: string; port: number }): Promise<Server> {
	const routes: Readonly<Record<string, () => ProbeReply | Promise<ProbeReply>>> = {
		"/metrics": probes.metrics,
		"/health": probes.health,
		"/ready": probes.ready,
	};
	const server = createServer({ requestTimeout: ARRIVAL_MS }, (request, response) => {
		const path = (request.url ?? "/").split("?")[0] ?? "/";
		const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
		const isRead = request.method === "GET" || request.method === "HEAD";
		void answer(isRead ? route : undefined).then(({ status, headers, body }) => {
			response.writeHead(status, headers);
			response.end(request.method === "HEAD" ? undefined : body);
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, host, resolve);
	});
	return server;
}

async function answer(route: (() => ProbeReply | Promise<ProbeReply>) | undefined): Promise<ProbeReply> {
	const headers = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
	if (route === undefined) return { status: 404, headers, body: "Not found\n" };
	try {
		return await route();
	} catch {
		return { status: 503, headers, body: "Not available\n" };
	}
}
