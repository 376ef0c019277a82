import { invalidField } from "../errors/rejected.ts";

/** A path that was found, with its decoded segments. */
export interface Match<T> {
	readonly target: T;
	readonly params: Readonly<Record<string, string>>;
}

/** Paths to targets without regular expressions: literal paths by one look-up, the others by segment. */
export interface Router<T> {
	/** Undecodable segments are refused. */
	readonly find: (method: string, path: string) => Match<T> | undefined;
	/** Methods that the path knows. */
	readonly methodsOf: (path: string) => readonly string[];
}

interface Pattern<T> {
	readonly segments: readonly string[];
	readonly isOpenEnded: boolean;
	readonly target: T;
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
const SEGMENT_LENGTH_MAX = 256;

/** Builds a router from `METHOD /path` keys; `:name` is a segment, a last `*name` the rest. Literal segments win. */
export function createRouter<T>(entries: readonly (readonly [key: string, target: T])[]): Router<T> {
	const literal = new Map<string, Match<T>>();
	const patterns = new Map<string, Pattern<T>[]>();
	const methods = new Set<string>();
	for (const [key, target] of entries) {
		const [method = "", path = ""] = key.split(" ");
		methods.add(method);
		if (!/[:*]/.test(path)) literal.set(key, { target, params: NO_PARAMS });
		else patterns.set(method, [...(patterns.get(method) ?? []), patternOf(path, target)]);
	}
	for (const list of patterns.values()) list.sort((left, right) => wildness(left) - wildness(right));

	const find = (method: string, path: string): Match<T> | undefined => {
		const known = literal.get(`${method} ${path}`);
		if (known !== undefined) return known;
		const list = patterns.get(method);
		if (list === undefined) return undefined;
		const segments = path.split("/");
		for (const pattern of list)
			if (fits(pattern, segments)) return { target: pattern.target, params: paramsOf(pattern, segments) };
		return undefined;
	};
	const knows = (method: string, path: string): boolean =>
		literal.has(`${method} ${path}`) || (patterns.get(method) ?? []).some((pattern) => fits(pattern, path.split("/")));
	return { find, methodsOf: (path) => [...methods].filter((method) => knows(method, path)) };
}

function patternOf<T>(path: string, target: T): Pattern<T> {
	const segments = path.split("/");
	return { segments, target, isOpenEnded: segments.at(-1)?.startsWith("*") === true };
}

function wildness({ segments, isOpenEnded }: Pattern<unknown>): number {
	return segments.filter((segment) => segment.startsWith(":")).length + (isOpenEnded ? segments.length + 100 : 0);
}

function fits(pattern: Pattern<unknown>, segments: readonly string[]): boolean {
	const wanted = pattern.segments;
	if (pattern.isOpenEnded ? segments.length < wanted.length : segments.length !== wanted.length) return false;
	return wanted.every((segment, index) => {
		const given = segments[index];
		return segment.startsWith(":") || segment.startsWith("*") ? given !== "" : given === segment;
	});
}

function paramsOf(pattern: Pattern<unknown>, segments: readonly string[]): Readonly<Record<string, string>> {
	const params: Record<string, string> = {};
	for (const [index, segment] of pattern.segments.entries()) {
		if (segment.startsWith(":")) params[segment.slice(1)] = decode(segment.slice(1), segments[index] ?? "");
		else if (segment.startsWith("*"))
			params[segment.slice(1)] = decode(segment.slice(1), segments.slice(index).join("/"));
	}
	return params;
}

function decode(name: string, text: string): string {
	if (text.length > SEGMENT_LENGTH_MAX) throw invalidField(name, "tooLong");
	if (!text.includes("%")) return text;
	try {
		return decodeURIComponent(text);
	} catch {
		throw invalidField(name, "encoding");
	}
}
