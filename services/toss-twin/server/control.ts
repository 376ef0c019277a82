import type { Clock } from "../../../mixins/clock/port.ts";
import type { Core } from "../application/core.ts";
import type { Faults } from "../application/fault-box.ts";
import type { WebhookStore } from "../application/ports.ts";
import type { Body } from "../domain/body.ts";
import { ControlRefusal } from "../domain/errors.ts";
import type { GroupCommit } from "../infrastructure/group-commit.ts";
import { jsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { Request } from "./http.ts";

/** What control handlers work with besides the core. */
export interface ControlDeps {
	readonly core: Core;
	readonly commits: GroupCommit;
	readonly faults: Faults;
	readonly webhooks: WebhookStore;
	readonly webhookHosts: readonly string[];
	readonly isOpenToAll: boolean;
	/** Moves the clock; null when time is real. */
	readonly advance: ((ms: number) => Promise<void>) | null;
	/** Webhooks wait: look for them now. */
	readonly nudge: () => void;
	readonly clock: Clock;
	readonly report: (error: unknown) => void;
}

export interface ControlCall {
	readonly params: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly body: Body;
	/** The parsed body when it is a list instead of an object. */
	readonly list: unknown;
}

/** `write` runs inside a commit, `read` at once, `async` takes care of itself. `isPublic` doors are open to any page. */
export type ControlRoute =
	| {
			readonly kind: "write" | "read";
			readonly isPublic?: boolean;
			handle(deps: ControlDeps, call: ControlCall): Answer;
	  }
	| {
			readonly kind: "async";
			readonly isPublic?: boolean;
			handle(deps: ControlDeps, call: ControlCall): Promise<Answer>;
	  };

const CORS = { "access-control-allow-origin": "*" };

/** Serves the control API: loopback only, JSON only, every refusal with a code. */
export async function serveControl(
	deps: ControlDeps,
	request: Request,
	route: ControlRoute,
	params: Readonly<Record<string, string>>,
): Promise<Answer> {
	const headers = route.isPublic === true ? CORS : undefined;
	try {
		if (route.isPublic !== true && !request.isLocal && !deps.isOpenToAll)
			throw new ControlRefusal(403, "LOOPBACK_ONLY", "The control API answers only to this machine.");
		const call = { params, query: new URLSearchParams(request.query), ...bodyOf(request) };
		const answer = await run(deps, route, call);
		return headers === undefined ? answer : { ...answer, headers: { ...answer.headers, ...headers } };
	} catch (error) {
		return controlFailure(deps, error, headers);
	}
}

function run(deps: ControlDeps, route: ControlRoute, call: ControlCall): Answer | Promise<Answer> {
	if (route.kind === "async") return route.handle(deps, call);
	return route.kind === "read" ? route.handle(deps, call) : deps.commits.commit(() => route.handle(deps, call));
}

/** The answer to a refusal, or a bare 500 for anything unexpected. */
export function controlFailure(
	deps: Pick<ControlDeps, "report">,
	error: unknown,
	headers?: Record<string, string>,
): Answer {
	if (error instanceof ControlRefusal) {
		const { code, message, field } = error;
		return jsonAnswer(error.status, field === null ? { code, message } : { code, message, field }, headers);
	}
	deps.report(error);
	return jsonAnswer(500, { code: "INTERNAL_ERROR", message: "The Twin could not do that." }, headers);
}

/** A page of another origin may only send JSON after asking, and only the public door says yes; so a type is demanded. */
function bodyOf(request: Request): { body: Body; list: unknown } {
	if (request.body === null) throw new ControlRefusal(413, "BODY_TOO_LARGE", "The body is too large.");
	if (request.body === "") return { body: {}, list: null };
	if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
		throw new ControlRefusal(415, "JSON_ONLY", "Send application/json.");
	const parsed = parsedJson(request.body);
	if (Array.isArray(parsed)) return { body: {}, list: parsed };
	if (typeof parsed === "object" && parsed !== null) return { body: parsed as Body, list: null };
	throw new ControlRefusal(400, "INVALID_JSON", "The body is not a JSON object.");
}

function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new ControlRefusal(400, "INVALID_JSON", "The body is not JSON.");
	}
}

/** A whole number out of the query string, within bounds. */
export function numberOf(query: URLSearchParams, name: string, rule: { min: number; max: number; or: number }): number {
	const text = query.get(name);
	if (text === null || text === "") return rule.or;
	const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
	if (!Number.isSafeInteger(value) || value < rule.min || value > rule.max)
		throw new ControlRefusal(400, "VALIDATION_ERROR", `${name} must be from ${rule.min} to ${rule.max}`, name);
	return value;
}
