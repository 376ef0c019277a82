import { invalidField } from "../errors/rejected.ts";

/** Query parameters, each given once. */
export type Query = Readonly<Record<string, string>>;

const NONE: Query = Object.freeze(Object.create(null) as Record<string, string>);
const PARAMETERS_MAX = 50;

/** Path and raw query of a request target. */
export function splitTarget(target: string): { url: string; search: string } {
	const mark = target.indexOf("?");
	return mark === -1 ? { url: target, search: "" } : { url: target.slice(0, mark), search: target.slice(mark + 1) };
}

/** Reads a query string; a parameter given twice is refused, so that nobody can choose which one counts. */
export function parseQuery(search: string): Query {
	if (search === "") return NONE;
	const query = Object.create(null) as Record<string, string>;
	let count = 0;
	for (const [name, value] of new URLSearchParams(search)) {
		if (name in query) throw invalidField(name, "duplicate");
		if (++count > PARAMETERS_MAX) throw invalidField(name, "tooMany");
		query[name] = value;
	}
	return query;
}
