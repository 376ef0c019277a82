import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import type { Patch } from "./bug.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const ROOT_URL = pathToFileURL(`${ROOT}/`).href;
const QUERY = "variant";

const patchesBy = new Map<string, readonly Patch[]>();
const unused = new Map<string, Set<Patch>>();
let isRegistered = false;

/**
 * Loads a module of the project together with everything of the project it imports, once more, with other sources:
 * every patch replaces a text that must stand in its file exactly once. Nothing on the disk changes.
 */
export async function importVariant<Module>(path: string, variant: string, patches: readonly Patch[]): Promise<Module> {
	if (!isRegistered) register();
	isRegistered = true;
	patchesBy.set(variant, patches);
	unused.set(variant, new Set(patches));
	const module = (await import(`${ROOT_URL}${path}?${QUERY}=${variant}`)) as Module;
	const left = [...(unused.get(variant) ?? [])];
	if (left.length > 0) throw new Error(`${variant}: ${left.map(({ file }) => file).join(", ")} is loaded by nobody`);
	return module;
}

function register(): void {
	registerHooks({
		resolve(specifier, context, nextResolve) {
			const resolved = nextResolve(specifier, context);
			const variant = variantOf(context.parentURL);
			const isOwn = resolved.url.startsWith(ROOT_URL) && !resolved.url.includes("/node_modules/");
			if (variant === null || !isOwn || variantOf(resolved.url) !== null) return resolved;
			return { ...resolved, url: `${resolved.url}?${QUERY}=${variant}` };
		},
		load(url, context, nextLoad) {
			const variant = variantOf(url);
			if (variant === null) return nextLoad(url, context);
			const path = fileURLToPath(url.slice(0, url.indexOf("?"))).slice(ROOT.length + 1);
			const patches = (patchesBy.get(variant) ?? []).filter(({ file }) => file === path);
			if (patches.length === 0) return nextLoad(url, context);
			const source = patches.reduce(
				(text, patch) => patched(variant, text, patch),
				readFileSync(join(ROOT, path), "utf8"),
			);
			return { format: "module", source: stripTypeScriptTypes(source), shortCircuit: true };
		},
	});
}

function variantOf(url: string | undefined): string | null {
	return url?.includes("?") === true ? new URL(url).searchParams.get(QUERY) : null;
}

function patched(variant: string, text: string, patch: Patch): string {
	const { file, find, put } = patch;
	const parts = text.split(find);
	if (parts.length !== 2) throw new Error(`${variant}: "${find}" stands ${parts.length - 1} times in ${file}`);
	unused.get(variant)?.delete(patch);
	return parts.join(put);
}
