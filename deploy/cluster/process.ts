import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "..", "..");
const LOCAL_NODE = join(ROOT, "node_modules", ".bin", "node");
const HEAP = ["--max-semi-space-size=32", "--max-old-space-size=320"];
const READY_MAX_MS = 120_000;
const PROBE_MS = 100;
const PROBE_MAX_MS = 2_000;
const STOP_MAX_MS = 15_000;
const TAIL_CHARS = 2_000;

const children = new Set<ChildProcess>();
// Whoever started them may end without a word: they must not outlive it.
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** What a process is started with. */
export interface ProcessPlan {
	readonly name: string;
	/** Path from the root of the project. */
	readonly script: string;
	readonly env: Readonly<Record<string, string>>;
	/** Where it serves, e.g. `http://127.0.0.1:8080`. */
	readonly url: string;
	/** Path that answers 2xx once it is ready. */
	readonly readyPath: string;
	/** File that takes what it prints, over all its lives. */
	readonly logFile: string;
}

/** How a process ended, and how long it took. */
export interface ProcessEnd {
	readonly name: string;
	readonly code: number | null;
	readonly ms: number;
}

/** One process of the cluster over all its lives; only what was started here is ever signalled, by its own pid. */
export class ClusterProcess {
	readonly name: string;
	readonly url: string;
	readonly logFile: string;
	readonly #plan: ProcessPlan;
	#child: ChildProcess | null = null;
	#exit: Promise<number | null> = Promise.resolve(null);

	constructor(plan: ProcessPlan) {
		this.#plan = plan;
		this.name = plan.name;
		this.url = plan.url;
		this.logFile = plan.logFile;
	}

	get pid(): number | null {
		return this.isRunning ? (this.#child?.pid ?? null) : null;
	}

	get isRunning(): boolean {
		const child = this.#child;
		return child !== null && child.exitCode === null && child.signalCode === null;
	}

	/** Resolves when the process is there, long before it answers. */
	async launch(): Promise<void> {
		const { script, env, logFile } = this.#plan;
		const file = openSync(logFile, "a");
		const node = existsSync(LOCAL_NODE) ? LOCAL_NODE : process.execPath;
		// The terminal's Ctrl-C reaches the starter alone, which stops the others in their order.
		const child = spawn(node, [...HEAP, join(ROOT, script)], {
			cwd: ROOT,
			env: { PATH: process.env["PATH"], ...env },
			stdio: ["ignore", file, file],
			detached: true,
		});
		closeSync(file);
		children.add(child);
		this.#child = child;
		this.#exit = new Promise((resolve) => {
			child.once("exit", (code) => {
				children.delete(child);
				resolve(code);
			});
		});
		await new Promise<void>((resolve, reject) => {
			child.once("spawn", resolve);
			child.once("error", reject);
		});
	}

	/** Resolves when it answers; throws with the end of its output if it ended by itself or does not answer in time. */
	async ready(maxMs = READY_MAX_MS): Promise<void> {
		const child = this.#child;
		const deadline = Date.now() + maxMs;
		while (!(await isAnswering(this.url + this.#plan.readyPath))) {
			if (child !== this.#child || !this.isRunning) throw new Error(`${this.name} ended by itself:\n${this.#tail()}`);
			if (Date.now() > deadline) throw new Error(`${this.name} does not answer:\n${this.#tail()}`);
			await sleep(PROBE_MS);
		}
	}

	/** SIGKILL; resolves when it is gone. */
	async kill(): Promise<void> {
		if (!this.isRunning) return;
		this.#child?.kill("SIGKILL");
		await this.#exit;
	}

	/** Ends it if it runs, and starts it again; resolves when it answers. */
	async restart(): Promise<void> {
		await this.stop();
		await this.launch();
		await this.ready();
	}

	/** SIGSTOP: connections stay open and nobody answers. */
	pause(): void {
		if (this.isRunning) this.#child?.kill("SIGSTOP");
	}

	/** SIGCONT. */
	resume(): void {
		if (this.isRunning) this.#child?.kill("SIGCONT");
	}

	/** SIGTERM, and SIGKILL if that is not enough. */
	async stop(): Promise<ProcessEnd> {
		const startedAt = Date.now();
		if (this.isRunning) this.#child?.kill("SIGTERM");
		const late = setTimeout(() => this.#child?.kill("SIGKILL"), STOP_MAX_MS);
		const code = await this.#exit;
		clearTimeout(late);
		return { name: this.name, code, ms: Date.now() - startedAt };
	}

	/** What it printed, over all its lives. */
	output(): string {
		return existsSync(this.logFile) ? readFileSync(this.logFile, "utf8") : "";
	}

	#tail(): string {
		return this.output().slice(-TAIL_CHARS);
	}
}

async function isAnswering(url: string): Promise<boolean> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MAX_MS) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}
