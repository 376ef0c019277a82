import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Facts } from "../support/system.ts";

/** A JSON Schema as it stands in the document. */
export type Schema = Readonly<Record<string, unknown>>;

/** A parameter outside of the body. */
export interface Parameter {
	readonly name: string;
	readonly in: "path" | "query" | "header";
	readonly required: boolean;
	readonly schema: Schema;
}

/** One door as the document describes it. */
export interface Operation {
	/** `GET /api/orders/{orderId}`. */
	readonly key: string;
	readonly method: string;
	readonly path: string;
	readonly parameters: readonly Parameter[];
	readonly body: { readonly schema: Schema; readonly isRequired: boolean } | null;
	/** Who may come: a policy's name, or the roles. */
	readonly access: string | { readonly roles: readonly string[] };
	readonly isKeyed: boolean;
	/** Whether an answer's body is what the document says; empty when it is, else what is wrong. */
	faultsOf(status: number, type: string, body: unknown): string[];
	/** Whether the document allows this body. */
	allowsBody(body: unknown): boolean;
	/** Whether the document allows this value of a parameter, as it stands in the address. */
	allowsParameter(parameter: Parameter, text: string): boolean;
}

interface RawOperation {
	readonly parameters?: readonly Parameter[];
	readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { schema: Schema }>> };
	readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: Schema }>> }>>;
	readonly "x-access": Operation["access"];
}

type Paths = Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;

const IDEMPOTENCY_KEY = "Idempotency-Key";

/** Every operation of an OpenAPI document. */
export function operationsOf(document: Facts): Operation[] {
	const checks = createChecks(document);
	return Object.entries(document["paths"] as Paths).flatMap(([path, item]) =>
		Object.entries(item).map(([method, raw]) => operationOf(path, method.toUpperCase(), raw, checks)),
	);
}

interface Checks {
	of(schema: Schema): ValidateFunction;
}

function createChecks(document: Facts): Checks {
	const ajv = new Ajv2020({ strict: false, formats: { "date-time": isInstant, email: /^[^@\s]+@[^@\s]+$/ } });
	const known = new Map<Schema, ValidateFunction>();
	return {
		of(schema) {
			const check = known.get(schema) ?? ajv.compile({ ...schema, components: document["components"] });
			known.set(schema, check);
			return check;
		},
	};
}

function operationOf(path: string, method: string, raw: RawOperation, checks: Checks): Operation {
	const all = raw.parameters ?? [];
	const schema = raw.requestBody?.content["application/json"]?.schema;
	return {
		key: `${method} ${path}`,
		method,
		path,
		parameters: all.filter(({ in: place }) => place !== "header"),
		body: schema === undefined ? null : { schema, isRequired: raw.requestBody?.required === true },
		access: raw["x-access"],
		isKeyed: all.some(({ name }) => name === IDEMPOTENCY_KEY),
		faultsOf: (status, type, body) => answerFaults(raw, checks, status, type, body),
		allowsBody: (body) => schema === undefined || checks.of(schema)(body),
		allowsParameter: ({ schema: rule }, text) => checks.of(rule)(valueOf(rule, text)),
	};
}

function answerFaults(
	{ responses }: RawOperation,
	checks: Checks,
	status: number,
	type: string,
	body: unknown,
): string[] {
	const described = responses[String(status)];
	if (described === undefined) return [`answers ${status}, which the document does not know`];
	const content = described.content;
	if (content === undefined) return [];
	const entry = content[type] ?? content["*/*"];
	if (entry === undefined)
		return [`answers ${status} as ${type}, the document says ${Object.keys(content).join(", ")}`];
	if (entry.schema === undefined) return [];
	const check = checks.of(entry.schema);
	return check(body) ? [] : [`answers ${status} with another shape: ${JSON.stringify(check.errors?.slice(0, 2))}`];
}

/** A number in an address is its digits. */
function valueOf({ type }: Schema, text: string): unknown {
	return (type === "integer" || type === "number") && /^-?\d+$/.test(text) ? Number(text) : text;
}

function isInstant(text: string): boolean {
	return /^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text));
}
