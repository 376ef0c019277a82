import type { JsonSchema } from "./json-schema.ts";

type Rule = Readonly<Record<string, unknown>>;

/** The JSON Schema of one fastest-validator rule; an unknown rule allows anything. */
export function schemaOfRule(rule: unknown): JsonSchema {
	if (typeof rule !== "object" || rule === null) return {};
	const known = rule as Rule;
	switch (known["type"]) {
		case "string":
		case "email":
			return stringSchema(known);
		case "number":
			return numberSchema(known);
		case "boolean":
			return { type: "boolean" };
		case "enum":
			return { type: "string", enum: known["values"] };
		case "array":
			return withBounds({ type: "array", items: schemaOfRule(known["items"]) }, known, "minItems", "maxItems");
		case "object":
			return objectSchema((known["props"] ?? known["properties"] ?? {}) as Rule);
		default:
			return {};
	}
}

/** The schema of several named rules; keys that start with `$$` are the validator's own. */
export function objectSchema(rules: Rule): JsonSchema {
	const names = Object.keys(rules).filter((name) => !name.startsWith("$$"));
	const required = names.filter((name) => !isOptional(rules[name]));
	return {
		type: "object",
		properties: Object.fromEntries(names.map((name) => [name, schemaOfRule(rules[name])])),
		...(required.length > 0 ? { required } : {}),
	};
}

/** Whether a value may be left out. */
export function isOptional(rule: unknown): boolean {
	return typeof rule === "object" && rule !== null && "optional" in rule && rule.optional === true;
}

function stringSchema(rule: Rule): JsonSchema {
	const { pattern, length } = rule;
	const schema: Record<string, unknown> = { type: "string" };
	if (rule["type"] === "email") schema["format"] = "email";
	if (pattern instanceof RegExp) schema["pattern"] = pattern.source;
	if (typeof length === "number") return { ...schema, minLength: length, maxLength: length };
	return withBounds(schema, rule, "minLength", "maxLength");
}

function numberSchema(rule: Rule): JsonSchema {
	const schema: Record<string, unknown> = { type: rule["integer"] === true ? "integer" : "number" };
	if (rule["positive"] === true) schema["exclusiveMinimum"] = 0;
	return withBounds(schema, rule, "minimum", "maximum");
}

function withBounds(schema: JsonSchema, { min, max }: Rule, minName: string, maxName: string): JsonSchema {
	return {
		...schema,
		...(typeof min === "number" ? { [minName]: min } : {}),
		...(typeof max === "number" ? { [maxName]: max } : {}),
	};
}
