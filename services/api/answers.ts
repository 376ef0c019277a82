import type { Runtime } from "../../mixins/runtime.ts";
import type { TokenAnswer } from "../auth/contract.ts";
import { refuseCrossSite } from "./access/cross-site.ts";
import type { Failures } from "./failures.ts";
import type { GatewayRequest, RootContext } from "./exchange.ts";
import { readJson, RequestAborted, type JsonObject } from "./http/body.ts";
import { clearedRefreshCookie, readCookie, REFRESH_COOKIE, refreshCookie } from "./http/cookies.ts";
import type { Params } from "./http/params.ts";
import { JSON_TYPE } from "./http/reply.ts";
import { canonicalJson } from "./idempotency/canonical.ts";
import type { Claims } from "./idempotency/claims.ts";
import { claimKey, readIdempotencyKey } from "./idempotency/key.ts";
import type { Answer, Execution } from "./idempotency/records.ts";
import type { ActionRoute, SessionEffect } from "./routes/types.ts";

/** What answering stands on. */
export interface AnswerOptions {
	readonly runtime: Pick<Runtime, "settings" | "ids">;
	readonly claims: Claims;
	/** Something began or ended sessions. */
	readonly onSessionChange: (effect: SessionEffect) => void;
	readonly failures: Failures;
	readonly isHttps: boolean;
}

/** Answers an admitted request by calling its action; errors are thrown, or stored under an idempotency key. */
export type Answers = (ctx: RootContext, request: GatewayRequest, route: ActionRoute) => Promise<Answer>;

/** The one place where an action's name is not known to the compiler: it comes from the routes table, which is. */
type UntypedCall = (action: string, params: Params, options?: { headers: { commandId: string } }) => Promise<unknown>;

/** Methods that an Idempotency-Key makes repeatable; the others are repeatable as they are. */
const KEYED: ReadonlySet<string> = new Set(["POST", "PATCH"]);

const NOTHING: JsonObject = Object.freeze({});
const ANONYMOUS = "anonymous";
/** Nothing happened: a corrected request may use the key again. */
const DROPPED = new Set(["VALIDATION_ERROR", "UNAUTHENTICATED", "TOKEN_EXPIRED", "FORBIDDEN", "FORGED_IDENTITY"]);
/** "Not now": a repeat with the same key runs again. */
const REOPENED = new Set(["RATE_LIMITED", "CONFLICT", "PAYMENT_IN_PROGRESS"]);

/** Calls actions for requests. */
export function createAnswers(options: AnswerOptions): Answers {
	const { settings, ids } = options.runtime;
	const pepper = settings.auth.masterKey ?? "";
	const commandIdFor = (method: string | undefined) => (method === "GET" || method === "HEAD" ? null : ids.next("CMD"));

	async function claimed(
		ctx: RootContext,
		request: GatewayRequest,
		route: ActionRoute,
		params: Params,
		key: string,
	): Promise<Answer> {
		const user = ctx.meta.userId ?? ANONYMOUS;
		const { answer, isReplay } = await options.claims.run({
			key: claimKey(pepper, user, request.exchange.door?.key ?? "", key),
			content: canonicalJson(params),
			execute: (commandId) => execute(options, ctx, request, route, params, commandId),
		});
		return isReplay ? { ...answer, headers: { ...answer.headers, "Idempotency-Replayed": "true" } } : answer;
	}

	return async (ctx, request, route) => {
		if (route.cookies === true) refuseCrossSite(request.headers, settings.corsOrigins);
		const key = KEYED.has(request.method ?? "") ? readIdempotencyKey(request.headers["idempotency-key"]) : null;
		const params = await paramsOf(request, settings.limits.bodyBytes);
		if (key !== null && route.idempotent !== false) return await claimed(ctx, request, route, params, key);
		return await call(options, ctx, route, params, commandIdFor(request.method));
	};
}

async function paramsOf(request: GatewayRequest, bytesMax: number): Promise<Params> {
	const { door, params } = request.exchange;
	if (door === null) return {};
	const body = door.hasBody ? await readJson(request, bytesMax) : NOTHING;
	const cookie = readCookie(request.headers.cookie, REFRESH_COOKIE);
	return door.readParams({ path: params, query: request.query, body, cookie });
}

async function call(
	options: AnswerOptions,
	ctx: RootContext,
	route: ActionRoute,
	params: Params,
	commandId: string | null,
): Promise<Answer> {
	const callAction = ctx.call.bind(ctx) as unknown as UntypedCall;
	const calling =
		commandId === null
			? callAction(route.action, params)
			: callAction(route.action, params, { headers: { commandId } });
	const result = await calling.catch((error: unknown) => {
		if (route.session !== undefined && hasEndedSession(error)) options.onSessionChange("end");
		throw error;
	});
	if (route.session !== undefined) options.onSessionChange(route.session);
	return answerOf(route, result, options.isHttps);
}

/** A refusal that ends a session: the token was used before, by somebody. */
function hasEndedSession(error: unknown): boolean {
	return error instanceof Error && "type" in error && error.type === "REFRESH_TOKEN_REUSED";
}

async function execute(
	options: AnswerOptions,
	ctx: RootContext,
	request: GatewayRequest,
	route: ActionRoute,
	params: Params,
	commandId: string,
): Promise<Execution> {
	try {
		return { answer: await call(options, ctx, route, params, commandId), verdict: "keep" };
	} catch (error) {
		if (error instanceof RequestAborted) throw error;
		const { problem, reply } = options.failures(request, error);
		const answer = { status: reply.status, headers: reply.headers, body: reply.body.toString() };
		if (DROPPED.has(problem.code)) return { answer, verdict: "drop" };
		return { answer, verdict: problem.status >= 500 || REOPENED.has(problem.code) ? "reopen" : "keep" };
	}
}

/** The parts of a route that depend on its result, without the result's type. */
interface ResultRules {
	readonly isAccepted?: (result: unknown) => boolean;
	readonly location?: (result: unknown) => string;
}

const JSON_HEADERS = { "Content-Type": JSON_TYPE };

function answerOf(route: ActionRoute, result: unknown, isHttps: boolean): Answer {
	const rules = route as ResultRules;
	const status = rules.isAccepted?.(result) === true ? 202 : (route.status ?? 200);
	const extra = headersOf(route, result, isHttps);
	if (status === 204) return { status, headers: extra ?? {}, body: "" };
	const headers = extra === null ? JSON_HEADERS : { ...JSON_HEADERS, ...extra };
	return { status, headers, body: JSON.stringify(result) };
}

function headersOf(route: ActionRoute, result: unknown, isHttps: boolean): Readonly<Record<string, string>> | null {
	const { location } = route as ResultRules;
	if (location !== undefined) return { Location: location(result) };
	const cookie = route.session === undefined ? null : cookieOf(route.session, result, isHttps);
	return cookie === null ? null : { "Set-Cookie": cookie };
}

function cookieOf(effect: SessionEffect, result: unknown, isHttps: boolean): string | null {
	switch (effect) {
		case "end":
			return clearedRefreshCookie(isHttps);
		case "end-others":
			return null;
		case "start": {
			const { refreshToken, refreshExpiresIn } = result as TokenAnswer;
			return refreshCookie(refreshToken, refreshExpiresIn, isHttps);
		}
	}
}
