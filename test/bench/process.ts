import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
/** The start script's own flags, so that the bench measures what `npm start` runs. */
const NODE_FLAGS = startFlags();
const START_MAX_MS = 30_000;
/** The inspector's sample distance in µs. */
const PROFILE_STEP = 250;
let profileFolder: string | null = null;

/** A child process of this bench and what it said until it was ready. */
export interface Running {
	readonly child: ChildProcess;
	readonly output: () => string;
	readonly readyAfterMs: number;
	stop(): Promise<void>;
	/** Ends it without a warning. */
	kill(): Promise<void>;
	/** Resident memory in MiB. */
	memory(): number;
	/** CPU seconds used so far. */
	cpuSeconds(): number;
}

const children = new Set<ChildProcess>();
// A bench that fails half-way must not leave its servers behind.
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** From now on every server writes a CPU profile into this folder when it ends; null switches that off. */
export function profileInto(folder: string | null): void {
	profileFolder = folder;
}

/** Starts `node file …` and resolves when its output matches `ready`. */
export async function run(
	file: string,
	args: readonly string[],
	env: Readonly<Record<string, string>>,
	ready: RegExp,
	readyWithinMs = START_MAX_MS,
): Promise<Running> {
	const startedAt = performance.now();
	const child = spawn(process.execPath, [...NODE_FLAGS, ...profileFlags(), join(ROOT, file), ...args], {
		cwd: ROOT,
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	children.add(child);
	let output = "";
	await new Promise<void>((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`${file} is not ready: ${output}`)), readyWithinMs);
		const listen = (chunk: Buffer): void => {
			output += chunk.toString();
			if (!ready.test(output)) return;
			clearTimeout(timer);
			resolve();
		};
		child.stdout.on("data", listen);
		child.stderr.on("data", listen);
		child.once("exit", (code) => reject(new Error(`${file} ended with ${String(code)}: ${output}`)));
	});
	const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
	void exited.then(() => children.delete(child));
	return {
		child,
		output: () => output,
		readyAfterMs: performance.now() - startedAt,
		async stop() {
			child.kill("SIGTERM");
			await exited;
		},
		async kill() {
			child.kill("SIGKILL");
			await exited;
		},
		memory: () =>
			Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, "utf8"))?.[1] ?? 0) / 1_024,
		cpuSeconds() {
			const fields = readFileSync(`/proc/${String(child.pid)}/stat`, "utf8").split(" ");
			return (Number(fields[13]) + Number(fields[14])) / 100;
		},
	};
}

function profileFlags(): readonly string[] {
	if (profileFolder === null) return [];
	return ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`, `--cpu-prof-interval=${PROFILE_STEP}`];
}

function startFlags(): readonly string[] {
	const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: { start: string } };
	return scripts.start.split(" ").filter((word) => word.startsWith("--"));
}
