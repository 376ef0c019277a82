import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ServiceSchema } from "moleculer";
import type { Settings } from "../../mixins/config/settings.ts";

const SUFFIX = ".service.ts";

/** In every process: it answers for the process itself. */
const ALWAYS = "node";

/** Loads every `services/<name>/<name>.service.ts`, or those that SERVICES names and the one that every process has. */
export async function loadServices(root: string, wanted: Settings["services"]): Promise<readonly ServiceSchema[]> {
	const folder = join(root, "services");
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(SUFFIX));
	const chosen = files.filter((file) => wanted === null || nameOf(file) === ALWAYS || wanted.includes(nameOf(file)));
	const unknown = (wanted ?? []).filter((name) => !files.some((file) => nameOf(file) === name));
	if (unknown.length > 0) throw new Error(`SERVICES names no service: ${unknown.join(", ")}`);
	const modules = await Promise.all(
		chosen.sort().map((file) => import(pathToFileURL(join(folder, file)).href) as Promise<{ default: ServiceSchema }>),
	);
	return modules.map((module) => module.default);
}

function nameOf(file: string): string {
	return (file.split(/[\\/]/).at(-1) ?? file).slice(0, -SUFFIX.length);
}
