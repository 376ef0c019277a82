/** The fastest-validator rule that a value of type `T` must have. */
export type RuleFor<T> = undefined extends T ? Present<Exclude<T, undefined>> & { optional: true } : Present<T>;

type Present<T> = [T] extends [boolean]
	? { type: "boolean" }
	: [T] extends [number]
		? { type: "number"; integer?: true; positive?: true; min?: number; max: number }
		: [T] extends [string]
			? string extends T
				? {
						type: "string" | "email";
						mode?: "precise";
						min?: number;
						max?: number;
						length?: number;
						pattern?: RegExp;
						trim?: true;
						empty?: false;
						normalize?: true;
					}
				: { type: "enum"; values: readonly T[] }
			: [T] extends [readonly (infer Item)[]]
				? { type: "array"; min?: number; max: number; items: RuleFor<Item> }
				: { type: "object"; strict: "remove"; props: RulesFor<T> };

/** One rule per property of `T`, optional exactly where the property is. */
export type RulesFor<T> = { [Key in keyof T]-?: RuleFor<T[Key]> };

/** A public id: letters, digits, `_` and `-`, at most 64 characters. */
export const id = { type: "string", min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/ } satisfies RuleFor<string>;

/** Page size of a list, 1–100. */
export const limit = { type: "number", integer: true, min: 1, max: 100, optional: true } satisfies RuleFor<
	number | undefined
>;

/** An opaque cursor as a list handed it out. */
export const cursor = {
	type: "string",
	min: 1,
	max: 400,
	pattern: /^[A-Za-z0-9_-]+$/,
	optional: true,
} satisfies RuleFor<string | undefined>;

/** Free text of a person: 1–200 characters after trimming, no control characters. */
export const reason = {
	type: "string",
	min: 1,
	max: 200,
	trim: true,
	pattern: /^[^\u0000-\u001f\u007f]*$/,
} satisfies RuleFor<string>;

/** Whole won between `min` and `max`; never converted from text. */
export function wonBetween(min: number, max: number): { type: "number"; integer: true; min: number; max: number } {
	return { type: "number", integer: true, min, max };
}

/** A page of an audit: internal, up to 1,000 items. */
export const auditPage = {
	$$strict: "remove",
	limit: { type: "number", integer: true, min: 1, max: 1_000, optional: true },
	after: { type: "string", min: 1, max: 200, optional: true },
	isBrief: { type: "boolean", optional: true },
} as const;
