import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Kinds of processes; `rest` runs every service that no other group names. */
export type Group = "gateway" | "order" | "payment" | "saga" | "rest";

const SERVICES = join(import.meta.dirname, "..", "..", "services");
const SUFFIX = ".service.ts";
const NAMED: Readonly<Record<Exclude<Group, "rest">, readonly string[]>> = {
	gateway: ["api"],
	order: ["order"],
	payment: ["payment", "toss"],
	saga: ["saga"],
};
/** In no group: the simulated provider is a process of its own, as a real one is; `node` is in every process by itself. */
const APART: readonly string[] = ["toss-twin", "node"];
/** How many processes of each kind `npm run cluster` starts. */
export const USUAL_SIZES: Readonly<Record<Group, number>> = { gateway: 2, order: 2, payment: 2, saga: 2, rest: 1 };

/** Every service there is, in alphabetical order. */
export function everyService(): string[] {
	return readdirSync(SERVICES, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(SUFFIX))
		.map((path) => (path.split(/[\\/]/).at(-1) ?? path).slice(0, -SUFFIX.length))
		.filter((name) => !APART.includes(name))
		.sort();
}

/** Services of each group; together all there are, each once. */
export function servicesByGroup(): Record<Group, readonly string[]> {
	const named = Object.values(NAMED).flat();
	return { ...NAMED, rest: everyService().filter((name) => !named.includes(name)) };
}
