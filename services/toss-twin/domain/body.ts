import { ControlRefusal, VendorRefusal } from "./errors.ts";

/** A parsed JSON object; only its own, named fields are ever read. */
export type Body = Readonly<Record<string, unknown>>;

/** Reads typed fields out of a body and refuses, with the caller's kind of error, what does not fit. */
export interface Reader {
	text(name: string, min: number, max: number, pattern?: RegExp): string;
	optionalText(name: string, min: number, max: number, pattern?: RegExp): string | null;
	won(name: string, min: number): number;
	optionalWon(name: string, min: number): number | null;
	optionalBoolean(name: string): boolean | null;
	oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice;
	optionalOneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice | null;
	optionalObject(name: string): Body | null;
	refuse(name: string, what: string): never;
}

/** A reader that refuses as the vendor does: 400 `INVALID_REQUEST`, or another code of the vendor. */
export function vendorReader(body: Body, code = "INVALID_REQUEST"): Reader {
	return readerOf(body, () => {
		throw new VendorRefusal(code);
	});
}

/** A reader that refuses as the control API does: 400 `VALIDATION_ERROR` with the field's name. */
export function controlReader(body: Body, prefix = ""): Reader {
	return readerOf(body, (name, what) => {
		throw new ControlRefusal(400, "VALIDATION_ERROR", `${prefix}${name} ${what}`, prefix + name);
	});
}

/** Whether a parsed JSON value is an object with named fields. */
export function isBody(value: unknown): value is Body {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Refuse = (name: string, what: string) => never;

function readerOf(body: Body, refuse: Refuse): Reader {
	const valueOf = (name: string): unknown => (Object.hasOwn(body, name) ? (body[name] ?? null) : null);
	const text: Reader["text"] = (name, min, max, pattern) => textOf(valueOf(name), { name, min, max, pattern, refuse });
	const won: Reader["won"] = (name, min) => wonOf(valueOf(name), name, min, refuse);
	const oneOf: Reader["oneOf"] = (name, choices) => {
		const found = choices.find((choice) => choice === valueOf(name));
		return found ?? refuse(name, `must be one of ${choices.join(", ")}`);
	};
	return {
		text,
		won,
		oneOf,
		refuse,
		optionalText: (name, min, max, pattern) => (valueOf(name) === null ? null : text(name, min, max, pattern)),
		optionalWon: (name, min) => (valueOf(name) === null ? null : won(name, min)),
		optionalOneOf: (name, choices) => (valueOf(name) === null ? null : oneOf(name, choices)),
		optionalBoolean: (name) => {
			const value = valueOf(name);
			return value === null || typeof value === "boolean" ? value : refuse(name, "must be true or false");
		},
		optionalObject: (name) => {
			const value = valueOf(name);
			return value === null || isBody(value) ? value : refuse(name, "must be an object");
		},
	};
}

interface TextRule {
	readonly name: string;
	readonly min: number;
	readonly max: number;
	readonly pattern: RegExp | undefined;
	readonly refuse: Refuse;
}

function textOf(value: unknown, rule: TextRule): string {
	if (typeof value !== "string") return rule.refuse(rule.name, "must be a string");
	if (value.length < rule.min || value.length > rule.max)
		return rule.refuse(rule.name, `must have ${rule.min} to ${rule.max} characters`);
	if (rule.pattern !== undefined && !rule.pattern.test(value)) return rule.refuse(rule.name, "has a wrong format");
	return value;
}

function wonOf(value: unknown, name: string, min: number, refuse: Refuse): number {
	if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min)
		return refuse(name, `must be a whole number of at least ${min}`);
	return value;
}
