import type { Server } from "node:http";
import ApiGateway from "moleculer-web";
import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import type { VirtualClock } from "../../mixins/clock/virtual.ts";
import type { Probes } from "../../mixins/operations/probes.ts";
import { openProbes } from "../../mixins/operations/server.ts";
import * as rules from "../../mixins/rules.ts";
import { scheduler } from "../../mixins/scheduler.mixin.ts";
import type { Meta, TypedService } from "../../mixins/typed.ts";
import { GatewayRejected } from "./errors/rejected.ts";
import type { Door, GatewayRequest, GatewayResponse, RootContext } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { refuseMalformed } from "./http/malformed.ts";
import type { Match } from "./http/router.ts";
import { dashboard } from "./operations/dashboard.ts";
import { allProcesses, oneProcess, type Processes } from "./operations/processes.ts";
import { rootTrace } from "./operations/root-trace.ts";
import { createDrain } from "./operations/stop.ts";
import { routes } from "./routes.ts";
import { wireGateway } from "./wiring.ts";

interface Deps extends RuntimeDeps {
	gateway: Gateway;
	probes: Probes;
	closeProbes(): Promise<void>;
	isStopping: boolean;
	processes: Processes;
	server: Server;
	routes: readonly unknown[];
}

/** What moleculer-web's root action makes of `resolveAlias`. */
interface Found {
	readonly alias: { readonly route: unknown };
	readonly match: Match<Door>;
}

const SWEEP_EVERY_MS = 600_000;
const SWEEP_LEASE_MS = 60_000;
/** A request that takes longer to arrive is cut off. */
const REQUEST_ARRIVAL_MS = 30_000;
/** Longer than proxies keep an idle connection (nginx: 60 s), so that it is always they who close it, never during a request. */
const KEEP_ALIVE_MS = 75_000;
const PARKED_DEFAULT = 50;
const ADVANCE_MAX_MS = 400 * 86_400_000;
const parkedId = { type: "string", min: 3, max: 300, pattern: /^[A-Za-z0-9_.:-]+$/ } as const;

/**
 * The only door from the internet. moleculer-web owns the server, the root action and its context; the methods below replace its
 * parsing, routing and answering, which cost more than the rest of a request together.
 */
const service: TypedService<"api", Deps> = {
	name: "api",
	mixins: [
		withRuntime(),
		scheduler<Deps>({
			jobs: {
				"sweep-claims": {
					everyMs: SWEEP_EVERY_MS,
					leaseMs: SWEEP_LEASE_MS,
					async run() {
						while ((await this.gateway.claims.sweep()) > 0);
					},
				},
			},
		}),
		rootTrace,
		ApiGateway as object,
	],

	settings: settings(),

	actions: {
		dashboard: {
			params: { $$strict: "remove" },
			async handler(ctx) {
				return await dashboard(ctx, ctx.meta.lang ?? "ko", this.runtime.clock.iso());
			},
		},

		bus: {
			params: { $$strict: "remove" },
			async handler(ctx) {
				return { items: await this.processes.bus(ctx) };
			},
		},

		parked: {
			params: { $$strict: "remove", group: rules.id, limit: rules.limit },
			async handler(ctx) {
				const items = await this.processes.parked(ctx, ctx.params.group, ctx.params.limit ?? PARKED_DEFAULT);
				return { items };
			},
		},

		replayParked: {
			params: { $$strict: "remove", parkedId },
			async handler(ctx) {
				if (!(await this.processes.replay(ctx, ctx.params.parkedId)))
					throw new GatewayRejected("PARKED_EVENT_NOT_FOUND");
				return { replayed: true };
			},
		},

		skipParked: {
			params: { $$strict: "remove", parkedId },
			async handler(ctx) {
				if (!(await this.processes.skip(ctx, ctx.params.parkedId))) throw new GatewayRejected("PARKED_EVENT_NOT_FOUND");
				return { skipped: true };
			},
		},

		advanceClock: {
			params: { $$strict: "remove", ms: { type: "number", integer: true, min: 1, max: ADVANCE_MAX_MS } },
			async handler(ctx) {
				const { clock } = this.runtime;
				if (!("advance" in clock)) throw new GatewayRejected("CLOCK_NOT_VIRTUAL");
				await (clock as VirtualClock).advance(ctx.params.ms);
				return { now: clock.iso() };
			},
		},
	},

	methods: {
		parseQueryString(this: Deps, request: GatewayRequest) {
			return this.gateway.parse(request);
		},
		resolveAlias(this: Deps, path: string, method: string | undefined): Found | false {
			const match = this.gateway.find(path, method ?? "GET");
			return match === undefined ? false : { alias: { route: this.routes[0] }, match };
		},
		routeHandler(
			this: Deps,
			ctx: RootContext,
			_route: unknown,
			request: GatewayRequest,
			response: GatewayResponse,
			found?: Found,
		) {
			ctx.requestID = request.exchange.correlationId;
			return this.gateway.handle(ctx, request, response, found?.match);
		},
		send404(this: Deps, request: GatewayRequest, response: GatewayResponse) {
			this.gateway.fail(request, response, new GatewayRejected("NOT_FOUND"));
		},
		errorHandler(this: Deps, request: GatewayRequest, response: GatewayResponse, error: unknown) {
			this.gateway.fail(request, response, error);
		},
	},

	created() {
		const { settings } = this.runtime;
		Object.assign(this.settings, { port: settings.port, ip: settings.host });
		this.isStopping = false;
		this.processes = settings.cluster === null ? oneProcess(this.runtime.bus) : allProcesses(this.broker);
		const drain = createDrain(this.server);
		const { clock, ids } = this.runtime;
		refuseMalformed(this.server, {
			iso: () => clock.iso(),
			mint: () => ids.next("COR"),
			isHttps: settings.publicUrl.startsWith("https:"),
			log: this.logger,
		});
		this.server.keepAliveTimeout = KEEP_ALIVE_MS;
		const { gateway, streams, probes } = wireGateway({
			runtime: this.runtime,
			broker: this.broker,
			log: this.logger,
			isStopping: () => this.isStopping,
			root: process.cwd(),
		});
		this.gateway = gateway;
		this.probes = probes;
		this.closeProbes = async () => undefined;
		// Before any service stops and before the bus does: requests under way still find everything in place.
		this.broker.middlewares.add({
			name: "GatewayDrain",
			stopping: async () => {
				this.isStopping = true;
				streams.close();
				await drain();
			},
		});
	},

	async started() {
		this.closeProbes = await openProbes(this.probes, this.runtime.settings);
	},

	async stopped() {
		await this.closeProbes();
		await this.gateway.close();
	},
};

/** One route object for everything; moleculer-web's own parsing, logging and mapping are off. */
function settings(): object {
	return {
		requestTimeout: REQUEST_ARRIVAL_MS,
		logRequest: null,
		logRequestParams: null,
		logResponse: null,
		logRouteRegistration: null,
		optimizeOrder: false,
		routes: [
			{
				name: "api",
				path: "/",
				aliases: aliases(),
				mappingPolicy: "restrict",
				autoAliases: false,
				mergeParams: false,
				bodyParsers: false,
				logging: false,
			},
		],
		rootCallOptions(this: Deps, options: { requestID?: string; meta?: Meta }, request: GatewayRequest) {
			// Set in `routeHandler` instead: the root action would echo it as a header of its own.
			options.requestID = "";
			const { correlationId, startedAt } = this.gateway.begin(request);
			options.meta = { correlationId, startedAt };
		},
	};
}

/** The table as moleculer-web lists it (`api.listAliases`); the gateway's own router answers. */
function aliases(): Record<string, string> {
	return Object.fromEntries(
		Object.entries(routes).flatMap(([key, route]) => ("action" in route ? [[key, route.action]] : [])),
	);
}

export default service;
