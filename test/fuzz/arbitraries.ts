import * as fc from "fast-check";
import type { Schema } from "./document.ts";

const ITEMS_MAX = 4;
const TEXT_MAX = 40;
const NUMBER_MAX = 1_000_000;

/** Things that exist, by name; null where none is known. `at` chooses among them. */
export type Known = (name: string, at: number) => unknown;

const FROM_WHAT_EXISTS = 3;

/** Values that a schema allows. Things that exist are better guesses than anything invented. */
export function valid(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
	const invented = inventedOf(schema, known);
	if (name === "" || schema["type"] === "object" || schema["type"] === "array") return invented;
	return fc.tuple(fc.nat({ max: FROM_WHAT_EXISTS }), fc.nat(), invented).map(([dice, at, other]) => {
		const existing = dice === 0 ? null : known(name, at);
		return existing ?? other;
	});
}

function inventedOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
	const choices = schema["enum"];
	if (Array.isArray(choices)) return fc.constantFrom(...(choices as unknown[]));
	switch (schema["type"]) {
		case "string":
			return textOf(schema);
		case "integer":
		case "number":
			return numberOf(schema);
		case "boolean":
			return fc.boolean();
		case "array":
			return listOf(schema, known);
		case "object":
			return objectOf(schema, known);
		default:
			return fc.jsonValue({ maxDepth: 1 });
	}
}

function textOf(schema: Schema): fc.Arbitrary<string> {
	const min = sizeOf(schema["minLength"], 0);
	const max = sizeOf(schema["maxLength"], Math.max(min, TEXT_MAX));
	const { pattern } = schema;
	if (schema["format"] === "email")
		return fc
			.tuple(fc.stringMatching(/^[a-z]{3,10}$/), fc.nat())
			.map(([word, number]) => `${word}${number}@example.com`);
	if (typeof pattern !== "string")
		return fc.string({ minLength: min, maxLength: Math.min(max, min + TEXT_MAX), unit: "grapheme" });
	// Whether the length came out right is judged with everything else: a filter here might never end.
	return fc.stringMatching(new RegExp(pattern)).map((text) => stretched(text, min).slice(0, max));
}

function stretched(text: string, min: number): string {
	return text.length === 0 ? text : text.repeat(Math.ceil(Math.max(1, min / text.length)));
}

function numberOf(schema: Schema): fc.Arbitrary<number> {
	const least = schema["exclusiveMinimum"];
	const min = sizeOf(schema["minimum"], typeof least === "number" ? least + 1 : -NUMBER_MAX);
	const max = Math.max(min, sizeOf(schema["maximum"], NUMBER_MAX));
	return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
}

function listOf(schema: Schema, known: Known): fc.Arbitrary<unknown[]> {
	const min = sizeOf(schema["minItems"], 0);
	const max = Math.min(sizeOf(schema["maxItems"], ITEMS_MAX), min + ITEMS_MAX);
	return fc.array(valid((schema["items"] ?? {}) as Schema, "", known), { minLength: min, maxLength: max });
}

function objectOf(schema: Schema, known: Known): fc.Arbitrary<object> {
	const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
	const required = Array.isArray(schema["required"]) ? (schema["required"] as string[]) : [];
	const fields = Object.fromEntries(Object.entries(properties).map(([name, rule]) => [name, valid(rule, name, known)]));
	return fc.record(fields, { requiredKeys: required });
}

function sizeOf(value: unknown, or: number): number {
	return typeof value === "number" ? value : or;
}
