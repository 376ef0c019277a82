import { resolve } from "node:path";
import type { Settings } from "../../mixins/config/settings.ts";

/** What has just been started. */
export interface Started {
	/** Services of this process. */
	readonly names: readonly string[];
	/** Name of this process among all. */
	readonly node: string;
	readonly elapsedMs: number;
}

/** What somebody who has just started the system wants to know, in a few lines. */
export function banner(settings: Settings, started: Started): string {
	const rows = settings.cluster === null ? platformRows(settings, started) : processRows(settings, started);
	return ["", ...rows.map(([label, text]) => `  ${label.padEnd(11)} ${text}`), ""].join("\n");
}

type Row = readonly [label: string, text: string];

function platformRows(settings: Settings, { elapsedMs }: Started): readonly Row[] {
	const { port, dataDir } = settings;
	const site = `http://localhost:${port}`;
	return [
		["PayFlow", `${site}   (ready after ${elapsedMs} ms)`],
		...userRows(settings),
		["API docs", `${site}/api/docs`],
		["Provider", providerOf(settings)],
		["Data", dataDir === ":memory:" ? "in memory, gone at the end" : resolve(dataDir)],
		["Stop", "Ctrl+C"],
	];
}

/** One process of many: what it is called, what it does, where it can be looked at. No address with a password. */
function processRows(settings: Settings, { names, node, elapsedMs }: Started): readonly Row[] {
	const { host, port } = settings;
	const siteRows: readonly Row[] = [["Site", `http://${host}:${port}`], ...userRows(settings)];
	const knowsProvider = names.some((name) => name.startsWith("toss"));
	return [
		["PayFlow", `process ${node}   (ready after ${elapsedMs} ms)`],
		["Services", names.join(", ")],
		...(names.includes("api") ? siteRows : []),
		...(knowsProvider ? [["Provider", providerOf(settings)] as const] : []),
		...metricsRows(settings, names),
		["Stop", "Ctrl+C"],
	];
}

function metricsRows({ host, port, cluster }: Settings, names: readonly string[]): readonly Row[] {
	const own = names.includes("api") ? port : (cluster?.metricsPort ?? null);
	return own === null ? [] : [["Metrics", `http://${host}:${own}/metrics`]];
}

function userRows({ environment }: Settings): readonly Row[] {
	return environment === "production" ? [] : [["Demo users", "user / password    admin / admin"]];
}

function providerOf({ toss }: Settings): string {
	return toss.mode === "mock" ? `Toss Twin (simulated), ${toss.apiUrl}` : `Toss Payments (${toss.mode} keys)`;
}
