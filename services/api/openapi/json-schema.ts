/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const text: JsonSchema = { type: "string" };
export const instant: JsonSchema = { type: "string", format: "date-time" };
export const won: JsonSchema = { type: "integer", minimum: 0, description: "Won." };
export const count: JsonSchema = { type: "integer", minimum: 0 };
export const flag: JsonSchema = { type: "boolean" };
export const anything: JsonSchema = { type: "object", additionalProperties: true };

/** A string out of a list. */
export function oneOf(...values: readonly string[]): JsonSchema {
	return { type: "string", enum: values };
}

/** The same, or null. */
export function nullable(schema: JsonSchema): JsonSchema {
	return { oneOf: [schema, { type: "null" }] };
}

/** A list of one kind of thing. */
export function listOf(items: JsonSchema): JsonSchema {
	return { type: "array", items };
}

/** A reference to a named schema. */
export function ref(name: string): JsonSchema {
	return { $ref: `#/components/schemas/${name}` };
}

/** An object; every property is there unless it stands in `optional`. */
export function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
	const required = Object.keys(properties).filter((name) => !optional.includes(name));
	return { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
}
