import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

enableCompileCache();
const startedAt = performance.now();
const root = join(import.meta.dirname, "..", "..");

const { readSettings, SettingsError } = await import("../../mixins/config/settings.ts");
const { createBroker, createRuntime } = await import("../../mixins/platform.ts");
const { StoreUnavailable } = await import("../../mixins/store/port.ts");
const { banner } = await import("./banner.ts");
const { assertPortsFree, PortTaken } = await import("./ports.ts");
const { loadServices } = await import("./services.ts");
const { stopOnSignal } = await import("./stop.ts");

try {
	await start(process.argv.includes("--repl"));
} catch (error) {
	const isExpected = [SettingsError, StoreUnavailable, PortTaken].some((kind) => error instanceof kind);
	console.error(isExpected ? `PayFlow cannot start. ${(error as Error).message}` : error);
	process.exit(1);
}

async function start(withRepl: boolean): Promise<void> {
	loadEnvironment();
	const settings = readSettings(process.env);
	// Joins a cluster that runs, serves nothing itself, and so is nobody's home.
	const isConsole = withRepl && typeof settings.cluster?.transporterUrl === "string";
	const services = isConsole ? [] : await loadServices(root, settings.services);
	const names = services.map(({ name }) => name);
	await assertPortsFree(settings, names);
	const runtime = await createRuntime(settings);
	const broker = createBroker(runtime, services, { skipProcessEventRegistration: true });
	stopOnSignal(broker);
	process.on("unhandledRejection", (reason) => {
		console.error("PayFlow stops: a promise was rejected and nobody listened.", reason);
		process.exit(1);
	});
	await broker.start();
	if (!isConsole)
		console.log(banner(settings, { names, node: broker.nodeID, elapsedMs: Math.round(performance.now() - startedAt) }));
	if (withRepl) broker.repl();
}

/** What is set already wins, so a file that was named comes before the usual one. */
function loadEnvironment(): void {
	const { "env-file": named } = parseArgs({ strict: false, options: { "env-file": { type: "string" } } }).values;
	if (typeof named === "string") process.loadEnvFile(named);
	if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));
}
