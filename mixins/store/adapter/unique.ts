import type { Commit, UniqueValue } from "../port.ts";

/** Values that only one document of a kind may hold at a time; null holds nothing. */
export type UniqueOf = (state: Record<string, unknown>) => Readonly<Record<string, string | null>>;

/** What a write claims and lets go; null stands for no document. */
export function uniqueChange(
	uniqueOf: UniqueOf | undefined,
	before: Record<string, unknown> | null,
	after: Record<string, unknown> | null,
): NonNullable<Commit["unique"]> {
	const held = valuesOf(uniqueOf, before);
	const wanted = valuesOf(uniqueOf, after);
	return {
		claim: wanted.filter((value) => !includes(held, value)),
		release: held.filter((value) => !includes(wanted, value)),
	};
}

function valuesOf(uniqueOf: UniqueOf | undefined, state: Record<string, unknown> | null): UniqueValue[] {
	if (uniqueOf === undefined || state === null) return [];
	return Object.entries(uniqueOf(state)).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

function includes(values: readonly UniqueValue[], { name, value }: UniqueValue): boolean {
	return values.some((other) => other.name === name && other.value === value);
}
