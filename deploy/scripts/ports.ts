import { createServer } from "node:net";
import type { Settings } from "../../mixins/config/settings.ts";

/** A port somebody else listens on; the message says what to do. */
export class PortTaken extends Error {
	constructor(port: number, variable: string) {
		super(`Port ${port} is in use. Stop what listens there, or set another ${variable}.`);
		this.name = "PortTaken";
	}
}

/** Looks before the services start, so that nothing is half up when a port is taken; throws `PortTaken`. */
export async function assertPortsFree({ host, port, toss }: Settings): Promise<void> {
	await assertFree(host, port, "PORT");
	if (toss.hasTwin) await assertFree(host, toss.twinPort, "TOSS_TWIN_PORT");
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
