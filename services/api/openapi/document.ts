import { errorTables } from "../errors/statuses.ts";
import { titleOf } from "../errors/texts.ts";
import type { ActionRoute, Policy, Route, SiteRoute, Source } from "../routes/types.ts";
import { isOptional, schemaOfRule } from "./from-rules.ts";
import { ref, type JsonSchema } from "./json-schema.ts";
import { schemas } from "./schemas.ts";

/** Parameter rules of an action as its service declares them; empty while the service is not there. */
export type RulesOf = (action: string) => Readonly<Record<string, unknown>>;

/** What the document says beside the routes. */
export interface DocumentOptions {
	readonly routes: Readonly<Record<string, Route>>;
	readonly rulesOf: RulesOf;
	readonly serverUrl: string;
	readonly version: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Refusals that any API route may give. */
const COMMON_CODES = ["RATE_LIMITED", "INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "SERVICE_TIMEOUT"];
const BODY_CODES = ["VALIDATION_ERROR", "MALFORMED_JSON", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];
const KEY_CODES = ["INVALID_IDEMPOTENCY_KEY", "IDEMPOTENCY_KEY_REUSED", "REQUEST_IN_PROGRESS"];
/** What an Idempotency-Key makes repeatable; the other methods are repeatable as they are. */
const KEYED = /^(POST|PATCH) /;
const PAGE_TAGS = new Set(["pages"]);

/** OpenAPI 3.1 of every route: from the routes table, the services' validators and the error tables. */
export function openApiDocument({ routes, rulesOf, serverUrl, version }: DocumentOptions): Json {
	const paths: Record<string, Record<string, Json>> = {};
	for (const [key, route] of Object.entries(routes)) {
		const [method = "", path = ""] = key.split(" ");
		const item = (paths[templateOf(path)] ??= {});
		item[method.toLowerCase()] = operation(key, route, rulesOf);
	}
	return {
		openapi: "3.1.0",
		info: {
			title: "PayFlow",
			version,
			description: "Orders and payments. Errors are application/problem+json; amounts are whole won.",
			license: { name: "MIT", identifier: "MIT" },
		},
		servers: [{ url: serverUrl }],
		tags: [...new Set(Object.values(routes).map(({ tag }) => tag))].map((name) => ({ name })),
		paths,
		components: {
			schemas,
			securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
		},
	};
}

/** `/orders/:orderId` → `/orders/{orderId}`. */
export function templateOf(path: string): string {
	return path.replace(/[:*](\w+)/g, "{$1}");
}

function operation(key: string, route: Route, rulesOf: RulesOf): Json {
	const common = {
		operationId: operationId(key),
		summary: route.summary,
		tags: [route.tag],
		"x-access": route.auth,
		security: securityOf(route.auth),
	};
	return "site" in route ? { ...common, ...siteParts(key, route) } : { ...common, ...actionParts(key, route, rulesOf) };
}

function siteParts(key: string, route: SiteRoute): Json {
	const type = PAGE_TAGS.has(route.tag) && route.site === "page" ? "text/html" : "*/*";
	const responses: Record<string, Json> = { "200": { description: "OK", content: { [type]: {} } } };
	if (route.site === "ready") responses["503"] = { description: "Not ready; reasons by name" };
	if (pathParameters(key).length > 0) Object.assign(responses, problems(["VALIDATION_ERROR"]));
	if (route.auth === "operations") Object.assign(responses, problems(["UNAUTHENTICATED", "FORBIDDEN"]));
	return { parameters: pathParameters(key), responses };
}

function actionParts(key: string, route: ActionRoute, rulesOf: RulesOf): Json {
	const rules = rulesOf(route.action);
	const from: Readonly<Record<string, Source>> = route.from ?? {};
	const named = Object.entries(from).map(([name, source]) => ({ name, source, rule: rules[name] }));
	const fields = named.filter(({ source }) => source.startsWith("body"));
	const hasBody = /^(POST|PUT|PATCH) /.test(key);
	const parameters: Json[] = named
		.filter(({ source }) => !source.startsWith("body"))
		.map(({ name, source, rule }) => ({
			name,
			in: source === "path" ? "path" : "query",
			required: source === "path" || (rule !== undefined && !isOptional(rule)),
			schema: rule === undefined ? { type: "string" } : schemaOfRule(rule),
		}));
	if (KEYED.test(key) && route.idempotent !== false) parameters.push(IDEMPOTENCY_PARAMETER);
	return {
		parameters: [...parameters, CORRELATION_PARAMETER],
		...(hasBody && fields.length > 0 ? { requestBody: requestBody(fields) } : {}),
		responses: { ...successes(route), ...problems(codesOf(key, route, hasBody)) },
	};
}

const CORRELATION_PARAMETER = {
	name: "X-Correlation-ID",
	in: "header",
	required: false,
	schema: { type: "string", pattern: "^[A-Za-z0-9_.:-]{1,128}$" },
};
const IDEMPOTENCY_PARAMETER = {
	name: "Idempotency-Key",
	in: "header",
	required: false,
	description: "Makes repeats safe: the same key and body get the first answer again.",
	schema: { type: "string", minLength: 1, maxLength: 255 },
};

function requestBody(fields: readonly { name: string; source: Source; rule: unknown }[]): Json {
	const required = fields.filter(({ source, rule }) => source === "body" && rule !== undefined && !isOptional(rule));
	const schema = {
		type: "object",
		properties: Object.fromEntries(fields.map(({ name, rule }) => [name, schemaOfRule(rule)])),
		...(required.length > 0 ? { required: required.map(({ name }) => name) } : {}),
	};
	return { required: required.length > 0, content: { "application/json": { schema } } };
}

function successes(route: ActionRoute): Record<string, Json> {
	const status = String(route.status ?? 200);
	if (route.answer === null) return { [status]: { description: "Done; no content" } };
	const type = route.isStream === true ? "text/event-stream" : "application/json";
	const content = { [type]: { schema: ref(route.answer) } };
	const responses: Record<string, Json> = { [status]: { description: "OK", content } };
	if (route.isAccepted !== undefined)
		responses["202"] = { description: "Accepted; the outcome is not known yet", content };
	return responses;
}

function codesOf(key: string, route: ActionRoute, hasBody: boolean): readonly string[] {
	const service = route.action.split(".")[0] as keyof typeof errorTables;
	const own = service === "api" ? ["VALIDATION_ERROR"] : Object.keys(errorTables[service]);
	return [
		...own,
		...Object.keys(errorTables.machinery),
		...COMMON_CODES,
		"VALIDATION_ERROR",
		...(hasBody ? BODY_CODES : []),
		...(KEYED.test(key) ? KEY_CODES : []),
		...(route.auth === "public" ? [] : ["UNAUTHENTICATED", "TOKEN_EXPIRED", "FORBIDDEN"]),
	];
}

function problems(codes: readonly string[]): Record<string, Json> {
	const byStatus = new Map<number, Set<string>>();
	for (const table of Object.values(errorTables))
		for (const [code, status] of Object.entries<number>(table))
			if (codes.includes(code)) byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
	return Object.fromEntries(
		[...byStatus].map(([status, names]) => [
			String(status),
			{
				description: [...names].map((code) => `${code}: ${titleOf(code)}`).join("; "),
				content: { "application/problem+json": { schema: ref("Problem") } },
			},
		]),
	);
}

function securityOf(auth: Policy): readonly Json[] {
	return auth === "public" ? [] : [{ bearer: [] }];
}

function pathParameters(key: string): JsonSchema[] {
	return [...key.matchAll(/[:*](\w+)/g)].map(([, name]) => ({
		name: name ?? "",
		in: "path",
		required: true,
		schema: { type: "string" },
	}));
}

function operationId(key: string): string {
	return key
		.toLowerCase()
		.split(/[^a-z0-9]+/)
		.filter((word) => word !== "")
		.join("-");
}
