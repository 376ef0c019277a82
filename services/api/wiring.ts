import type { ServiceBroker } from "moleculer";
import { createSignal, hearSignal } from "../../mixins/cluster/signal.ts";
import { groupsOf } from "../../mixins/operations/groups.ts";
import { createProbes, type Probes } from "../../mixins/operations/probes.ts";
import { unreadyReasons } from "../../mixins/operations/readiness.ts";
import { breakersOf } from "../../mixins/breakers.ts";
import { callsOf } from "../../mixins/call-meter.ts";
import type { Runtime } from "../../mixins/runtime.ts";
import type { Broker } from "../../mixins/typed.ts";
import { LOG_GROWN } from "../logging/contract.ts";
import type { LimitsLog } from "./access/limits.ts";
import type { FailureOptions } from "./failures.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { openApiDocument } from "./openapi/document.ts";
import { createHttpMetrics } from "./operations/http-metrics.ts";
import { createMetrics } from "./operations/metrics.ts";
import { createTallies } from "./operations/tallies.ts";
import { routes } from "./routes.ts";
import type { Route, RouteTable } from "./routes/types.ts";
import { createDocs } from "./site/docs.ts";
import { createFiles } from "./site/files.ts";
import { createPageHandler } from "./site/page-handler.ts";
import { createSite } from "./site/site.ts";
import { createLiveStreams, type LiveStreams } from "./streams/live-streams.ts";
import { createPulse, type Pulse } from "./streams/pulse.ts";

/** What the wiring needs of the service. */
export interface WiringOptions {
	readonly runtime: Runtime;
	readonly broker: ServiceBroker;
	readonly log: FailureOptions["log"] & LimitsLog;
	readonly isStopping: () => boolean;
	/** Folder with `views/`, `public/` and `node_modules/`. */
	readonly root: string;
}

/** Version of the public API, as the documentation states it. */
const API_VERSION = "1.0.0";
/** Streams look for rows this often when no signal has come: one may get lost, and is only late then. */
const CLUSTER_IDLE_MS = 2_000;

/** The gateway with its site, probes and documentation, and the streams that have to end before it can. */
export function wireGateway({ runtime, broker, log, isStopping, root }: WiringOptions): {
	gateway: Gateway;
	streams: LiveStreams;
	probes: Probes;
} {
	const { settings, random } = runtime;
	const http = createHttpMetrics();
	const files = createFiles(root);
	const pages = createPageHandler({ settings, random, root, assetVersion: files.version });
	const reasons = () =>
		unreadyReasons({
			runtime,
			isStopping,
			actions: actionsOf(routes),
			isAvailable: (action) => broker.registry.actions.isAvailable(action),
			groups: () => groupsOf(broker),
		});
	const tallies = createTallies();
	const caller: Broker = broker;
	const sources = { http, caller, tallies, calls: () => callsOf(broker), breakers: () => breakersOf(broker).list() };
	const probes = createProbes(createMetrics(runtime, sources), reasons);
	const docs = createDocs(root, () => documentOf(runtime, broker));
	const site = createSite(
		{
			page: pages.serve,
			asset: files.serve,
			docs: docs.page,
			docsAsset: docs.file,
			openapi: docs.openapi,
			health: probes.health,
			ready: probes.ready,
			metrics: probes.metrics,
		},
		pages.problem,
	);
	const streams = createLiveStreams({
		tail: (params, meta) => caller.call("logging.tail", params, { meta }),
		pulse: pulseOf(runtime, broker),
		now: () => performance.now(),
		onError: (error) => log.info("A live stream has ended.", { error: String(error) }),
	});
	const sessionsEnded = (heard: () => void) => createSignal(broker, "sessions-ended", heard);
	return {
		gateway: createGateway({ runtime, routes, site, streams, metrics: http, tallies, log, sessionsEnded }),
		streams,
		probes,
	};
}

/** News come from this process's own log, or from whoever writes the log in another one. */
function pulseOf({ settings, log }: Runtime, broker: ServiceBroker): Pulse {
	if (settings.cluster === null) return createPulse((listener) => log.onAppend(listener));
	return createPulse((listener) => {
		hearSignal(broker, LOG_GROWN, listener);
		return () => undefined;
	}, CLUSTER_IDLE_MS);
}

function documentOf({ settings }: Runtime, broker: ServiceBroker): string {
	return JSON.stringify(
		openApiDocument({
			routes,
			rulesOf: (action) => rulesOf(broker, action),
			serverUrl: settings.publicUrl,
			version: API_VERSION,
		}),
	);
}

function rulesOf(broker: ServiceBroker, name: string): Readonly<Record<string, unknown>> {
	const endpoint = broker.registry.actions.get(name)?.endpoints[0] as { action?: { params?: unknown } } | undefined;
	return (endpoint?.action?.params ?? {}) as Readonly<Record<string, unknown>>;
}

function actionsOf(table: RouteTable): readonly string[] {
	return Object.values<Route>(table).flatMap((route) => ("action" in route ? [route.action] : []));
}
