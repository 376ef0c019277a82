import { LedgerRejected } from "../domain/rejected.ts";

const PARTS_MAX = 3;
const PART_MAX = 120;

/** A place in a list; opaque to clients. */
export function cursorOf(...place: readonly string[]): string {
	return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** The place a cursor stands for, empty for none; refuses what no list with `parts` parts has handed out. */
export function placeOf(cursor: string | undefined, parts: number): readonly string[] {
	if (cursor === undefined) return [];
	const place = parsed(Buffer.from(cursor, "base64url").toString());
	const isPlace =
		Array.isArray(place) &&
		place.length === Math.min(parts, PARTS_MAX) &&
		place.every((part) => typeof part === "string" && part.length <= PART_MAX);
	if (isPlace) return place as readonly string[];
	throw invalid("cursor");
}

/** A parameter that cannot be used. */
export function invalid(field: string): LedgerRejected {
	return new LedgerRejected("VALIDATION_ERROR", { errors: [{ field, code: field }] });
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}
