import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../support/documents.ts";
import { NODE } from "../support/process.ts";
import type { Node } from "./topology.ts";

const READY_MAX_MS = 60_000;
const PROBE_MS = 20;
const PROBE_MAX_MS = 1_000;
const STOP_MAX_MS = 15_000;
/** Of what a process prints, this much is kept. */
const OUTPUT_MAX = 200_000;

const children = new Set<ChildProcess>();
// A run that ends in the middle must leave nothing behind.
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** One process of the system, over all its lives. */
export class ProcessNode implements Node {
	readonly name: string;
	readonly #script: string;
	readonly #probe: string;
	readonly #env: Readonly<Record<string, string>>;
	#child: ChildProcess | null = null;
	#exit: Promise<number | null> = Promise.resolve(null);
	#output = "";

	/** `probe` is the address that answers 2xx once it is ready. */
	constructor(name: string, script: string, probe: string, env: Readonly<Record<string, string>>) {
		this.name = name;
		this.#script = script;
		this.#probe = probe;
		this.#env = env;
	}

	async launch(): Promise<void> {
		const child = spawn(NODE, [join(ROOT, this.#script)], {
			cwd: ROOT,
			env: { PATH: process.env["PATH"], ...this.#env },
			stdio: ["ignore", "pipe", "pipe"],
		});
		const keep = (piece: Buffer): void => {
			if (this.#output.length < OUTPUT_MAX) this.#output += piece.toString();
		};
		child.stdout.on("data", keep);
		child.stderr.on("data", keep);
		children.add(child);
		this.#child = child;
		this.#exit = new Promise((resolve) => {
			child.once("close", (code) => {
				children.delete(child);
				resolve(code);
			});
		});
		await new Promise<void>((resolve, reject) => {
			child.once("spawn", resolve);
			child.once("error", reject);
		});
	}

	async ready(): Promise<void> {
		const deadline = Date.now() + READY_MAX_MS;
		const child = this.#child;
		while (!(await isAnswering(this.#probe))) {
			if (child !== this.#child || isOver(child)) throw new Error(`${this.name} ended by itself:\n${this.#tail()}`);
			if (Date.now() > deadline) throw new Error(`${this.name} does not answer:\n${this.#tail()}`);
			await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
		}
	}

	async kill(): Promise<void> {
		if (this.#child === null || isOver(this.#child)) return;
		this.#child.kill("SIGKILL");
		await this.#exit;
	}

	pause(): void {
		this.#child?.kill("SIGSTOP");
	}

	resume(): void {
		this.#child?.kill("SIGCONT");
	}

	async stop(): Promise<{ name: string; code: number | null; ms: number }> {
		const startedAt = Date.now();
		this.#child?.kill("SIGTERM");
		const late = setTimeout(() => this.#child?.kill("SIGKILL"), STOP_MAX_MS);
		const code = await this.#exit;
		clearTimeout(late);
		return { name: this.name, code, ms: Date.now() - startedAt };
	}

	output(): string {
		return this.#output;
	}

	#tail(): string {
		return this.#output.slice(-2_000);
	}
}

function isOver(child: ChildProcess | null): boolean {
	return child === null || child.exitCode !== null || child.signalCode !== null;
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
