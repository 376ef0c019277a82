import type { ServiceSchema } from "moleculer";
import { createTwin } from "./twin.ts";
import type { Twin, TwinOptions } from "./twin.ts";

/** The double of the payment provider as a service of the platform; it only starts and stops with it. */
export function tossTwinService(options: TwinOptions): ServiceSchema {
	const twin: Twin = createTwin(options);
	return {
		name: "toss-twin",
		async started(this: { logger: { info(message: string): void } }) {
			const { url } = await twin.start();
			this.logger.info(`The Toss Twin listens on ${url}.`);
		},
		stopped: () => twin.stop(),
	};
}
