import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { ROOT } from "./documents.ts";

const LOCAL_NODE = join(ROOT, "node_modules", ".bin", "node");
/** The Node that runs the system. */
export const NODE = existsSync(LOCAL_NODE) ? LOCAL_NODE : process.execPath;
const START_MAX_MS = 20_000;
const PROBE_MS = 25;

/** How a process ended. */
export interface Exit {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
}

/** A process of the system, started by this test. */
export interface SystemProcess {
	readonly url: string;
	readonly exit: Promise<Exit>;
	/** What it has printed so far. */
	output(): string;
	/** SIGKILL, as a power cut would do it; resolves when it is gone. */
	kill(): Promise<void>;
	/** SIGTERM; resolves with how it ended. */
	stop(): Promise<Exit>;
}

export interface SystemOptions {
	readonly dataDir: string;
	readonly port: number;
	readonly env?: Readonly<Record<string, string>>;
	/** No file of the process may grow past this many blocks of 512 bytes: a full disk, for this process alone. */
	readonly blocksMax?: number;
}

/** The whole platform in one process on its own port and data folder; not ready yet. */
export function launchPlatform({ dataDir, port, env = {}, blocksMax }: SystemOptions): SystemProcess {
	const own = {
		NODE_ENV: "test",
		PORT: String(port),
		DATA_DIR: dataDir,
		LOG_LEVEL: "error",
		// As `npm start` has it; tests within a process leave it out.
		STORE_THREAD: "true",
		RATE_LIMIT_API: "off",
		RATE_LIMIT_LOGIN: "off",
		...env,
	};
	return launch("deploy/scripts/start.ts", `http://127.0.0.1:${port}`, own, blocksMax);
}

/** The platform, answering. */
export async function startPlatformProcess(options: SystemOptions): Promise<SystemProcess> {
	return answering(launchPlatform(options), "/ready");
}

/** The Toss Twin in a process of its own, answering. */
export async function startTwinProcess({ dataDir, port, env = {} }: SystemOptions): Promise<SystemProcess> {
	const own = { TOSS_TWIN_PORT: String(port), TOSS_TWIN_DATA: dataDir, ...env };
	return answering(launch("services/toss-twin/main.ts", `http://127.0.0.1:${port}`, own), "/twin/books");
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
	const servers = Array.from({ length: count }, () => createServer());
	await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))));
	const ports = servers.map((server) => (server.address() as AddressInfo).port);
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	return ports;
}

function launch(script: string, url: string, env: Readonly<Record<string, string>>, blocksMax?: number): SystemProcess {
	const limited = ["-c", `ulimit -f ${blocksMax ?? "unlimited"}; exec "$0" "$@"`, NODE];
	const [command, words] = blocksMax === undefined ? [NODE, []] : ["sh", limited];
	const child = spawn(command, [...words, join(ROOT, script)], {
		cwd: ROOT,
		env: { PATH: process.env["PATH"], ...env },
	});
	const chunks: Buffer[] = [];
	child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
	child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
	const exit = exitOf(child);
	const end = async (signal: NodeJS.Signals): Promise<Exit> => {
		if (child.exitCode === null && child.signalCode === null) child.kill(signal);
		return exit;
	};
	return {
		url,
		exit,
		output: () => Buffer.concat(chunks).toString(),
		async kill() {
			await end("SIGKILL");
		},
		stop: () => end("SIGTERM"),
	};
}

function exitOf(child: ChildProcess): Promise<Exit> {
	return new Promise((resolve, reject) => {
		child.once("error", reject);
		// `close` comes after the last output, `exit` may come before it.
		child.once("close", (code, signal) => resolve({ code, signal }));
	});
}

async function answering(system: SystemProcess, path: string): Promise<SystemProcess> {
	const deadline = Date.now() + START_MAX_MS;
	const exits: Exit[] = [];
	void system.exit.then((exit) => exits.push(exit));
	while (!(await isAnswering(system.url + path))) {
		if (exits.length > 0 || Date.now() > deadline) {
			await system.kill();
			throw new Error(`The system did not start:\n${system.output()}`);
		}
		await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
	}
	return system;
}

async function isAnswering(url: string): Promise<boolean> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}
