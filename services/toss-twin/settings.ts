import type { TwinOptions } from "./twin.ts";

const DEFAULT_PORT = 8081;
const DEFAULT_DATA = "data/toss-twin";

/** What `npm run twin` starts with. */
export type TwinSettings = TwinOptions & { readonly dataDir: string | null; readonly isVirtual: boolean };

/** Reads the environment; every problem is one line. `TOSS_TWIN_DATA=:memory:` keeps nothing. */
export function readTwinSettings(
	env: Readonly<Record<string, string | undefined>>,
): TwinSettings | { readonly problems: string[] } {
	const port = env["TOSS_TWIN_PORT"] ?? String(DEFAULT_PORT);
	const clock = env["CLOCK"] ?? "real";
	const control = env["TOSS_TWIN_CONTROL"] ?? "local";
	const problems = [
		isPort(port) ? null : `TOSS_TWIN_PORT must be a port from 0 to 65535, not "${port}".`,
		["real", "virtual"].includes(clock) ? null : `CLOCK must be real or virtual, not "${clock}".`,
		["local", "open"].includes(control) ? null : `TOSS_TWIN_CONTROL must be local or open, not "${control}".`,
	].filter((problem) => problem !== null);
	if (problems.length > 0) return { problems };
	const data = env["TOSS_TWIN_DATA"] ?? DEFAULT_DATA;
	const webhookUrl = env["TOSS_TWIN_WEBHOOK_URL"];
	const publicUrl = env["TOSS_TWIN_PUBLIC_URL"];
	return {
		port: Number(port),
		host: env["HOST"] ?? "127.0.0.1",
		dataDir: data === ":memory:" ? null : data,
		isVirtual: clock === "virtual",
		isControlOpen: control === "open",
		webhookHosts: (env["TOSS_TWIN_WEBHOOK_HOSTS"] ?? "").split(",").filter((host) => host !== ""),
		...(webhookUrl === undefined ? {} : { webhookUrl }),
		...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/$/, "") }),
	};
}

function isPort(text: string): boolean {
	return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}
