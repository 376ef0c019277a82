import { resolve } from "node:path";
import type { Settings } from "../../mixins/config/settings.ts";

/** What somebody who has just started the system wants to know, in a few lines. */
export function banner(settings: Settings, elapsedMs: number): string {
	const { toss, port, dataDir, environment } = settings;
	const site = `http://localhost:${port}`;
	const provider = toss.mode === "mock" ? `Toss Twin (simulated), ${toss.apiUrl}` : `Toss Payments (${toss.mode} keys)`;
	const users = environment === "production" ? [] : [["Demo users", "user / password    admin / admin"]];
	const rows: string[][] = [
		["PayFlow", `${site}   (ready after ${elapsedMs} ms)`],
		...users,
		["API docs", `${site}/api/docs`],
		["Provider", provider],
		["Data", dataDir === ":memory:" ? "in memory, gone at the end" : resolve(dataDir)],
		["Stop", "Ctrl+C"],
	];
	return ["", ...rows.map(([label, text]) => `  ${(label ?? "").padEnd(11)} ${text ?? ""}`), ""].join("\n");
}
