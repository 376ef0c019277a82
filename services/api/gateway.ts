import type { Signal } from "../../mixins/cluster/signal.ts";
import type { Runtime } from "../../mixins/runtime.ts";
import type { Meta } from "../../mixins/typed.ts";
import { createAdmission, type Admission } from "./access/admission.ts";
import { createLimits, type Limits, type LimitsLog } from "./access/limits.ts";
import { requirementOf } from "./access/policy.ts";
import { createSessions, type Sessions } from "./access/sessions.ts";
import { createVerifier } from "./access/token.ts";
import { createAnswers, type Answers } from "./answers.ts";
import { GatewayRejected } from "./errors/rejected.ts";
import type { Door, Exchange, GatewayRequest, GatewayResponse, RootContext } from "./exchange.ts";
import { createFailures, type FailureOptions } from "./failures.ts";
import { clientAddress } from "./http/address.ts";
import { RequestAborted } from "./http/body.ts";
import { correlationIdOf } from "./http/correlation.ts";
import { cors } from "./http/cors.ts";
import { languageReader } from "./http/language.ts";
import { hasHost } from "./http/malformed.ts";
import { paramsReader } from "./http/params.ts";
import { parseQuery, splitTarget } from "./http/query.ts";
import { send, type Reply } from "./http/reply.ts";
import { createRouter, type Match, type Router } from "./http/router.ts";
import { securityHeaders, type HeaderList, type Headers } from "./http/security-headers.ts";
import { createClaims, type Claims } from "./idempotency/claims.ts";
import type { HttpMetrics } from "./operations/http-metrics.ts";
import type { Tallies } from "./operations/tallies.ts";
import type { Route, RouteKey, SessionEffect } from "./routes/types.ts";
import type { Site } from "./site/site.ts";
import type { LiveStreams } from "./streams/live-streams.ts";

/** What the gateway stands on. */
export interface GatewayOptions {
	readonly runtime: Runtime;
	readonly routes: Readonly<Record<string, Route>>;
	readonly site: Site;
	readonly streams: LiveStreams;
	readonly metrics: HttpMetrics;
	readonly tallies: Tallies;
	readonly log: FailureOptions["log"] & LimitsLog;
	/** Tells all gateways that sessions have ended; what they hear runs `heard`. */
	readonly sessionsEnded: (heard: () => void) => Signal;
}

/** The request path; moleculer-web's methods call these. */
export interface Gateway {
	readonly claims: Claims;
	/** First look at a request: correlation id and start. */
	begin(request: GatewayRequest): Exchange;
	parse(request: GatewayRequest): { url: string; query: GatewayRequest["query"] };
	find(path: string, method: string): Match<Door> | undefined;
	handle(
		ctx: RootContext,
		request: GatewayRequest,
		response: GatewayResponse,
		found: Match<Door> | undefined,
	): Promise<true>;
	fail(request: GatewayRequest, response: GatewayResponse, error: unknown): void;
	/** Nobody is counted any more. */
	close(): Promise<void>;
}

/** Puts the parts of the request path together. */
export function createGateway(options: GatewayOptions): Gateway {
	const { runtime, metrics, site } = options;
	const { clock, ids, settings } = runtime;
	const now = () => clock.now();
	const isHttps = settings.publicUrl.startsWith("https:");
	const limits = createLimits({ runtime, tallies: options.tallies, log: options.log });
	const router = createRouter(doorsOf(options, limits));
	const langOf = languageReader();
	const failures = createFailures({ iso: () => clock.iso(), langOf, log: options.log });
	const sessions = createSessions(now);
	const addressOf = clientAddress(settings.trustedProxies);
	const admit = createAdmission({ verifier: createVerifier(now), sessions, addressOf, langOf });
	const claims = counted(createClaims(runtime), options.tallies);
	const answer = createAnswers({ runtime, claims, onSessionChange: forgetting(sessions, options), failures, isHttps });
	const out = createOutlet(options, isHttps);
	const serve = createServe(options, { admit, answer, out, router });

	return {
		claims,
		begin(request) {
			const correlationId = correlationIdOf(request.headers["x-correlation-id"], () => ids.next("COR"));
			const exchange = { correlationId, startedAt: now(), startedTick: performance.now(), door: null, params: {} };
			request.exchange = exchange;
			return exchange;
		},
		parse(request) {
			if (!hasHost(request)) throw new GatewayRejected("MALFORMED_REQUEST");
			const { url, search } = splitTarget(request.url ?? "/");
			request.parsedUrl = url;
			return { url, query: parseQuery(search) };
		},
		find: (path, method) => router.find(method === "HEAD" ? "GET" : method, path),
		async handle(ctx, request, response, found) {
			runtime.pressure.enter();
			try {
				return await serve(ctx, request, response, found);
			} finally {
				runtime.pressure.leave();
			}
		},
		fail(request, response, error) {
			if (error instanceof RequestAborted) {
				metrics.observe("aborted", request, 499);
				return;
			}
			const { reply } = failures(request, error);
			const page = site.problem(request, reply);
			if (page === null) out.api(request, response, reply);
			else out.site(request, response, page);
		},
		close: () => limits.close(),
	};
}

/** A beginning concerns this gateway only: nobody else has seen its token. */
function forgetting(sessions: Sessions, { sessionsEnded }: GatewayOptions): (effect: SessionEffect) => void {
	const ended = sessionsEnded(() => sessions.forget());
	return (effect) => {
		sessions.forget();
		if (effect !== "start") ended.send();
	};
}

/** Everything between the route and the answer. */
function createServe(
	{ site }: GatewayOptions,
	parts: { admit: Admission; answer: Answers; out: ReturnType<typeof createOutlet>; router: Router<Door> },
) {
	const { admit, answer, out, router } = parts;
	return async (
		ctx: RootContext,
		request: GatewayRequest,
		response: GatewayResponse,
		found: Match<Door> | undefined,
	): Promise<true> => {
		if (request.method === "OPTIONS") return out.options(request, response, router);
		if (found === undefined) throw notFound(router, request);
		const { exchange } = request;
		const { target: door, params } = found;
		exchange.door = door;
		exchange.params = params;
		await admit(ctx, request, door);
		if ("isStream" in door.route) await out.stream(request, response, ctx.meta);
		else if ("site" in door.route) out.site(request, response, await site.serve(door.route.site, request));
		else out.api(request, response, await answer(ctx, request, door.route));
		return true;
	};
}

function createOutlet({ runtime, metrics, streams }: GatewayOptions, isHttps: boolean) {
	const { granted, preflight } = cors(runtime.settings.corsOrigins);
	const fixed = securityHeaders(isHttps);
	const deliver = (request: GatewayRequest, response: GatewayResponse, reply: Reply, headers: HeaderList) => {
		const { correlationId, door } = request.exchange;
		send(response, reply, [...headers, ["X-Correlation-ID", correlationId]], request.method === "HEAD");
		metrics.observe(door?.key ?? "unmatched", request, reply.status);
	};
	return {
		api: (request: GatewayRequest, response: GatewayResponse, reply: Reply) =>
			deliver(request, response, reply, withCors(fixed.api, granted(request.headers))),
		site: (request: GatewayRequest, response: GatewayResponse, reply: Reply) =>
			deliver(request, response, reply, fixed.site),
		async stream(request: GatewayRequest, response: GatewayResponse, meta: Meta): Promise<void> {
			const { correlationId, door } = request.exchange;
			const headers = withCors(fixed.api, granted(request.headers));
			await streams.open(request, response, meta, [...headers, ["X-Correlation-ID", correlationId]]);
			metrics.observe(door?.key ?? "unmatched", request, 200);
		},
		options(request: GatewayRequest, response: GatewayResponse, router: Router<Door>): true {
			const methods = allowed(router, request);
			if (methods.length === 0) throw new GatewayRejected("NOT_FOUND");
			const headers = { Allow: methods.join(", "), ...preflight(request.headers, methods) };
			deliver(request, response, { status: 204, headers, body: "" }, fixed.api);
			return true;
		},
	};
}

function withCors(headers: HeaderList, grant: Headers | null): HeaderList {
	return grant === null ? headers : [...headers, ...Object.entries(grant)];
}

/** Repeats are counted where they are answered. */
function counted(claims: Claims, { replays }: Tallies): Claims {
	return {
		...claims,
		async run(request) {
			const answer = await claims.run(request);
			if (answer.isReplay) replays.value += 1;
			return answer;
		},
	};
}

function doorsOf({ runtime, routes }: GatewayOptions, limits: Limits): readonly (readonly [RouteKey, Door])[] {
	const { settings } = runtime;
	const openness = { logsPublic: settings.logsPublic, isProduction: settings.environment === "production" };
	return Object.entries(routes)
		.filter(([, route]) => !("onlyVirtualClock" in route) || settings.clock === "virtual")
		.map(([key, route]) => {
			const door: Door = {
				key: key as RouteKey,
				route,
				requirement: requirementOf(route.auth, openness),
				limiter: route.limit === undefined ? null : limits.of[route.limit],
				isCountedByAddress: route.limit === "login",
				readParams: paramsReader("from" in route ? route.from : undefined),
				hasBody: "action" in route && /^(POST|PUT|PATCH) /.test(key),
			};
			return [door.key, door] as const;
		});
}

function notFound(router: Router<Door>, request: GatewayRequest): GatewayRejected {
	const allow = allowed(router, request);
	return allow.length === 0 ? new GatewayRejected("NOT_FOUND") : new GatewayRejected("METHOD_NOT_ALLOWED", { allow });
}

function allowed(router: Router<Door>, request: GatewayRequest): readonly string[] {
	const methods = router.methodsOf(request.parsedUrl ?? "/");
	if (methods.length === 0) return [];
	return [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
}
