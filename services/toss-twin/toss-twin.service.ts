import { join } from "node:path";
import type { ServiceSchema } from "moleculer";
import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import type { Clock } from "../../mixins/clock/port.ts";
import type { Settings } from "../../mixins/config/settings.ts";
import { mixin } from "../../mixins/typed.ts";
import { createThreadedTwin, type ThreadedTwinOptions } from "./threaded-twin.ts";
import type { Twin } from "./running.ts";

interface Deps extends RuntimeDeps {
	twin: Twin | null;
}

/** The double of the payment provider as a service of the platform; it only starts and stops with it. */
const service: ServiceSchema = {
	...mixin<Deps>({
		mixins: [withRuntime()],
		async started() {
			const { settings, clock } = this.runtime;
			this.twin = settings.toss.hasTwin ? await twinFor(settings, clock) : null;
			await this.twin?.start();
		},
		async stopped() {
			await this.twin?.stop();
		},
	}),
	name: "toss-twin",
};

/** On a thread of its own where the process may have threads; a virtual clock cannot be shared with one. */
async function twinFor(settings: Settings, clock: Clock): Promise<Twin> {
	const options = optionsOf(settings);
	if (settings.hasStoreThread && settings.clock !== "virtual") return createThreadedTwin(options);
	const { createTwin } = await import("./twin.ts");
	return createTwin({ ...options, clock });
}

function optionsOf({ host, port, dataDir, toss }: Settings): ThreadedTwinOptions {
	return {
		host,
		port: toss.twinPort,
		dataDir: dataDir === ":memory:" ? null : join(dataDir, "toss-twin"),
		...(port === 0 ? {} : { webhookUrl: `http://127.0.0.1:${port}/api/payments/webhook/toss` }),
	};
}

export default service;
