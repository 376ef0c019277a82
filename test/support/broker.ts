import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallingOptions, ServiceBroker, ServiceSchema } from "moleculer";
import { virtualClock, type VirtualClock } from "../../mixins/clock/virtual.ts";
import { readSettings, type Settings } from "../../mixins/config/settings.ts";
import { createBroker, createRuntime } from "../../mixins/platform.ts";
import type { Runtime } from "../../mixins/runtime.ts";
import type { Meta } from "../../mixins/typed.ts";
import type { ActionName, ParamsOf, ResultOf } from "../../services/contracts.ts";

/** Start of every virtual clock: a Monday morning in Seoul. */
export const EPOCH = Date.parse("2030-01-07T00:00:00.000Z");

export interface PlatformOptions {
	/** Service schemas (default exports of `*.service.ts`, or stubs). */
	services: readonly unknown[];
	env?: Readonly<Record<string, string>>;
	/** `virtual` (default `system`): time stands still until `advance`. */
	clock?: "virtual" | "system";
	/** Keep data in this folder instead of in memory; it survives `stop`. */
	dataDir?: string;
}

export interface TestPlatform {
	broker: ServiceBroker;
	runtime: Runtime;
	settings: Settings;
	call<Name extends ActionName>(
		name: Name,
		params: ParamsOf<Name>,
		options?: { meta?: Meta; commandId?: string },
	): Promise<ResultOf<Name>>;
	/** Resolves when every event committed so far, and what its handlers committed, is delivered. */
	drained(): Promise<void>;
	/** Only with the virtual clock. */
	advance(ms: number): Promise<void>;
	stop(): Promise<void>;
}

/** A real broker in process on a real SQLite store with the embedded bus. */
export async function startPlatform(options: PlatformOptions): Promise<TestPlatform> {
	const clock: VirtualClock | undefined = options.clock === "virtual" ? virtualClock(EPOCH) : undefined;
	const settings = readSettings({
		NODE_ENV: "test",
		PORT: "0",
		LOG_LEVEL: "fatal",
		RATE_LIMIT_API: "off",
		RATE_LIMIT_LOGIN: "off",
		DATA_DIR: options.dataDir ?? ":memory:",
		...options.env,
	});
	const runtime = await createRuntime(settings, clock === undefined ? {} : { clock });
	const broker = createBroker(runtime, options.services as readonly ServiceSchema[], { logger: false });
	await broker.start();
	return {
		broker,
		runtime,
		settings,
		call: (name, params, { meta, commandId } = {}) => {
			const calling: CallingOptions = { meta: meta ?? {} };
			if (commandId !== undefined) calling.headers = { commandId };
			return broker.call(name, params, calling);
		},
		async drained() {
			for (let head = -1; head !== runtime.log.head();) {
				head = runtime.log.head();
				await runtime.bus.drained();
			}
		},
		async advance(ms) {
			await clock?.advance(ms);
		},
		stop: () => broker.stop(),
	};
}

/** A folder that the caller removes with `remove`. */
export function temporaryFolder(): { path: string; remove(): void } {
	const path = mkdtempSync(join(tmpdir(), "payflow-"));
	return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
