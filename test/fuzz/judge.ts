import { ROOT } from "../support/documents.ts";
import type { Told } from "../support/raw-http.ts";
import type { FuzzRequest, Role } from "./request.ts";

/** Names of what is inside, and anything that looks like a stack or a place in a file. */
const INSIDE =
	/node_modules|moleculer|sqlite|mongo|kafka|undici|\bstack\b|file:\/\/|\.(ts|ejs|db|pem)\b|\bat .+:\d+:\d+|[A-Z][a-z]+Error\b|ECONN|ENOENT|EACCES|127\.0\.0\.1/i;
const PROBLEM = "application/problem+json";
/** A logout is never refused, and a notice is a hint that nobody believes. */
const TOLERANT: ReadonlySet<string> = new Set(["POST /api/auth/logout", "POST /api/payments/webhook/toss"]);
const SHOWN_MAX = 300;

/** Everything that is wrong with an answer; empty when it is as it should be. */
export function judge(request: FuzzRequest, told: Told, dataDir: string): string[] {
	const body = jsonOf(told);
	return [
		...(told.status >= 500 ? [`answers ${told.status}: ${told.text.slice(0, SHOWN_MAX)}`] : []),
		...(isWronglyAccepted(request, told.status) ? [`accepts with ${told.status} what the document forbids`] : []),
		...accessFaults(request, told.status),
		...conformity(request, told, body),
		...(told.status >= 400 ? [...leaks(told, dataDir), ...problemFaults(told, body)] : []),
	];
}

function isWronglyAccepted({ isInvalid, operation }: FuzzRequest, status: number): boolean {
	return isInvalid && status < 300 && !TOLERANT.has(operation.key);
}

/** Nobody passes a door that is not theirs, whatever they bring. */
function accessFaults({ operation, role }: FuzzRequest, status: number): string[] {
	const { access } = operation;
	if (status >= 300 || isAllowed(access, role)) return [];
	return [`lets ${role} in, but it is for ${JSON.stringify(access)}`];
}

function isAllowed(access: FuzzRequest["operation"]["access"], role: Role): boolean {
	if (typeof access === "object")
		return role === "administrator" || (role === "operator" && hasOperators(access.roles));
	if (access === "admin") return role === "administrator";
	return access === "user" ? role !== "anonymous" : true;
}

function hasOperators(roles: readonly string[]): boolean {
	return roles.includes("ROLE_OPERATOR");
}

/** Addresses that no route takes are answered by the server itself. */
function conformity({ operation }: FuzzRequest, { status, headers }: Told, body: unknown): string[] {
	if (status === 405 || status === 404 || status === 414) return [];
	const type = (headers["content-type"] ?? "").split(";")[0] ?? "";
	// A page says what is wrong as a page.
	return status >= 400 && type === "text/html" ? [] : operation.faultsOf(status, type, body);
}

function problemFaults({ headers, text }: Told, body: unknown): string[] {
	const type = String(headers["content-type"]);
	if (type.startsWith("text/html")) return [];
	if (type !== PROBLEM) return [`is refused as ${type}`];
	const { code, correlationId, status } = (body ?? {}) as { code?: unknown; correlationId?: unknown; status?: unknown };
	const isComplete =
		typeof code === "string" && typeof status === "number" && correlationId === headers["x-correlation-id"];
	return isComplete ? [] : [`is no full problem: ${text.slice(0, SHOWN_MAX)}`];
}

/** The address that was asked for is the client's own text. */
function leaks({ text, headers }: Told, dataDir: string): string[] {
	if (String(headers["content-type"]).startsWith("text/html")) return [];
	const own = text.replace(/"instance":"(?:[^"\\]|\\.)*"/, "");
	const isLeak = INSIDE.test(own) || own.includes(ROOT) || own.includes(dataDir);
	return isLeak ? [`shows its inside: ${own.slice(0, SHOWN_MAX)}`] : [];
}

function jsonOf({ headers, text }: Told): unknown {
	if (!/json/.test(String(headers["content-type"]))) return undefined;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
