import { isDomainError } from "../../shared/errors.ts";
import type { GatewayStatus } from "../contract.ts";
import type { FieldProblem } from "./rejected.ts";
import { statusByCode } from "./statuses.ts";

/** An error as the client may know it. */
export interface Problem {
	readonly status: GatewayStatus;
	readonly code: string;
	readonly errors: readonly FieldProblem[];
	readonly retryAfterSeconds: number | null;
	readonly allow: readonly string[] | null;
	/** Facts that a refusal carries for the client, from a short list of names. */
	readonly facts: Readonly<Record<string, string | number | readonly ShortLine[]>>;
}

/** Fields of an error that are read; errors of other nodes come as copies, so classes cannot be relied on. */
interface AnyError {
	readonly name?: unknown;
	readonly code?: unknown;
	readonly type?: unknown;
	readonly data?: unknown;
	readonly retryable?: unknown;
}

/** What is not in stock. */
interface ShortLine {
	readonly productId: string;
	readonly quantity: number;
	readonly available: number;
}

const RETRY_SOON_S = 1;
/** Names a refusal's details may have in a response; everything else stays inside. */
const PUBLIC_FACTS = ["paymentId", "orderId", "failureCode", "failureMessage", "left", "expected"] as const;
const FIELDS_MAX = 20;
const FIELD_LENGTH_MAX = 100;
const UNAVAILABLE = new Set([
	"ServiceNotFoundError",
	"ServiceNotAvailableError",
	"RequestRejectedError",
	"RequestSkippedError",
	"QueueIsFullError",
	"BrokerDisconnectedError",
	"GracefulStopTimeoutError",
]);

/** The machinery's errors about the store; of another node's only the name arrives. */
const STORE_TROUBLE = new Set(["StoreUnavailable", "RecordUnknown"]);

/** What a client may know of any error: only codes of the error tables, and nothing of an unknown one. */
export function classify(error: unknown): Problem {
	if (isDomainError(error)) return refusal(error.code, error.details);
	if (typeof error !== "object" || error === null) return refusal("INTERNAL_ERROR", {});
	return classifyMoleculer(error);
}

function classifyMoleculer(error: AnyError): Problem {
	const name = String(error.name);
	const { type, data } = error;
	if (name === "MoleculerClientError" && typeof type === "string" && statusByCode.has(type))
		return refusal(type, isRecord(data) ? data : {});
	if (name === "ValidationError") return { ...refusal("VALIDATION_ERROR", {}), errors: fieldsOf(data) };
	return refusal(outageOf(name, error), {});
}

function outageOf(name: string, error: AnyError): string {
	if (name === "RequestTimeoutError") return "SERVICE_TIMEOUT";
	if (STORE_TROUBLE.has(name)) return "STORE_UNAVAILABLE";
	return UNAVAILABLE.has(name) || isTransient(error) ? "SERVICE_UNAVAILABLE" : "INTERNAL_ERROR";
}

/** Errors that say of themselves that a repeat may work; server errors always do, so they do not count. */
function isTransient({ name, retryable }: AnyError): boolean {
	return retryable === true && name !== "MoleculerServerError";
}

function refusal(code: string, details: Readonly<Record<string, unknown>>): Problem {
	const status = statusByCode.get(code);
	if (status === undefined) return refusal("INTERNAL_ERROR", {});
	return {
		status,
		code,
		errors: Array.isArray(details["errors"]) ? fieldsOf(details["errors"]) : fieldsOf([details]),
		retryAfterSeconds: retryAfter(status, code, details["retryAfterSeconds"]),
		allow: Array.isArray(details["allow"]) ? details["allow"].map(String) : null,
		facts: factsOf(details),
	};
}

function retryAfter(status: GatewayStatus, code: string, wanted: unknown): number | null {
	if (typeof wanted === "number" && wanted > 0) return Math.ceil(wanted);
	return status === 429 || status === 503 || code === "REQUEST_IN_PROGRESS" ? RETRY_SOON_S : null;
}

function factsOf(details: Readonly<Record<string, unknown>>): Problem["facts"] {
	const facts: Record<string, string | number | readonly ShortLine[]> = {};
	for (const name of PUBLIC_FACTS) {
		const value = details[name];
		if (typeof value === "string" || typeof value === "number") facts[name] = value;
	}
	// The name `status` is the problem's own.
	if (typeof details["status"] === "string") facts["currentStatus"] = details["status"];
	if (Array.isArray(details["shortages"])) facts["shortages"] = shortLinesOf(details["shortages"]);
	return facts;
}

function shortLinesOf(list: readonly unknown[]): ShortLine[] {
	return list.slice(0, FIELDS_MAX).flatMap((entry) => {
		if (!isRecord(entry)) return [];
		const { productId, quantity, available } = entry;
		if (typeof productId !== "string" || typeof quantity !== "number" || typeof available !== "number") return [];
		return [{ productId, quantity, available }];
	});
}

function fieldsOf(list: unknown): FieldProblem[] {
	if (!Array.isArray(list)) return [];
	return list.slice(0, FIELDS_MAX).flatMap((entry: unknown) => {
		if (!isRecord(entry) || typeof entry["field"] !== "string") return [];
		const code = entry["code"] ?? entry["type"] ?? entry["reason"];
		return [{ field: entry["field"].slice(0, FIELD_LENGTH_MAX), code: typeof code === "string" ? code : "invalid" }];
	});
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null;
}
