import type { TwinOptions } from "./twin.ts";

const DEFAULT_PORT = "8081";
const CLOCKS = ["system", "virtual"];
const DEFAULT_DATA = "data/toss-twin";

/** What `npm run twin` starts with. */
export type TwinSettings = TwinOptions & { readonly dataDir: string | null; readonly isVirtual: boolean };

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment; every problem is one line. `TOSS_TWIN_DATA=:memory:` keeps nothing. */
export function readTwinSettings(env: Environment): TwinSettings | { readonly problems: string[] } {
	const problems = problemsOf(env);
	if (problems.length > 0) return { problems };
	const data = textOf(env, "TOSS_TWIN_DATA", DEFAULT_DATA);
	return {
		port: Number(textOf(env, "TOSS_TWIN_PORT", DEFAULT_PORT)),
		host: textOf(env, "HOST", "127.0.0.1"),
		dataDir: data === ":memory:" ? null : data,
		isVirtual: env["CLOCK"] === "virtual",
		isControlOpen: env["TOSS_TWIN_CONTROL"] === "open",
		webhookHosts: textOf(env, "TOSS_TWIN_WEBHOOK_HOSTS", "")
			.split(",")
			.filter((host) => host !== ""),
		...addresses(env),
	};
}

function textOf(env: Environment, name: string, or: string): string {
	const value = env[name];
	return value === undefined || value === "" ? or : value;
}

function problemsOf(env: Environment): string[] {
	const port = textOf(env, "TOSS_TWIN_PORT", DEFAULT_PORT);
	const clock = textOf(env, "CLOCK", "system");
	const control = textOf(env, "TOSS_TWIN_CONTROL", "local");
	return [
		isPort(port) ? null : `TOSS_TWIN_PORT must be a port from 0 to 65535, not "${port}".`,
		CLOCKS.includes(clock) ? null : `CLOCK must be one of ${CLOCKS.join(", ")}, not "${clock}".`,
		["local", "open"].includes(control) ? null : `TOSS_TWIN_CONTROL must be local or open, not "${control}".`,
	].filter((problem) => problem !== null);
}

function addresses(env: Environment): Pick<TwinOptions, "webhookUrl" | "publicUrl"> {
	const webhookUrl = textOf(env, "TOSS_TWIN_WEBHOOK_URL", "");
	const publicUrl = textOf(env, "TOSS_TWIN_PUBLIC_URL", "").replace(/\/$/, "");
	return { ...(webhookUrl === "" ? {} : { webhookUrl }), ...(publicUrl === "" ? {} : { publicUrl }) };
}

function isPort(text: string): boolean {
	return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}
