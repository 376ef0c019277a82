import { classify, type Problem } from "./errors/classify.ts";
import { PROBLEM_TYPE, problemBody } from "./errors/problem.ts";
import { pathOf, type Exchange, type GatewayRequest } from "./exchange.ts";
import type { Reply } from "./http/reply.ts";

/** What failures need to become responses and log lines. */
export interface FailureOptions {
	readonly iso: () => string;
	readonly langOf: (acceptLanguage: string | undefined) => "ko" | "en";
	readonly log: {
		error(message: string, fields: object): void;
		info(message: string, fields: object): void;
	};
}

/** One failed request. */
export interface Failure {
	readonly problem: Problem;
	readonly reply: Reply;
}

/** Turns any error into a problem response, and writes the one log line of a failed request. */
export type Failures = (request: GatewayRequest, error: unknown) => Failure;

/** Failures of the API; parameters and personal data reach neither the log nor, beyond the code, the client. */
export function createFailures({ iso, langOf, log }: FailureOptions): Failures {
	return (request, error) => {
		const problem = classify(error);
		const { exchange } = request;
		const fields = logFields(exchange, request.method, problem);
		if (problem.status === 500) log.error("request failed", { ...fields, error: stackOf(error) });
		else if (problem.status > 500) log.error("request failed", { ...fields, error: nameOf(error) });
		else log.info("request refused", fields);
		const lang = langOf(request.headers["accept-language"]);
		const context = { lang, instance: pathOf(request), correlationId: exchange.correlationId, timestamp: iso() };
		const body = JSON.stringify(problemBody(problem, context));
		return { problem, reply: { status: problem.status, headers: headersOf(problem, lang), body } };
	};
}

function headersOf(problem: Problem, lang: string): Record<string, string> {
	const headers: Record<string, string> = { "Content-Type": PROBLEM_TYPE, "Content-Language": lang };
	if (problem.retryAfterSeconds !== null) headers["Retry-After"] = String(problem.retryAfterSeconds);
	if (problem.allow !== null) headers["Allow"] = problem.allow.join(", ");
	if (problem.status === 401)
		headers["WWW-Authenticate"] =
			problem.code === "TOKEN_EXPIRED" ? 'Bearer realm="payflow", error="invalid_token"' : 'Bearer realm="payflow"';
	return headers;
}

function logFields(exchange: Exchange, method: string | undefined, problem: Problem): object {
	const { status, code } = problem;
	return { correlationId: exchange.correlationId, route: exchange.door?.key ?? "unmatched", method, status, code };
}

function stackOf(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.name) : String(error);
}

function nameOf(error: unknown): string {
	return error instanceof Error ? error.name : "unknown";
}
