import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Root of the repository. */
export const ROOT = resolve(import.meta.dirname, "..", "..");

const LEFT_OUT: ReadonlySet<string> = new Set([".git", "node_modules", "coverage", "data", "test-artifacts"]);

/** A file of the repository as text. */
export function readDocument(path: string): string {
	return readFileSync(join(ROOT, path), "utf8");
}

/** Paths of all files with the suffix, from the root, in order. */
export function filesEndingWith(suffix: string, folder = ""): readonly string[] {
	return readdirSync(join(ROOT, folder), { withFileTypes: true })
		.filter((entry) => !LEFT_OUT.has(entry.name))
		.flatMap((entry) => {
			const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
			if (entry.isDirectory()) return filesEndingWith(suffix, path);
			return path.endsWith(suffix) ? [path] : [];
		})
		.sort();
}

/** The text under a heading, up to the next heading of the same or a higher level. */
export function sectionOf(markdown: string, heading: string): string {
	const level = heading.split(" ")[0] ?? "#";
	const start = markdown.indexOf(`\n${heading}\n`);
	if (start < 0) throw new Error(`There is no heading "${heading}".`);
	const rest = markdown.slice(start + heading.length + 2);
	const end = rest.search(new RegExp(`^#{1,${level.length}} `, "m"));
	return end < 0 ? rest : rest.slice(0, end);
}

/** Cells of every table row, heads and rules left out. */
export function tableRows(markdown: string): readonly (readonly string[])[] {
	return [...markdown.matchAll(/(?:^\|.*\n?)+/gm)]
		.flatMap(([table]) => table.trimEnd().split("\n").slice(2))
		.map((line) =>
			line
				.split("|")
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);
}

/** The words in code marks of a cell. */
export function codesIn(cell: string): readonly string[] {
	return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? "");
}
