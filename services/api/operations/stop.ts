import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Requests under way at a stop get this long. */
const DRAIN_MS = 5_000;
/** Connections that fall idle meanwhile are closed at this pace. */
const IDLE_CHECK_MS = 50;

/** Ends a server without cutting requests off and without being held up. */
export interface Drain {
	/** Stops accepting, lets requests under way end, closes the rest; at most five seconds. Repeating it is harmless. */
	(): Promise<void>;
}

/** Watches the server's connections; sockets live in real time, whatever the platform's clock says. */
export function createDrain(server: Server): Drain {
	const sockets = new Set<Socket>();
	server.on("connection", (socket) => {
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
	});

	/** Node counts a connection as idle only after its first request. */
	function closeIdle(): void {
		for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
		server.closeIdleConnections();
	}

	return async () => {
		if (!server.listening) return;
		await new Promise<void>((resolve) => {
			const cutOff = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
			const checks = setInterval(closeIdle, IDLE_CHECK_MS);
			server.close(() => {
				clearTimeout(cutOff);
				clearInterval(checks);
				resolve();
			});
			closeIdle();
		});
	};
}
