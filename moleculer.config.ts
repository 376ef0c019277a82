import { existsSync } from "node:fs";
import type { BrokerOptions } from "moleculer";
import { readSettings } from "./mixins/config/settings.ts";
import { brokerOptions, createRuntime } from "./mixins/platform.ts";

/** Broker options for `moleculer-runner`; `npm start` uses the same through deploy/scripts/start.ts. */
export default async function config(): Promise<BrokerOptions> {
	if (existsSync(".env")) process.loadEnvFile(".env");
	return brokerOptions(await createRuntime(readSettings(process.env)));
}
