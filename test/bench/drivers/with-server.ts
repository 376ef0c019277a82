import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { servers, type Server, type ServerName, type ServerOptions } from "../../../deploy/servers/index.ts";

/** Starts a server, or takes the one of the environment; stops what it started and removes what that wrote. */
export async function withServer<Result>(
	name: ServerName,
	options: ServerOptions,
	work: (server: Server) => Promise<Result>,
): Promise<Result> {
	const dataDir = await mkdtemp(join(tmpdir(), `payflow-bench-${name}-`));
	try {
		const server = await servers.start(name, { ...options, dataDir });
		try {
			return await work(server);
		} finally {
			await server.stop();
		}
	} finally {
		await rm(dataDir, { recursive: true, force: true });
	}
}
