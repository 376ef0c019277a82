import { dirname, normalize } from "node:path";
import { filesEndingWith, readDocument } from "./documents.ts";

/** A source file with what it imports. */
export interface Source {
	/** From the root, with slashes. */
	readonly path: string;
	readonly text: string;
	/** The text without comments. */
	readonly code: string;
	/** Paths of the project's files it imports, types included. */
	readonly imports: readonly string[];
	/** Those of `imports` that are types only. */
	readonly types: ReadonlySet<string>;
	/** Packages and built-in modules it imports. */
	readonly packages: readonly string[];
}

const TYPE_SPECIFIERS = /\bimport type [^;]*?\bfrom\s+"(\.[^"]+)"/g;
const COMMENTS = /\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm;
const SPECIFIERS = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)"([^"]+)"/g;

/** Every TypeScript file below the folders, without type declarations. */
export function sourcesOf(...folders: readonly string[]): readonly Source[] {
	return folders.flatMap((folder) => filesEndingWith(".ts", folder)).map(readSource);
}

/** The folder of a service's file: `order` for `services/order/domain/order.ts`; empty outside of services. */
export function serviceOf(path: string): string {
	const [top, service = "", rest] = path.split("/");
	return top === "services" && rest !== undefined ? service : "";
}

/** The layer of a service's file: `domain`, `application`, `infrastructure`, or empty. */
export function layerOf(path: string): string {
	const [top, , layer = "", rest] = path.split("/");
	return top === "services" && rest !== undefined ? layer : "";
}

/** One circle of imports, as the paths on it; null when there is none. */
export function findCircle(sources: readonly Source[]): readonly string[] | null {
	const graph = new Map(sources.map(({ path, imports }) => [path, imports]));
	const done = new Set<string>();
	const visit = (path: string, way: readonly string[]): readonly string[] | null => {
		if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
		if (done.has(path)) return null;
		for (const target of graph.get(path) ?? []) {
			const circle = visit(target, [...way, path]);
			if (circle !== null) return circle;
		}
		done.add(path);
		return null;
	};
	for (const path of graph.keys()) {
		const circle = visit(path, []);
		if (circle !== null) return circle;
	}
	return null;
}

function readSource(path: string): Source {
	const text = readDocument(path);
	const specifiersOf = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, specifier = ""]) => specifier);
	const pathOf = (specifier: string) => normalize(`${dirname(path)}/${specifier}`).replaceAll("\\", "/");
	const specifiers = specifiersOf(SPECIFIERS);
	return {
		path,
		text,
		code: text.replaceAll(COMMENTS, ""),
		imports: specifiers.filter((specifier) => specifier.startsWith(".")).map(pathOf),
		types: new Set(specifiersOf(TYPE_SPECIFIERS).map(pathOf)),
		packages: specifiers.filter((specifier) => !specifier.startsWith(".")),
	};
}
