import * as fc from "fast-check";
import { valid } from "./arbitraries.ts";
import type { Operation, Parameter } from "./document.ts";
import { anything, nastyText, spoiled } from "./mutations.ts";
import type { Pool } from "./pool.ts";

/** Who asks. */
export type Role = "anonymous" | "customer" | "other customer" | "operator" | "administrator";
export const ROLES: readonly Role[] = ["anonymous", "customer", "other customer", "operator", "administrator"];

/** What kind of request it is: as it should be, almost so, or nothing of the kind. */
export type Kind = "valid" | "mutated" | "hostile";

/** One request, complete but for the token. */
export interface FuzzRequest {
	readonly operation: Operation;
	readonly role: Role;
	readonly kind: Kind;
	readonly method: string;
	/** Path and query, encoded. */
	readonly path: string;
	readonly body: string | null;
	readonly sentBody: unknown;
	readonly idempotencyKey: string | null;
	/** Instead of the role's. */
	readonly token?: string;
	/** The document does not allow it: no success may come of it. */
	readonly isInvalid: boolean;
}

const KINDS = { valid: 4, mutated: 4, hostile: 2 } as const;
/** Only these stand in a path unencoded. */
const SEGMENT_MAX = 128;
const QUERY_SHARE = 0.5;

/** Requests to one door, by anybody. */
export function requestsTo(operation: Operation, pool: Pool): fc.Arbitrary<FuzzRequest> {
	const kinds = Object.entries(KINDS) as [Kind, number][];
	return fc.oneof(...kinds.map(([kind, weight]) => ({ weight, arbitrary: requestsOf(kind, operation, pool) })));
}

/** Built once for each kind: making sense of a pattern costs more than making a text of it. */
function requestsOf(kind: Kind, operation: Operation, pool: Pool): fc.Arbitrary<FuzzRequest> {
	return fc
		.record({
			kind: fc.constant(kind),
			role: fc.oneof({ arbitrary: fc.constant(rightfulRole(operation)), weight: 2 }, fc.constantFrom(...ROLES)),
			key: fc.option(fc.stringMatching(/^[a-z0-9-]{8,20}$/), { freq: 3 }),
			parameters: parametersOf(operation, kind, pool),
			sentBody: bodyOf(operation, kind, pool),
		})
		.map((parts) => assemble(operation, parts));
}

/** A request with its body spoilt. */
export function spoiltSample(right: FuzzRequest): fc.Arbitrary<FuzzRequest> {
	return spoiled(right.sentBody).map((sentBody) => ({
		...right,
		kind: "mutated",
		body: JSON.stringify(sentBody),
		sentBody,
		isInvalid: !allows(right.operation, sentBody),
	}));
}

type Values = Readonly<Record<string, string>>;

/** Somebody who may pass; else most requests would end at the door. */
function rightfulRole({ access }: Operation): Role {
	return access === "admin" || typeof access === "object" ? "administrator" : "customer";
}

interface Parts {
	readonly kind: Kind;
	readonly role: Role;
	readonly key: string | null;
	readonly parameters: Values;
	readonly sentBody: unknown;
}

function assemble(operation: Operation, { kind, role, key, parameters, sentBody }: Parts): FuzzRequest {
	const isBodyless = operation.body === null || sentBody === undefined;
	return {
		operation,
		role,
		kind,
		method: operation.method,
		path: pathOf(operation, parameters),
		body: isBodyless ? null : JSON.stringify(sentBody),
		sentBody,
		idempotencyKey: operation.isKeyed ? key : null,
		isInvalid: !isAllowed(operation, parameters, sentBody),
	};
}

function isAllowed(operation: Operation, values: Values, body: unknown): boolean {
	const areParametersRight = operation.parameters.every((parameter) => {
		const text = values[parameter.name];
		return text === undefined ? !parameter.required : operation.allowsParameter(parameter, text);
	});
	if (operation.body === null || !areParametersRight) return areParametersRight;
	if (body === undefined) return !operation.body.isRequired;
	return allows(operation, body);
}

/** Spaces around a text are taken away before anything is looked at. */
function allows(operation: Operation, body: unknown): boolean {
	const meant = withoutNulls(body);
	return operation.allowsBody(meant) || operation.allowsBody(trimmed(meant));
}

function trimmed(value: unknown): unknown {
	if (typeof value === "string") return value.trim();
	if (Array.isArray(value)) return value.map(trimmed);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, trimmed(field)]));
}

/** Null is the same as leaving a field out. */
function withoutNulls(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutNulls);
	if (typeof value !== "object" || value === null) return value;
	const fields = Object.entries(value).filter(([, field]) => field !== null);
	return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

function bodyOf({ body }: Operation, kind: Kind, pool: Pool): fc.Arbitrary<unknown> {
	if (body === null) return fc.constant(undefined);
	const right = valid(body.schema, "", (name, at) => pool.some(name, at));
	if (kind === "valid") return right;
	if (kind === "mutated") return right.chain(spoiled);
	return fc.oneof({ arbitrary: anything, weight: 9 }, { arbitrary: fc.constant(undefined), weight: 1 });
}

function parametersOf({ parameters }: Operation, kind: Kind, pool: Pool): fc.Arbitrary<Values> {
	const fields = parameters.map((parameter) =>
		valueOf(parameter, kind, pool).map((value) => [parameter.name, value] as const),
	);
	return fc
		.tuple(...fields)
		.map((pairs) =>
			Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined)),
		);
}

function valueOf({ name, schema, required }: Parameter, kind: Kind, pool: Pool): fc.Arbitrary<string | undefined> {
	const right = valid(schema, name, (wanted, at) => pool.some(wanted, at)).map(String);
	const wrong =
		kind === "hostile" ? nastyText : fc.oneof({ arbitrary: right, weight: 3 }, { arbitrary: nastyText, weight: 1 });
	const value = kind === "valid" ? right : wrong;
	return required ? value : fc.option(value, { nil: undefined, freq: 1 / QUERY_SHARE });
}

function pathOf({ path, parameters }: Operation, values: Values): string {
	const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(values[name] ?? "x"));
	const query = parameters
		.filter(({ in: place, name }) => place === "query" && values[name] !== undefined)
		.map(({ name }) => `${encodeURIComponent(name)}=${encoded(values[name] ?? "")}`);
	return query.length === 0 ? filled : `${filled}?${query.join("&")}`;
}

/** A lone half of a character cannot be encoded; it goes as its replacement. */
function encoded(text: string): string {
	const encodedText = encodeURIComponent(text.toWellFormed().slice(0, 4 * SEGMENT_MAX));
	// A dot segment would be another path, and an empty one another route.
	return /^(?:\.|%2e){0,2}$/i.test(encodedText) ? `%20${encodedText}` : encodedText;
}
