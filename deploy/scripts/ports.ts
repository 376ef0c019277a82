import { createServer } from "node:net";
import type { Settings } from "../../mixins/config/settings.ts";

/** A port somebody else listens on; the message says what to do. */
export class PortTaken extends Error {
	constructor(port: number, variable: string) {
		super(`Port ${port} is in use. Stop what listens there, or set another ${variable}.`);
		this.name = "PortTaken";
	}
}

/** Looks before the services start, so that nothing is half up when a port is taken; `names` are the services to come. Throws `PortTaken`. */
export async function assertPortsFree(
	{ host, port, toss, cluster }: Settings,
	names: readonly string[],
): Promise<void> {
	const hasGateway = names.includes("api");
	if (hasGateway) await assertFree(host, port, "PORT");
	if (cluster?.metricsPort) await assertFree(host, cluster.metricsPort, "METRICS_PORT");
	if (toss.hasTwin && names.includes("toss-twin")) await assertFree(host, toss.twinPort, "TOSS_TWIN_PORT");
}

function assertFree(host: string, port: number, variable: string): Promise<void> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once("error", (error: NodeJS.ErrnoException) => {
			reject(error.code === "EADDRINUSE" ? new PortTaken(port, variable) : error);
		});
		probe.listen(port, host, () => probe.close(() => resolve()));
	});
}
