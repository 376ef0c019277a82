import { join } from "node:path";
import type { ServiceSchema } from "moleculer";
import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import type { Settings } from "../../mixins/config/settings.ts";
import { mixin } from "../../mixins/typed.ts";
import { createTwin, type Twin, type TwinOptions } from "./twin.ts";

interface Deps extends RuntimeDeps {
	twin: Twin | null;
}

/** The double of the payment provider as a service of the platform; it only starts and stops with it. */
const service: ServiceSchema = {
	...mixin<Deps>({
		mixins: [withRuntime()],
		async started() {
			const { settings, clock } = this.runtime;
			this.twin = settings.toss.hasTwin ? createTwin({ ...optionsOf(settings), clock }) : null;
			await this.twin?.start();
		},
		async stopped() {
			await this.twin?.stop();
		},
	}),
	name: "toss-twin",
};

function optionsOf({ host, port, dataDir, toss }: Settings): TwinOptions {
	return {
		host,
		port: toss.twinPort,
		dataDir: dataDir === ":memory:" ? null : join(dataDir, "toss-twin"),
		...(port === 0 ? {} : { webhookUrl: `http://127.0.0.1:${port}/api/payments/webhook/toss` }),
	};
}

export default service;
