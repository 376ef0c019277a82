import type { Server } from "node:http";

/** Requests under way at a stop get this long. */
const DRAIN_MS = 5_000;

/** Stops accepting, lets requests under way end, then closes what is left; never hangs on an open connection. */
export async function closeServer(server: Server): Promise<void> {
	if (!server.listening) return;
	await new Promise<void>((resolve) => {
		// Sockets live in real time, whatever the platform's clock says.
		const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
		server.close(() => {
			clearTimeout(timer);
			resolve();
		});
		server.closeIdleConnections();
	});
}
