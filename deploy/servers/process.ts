import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { ServerMissing, type Program, type Recipe, type ServerName } from "./port.ts";

const PROBE_MS = 50;
const STOP_MAX_MS = 10_000;
const OUTPUT_MAX_CHARS = 200_000;

/** One program that is started, signalled by its own pid, and started again. */
export class ServerProcess {
	readonly #name: ServerName;
	readonly #program: Program;
	#child: ChildProcess | null = null;
	#exit: Promise<void> = Promise.resolve();
	#output = "";

	constructor(name: ServerName, program: Program) {
		this.#name = name;
		this.#program = program;
	}

	get output(): string {
		return this.#output;
	}

	/** Resolves with what it says it is when it answers; throws `ServerMissing` with its output otherwise. */
	async start(probe: () => ReturnType<Recipe["probe"]>, startMaxMs: number): Promise<string> {
		const child = this.#spawn();
		const deadline = Date.now() + startMaxMs;
		for (;;) {
			if (hasEnded(child) || Date.now() > deadline) break;
			const product = await probe();
			if (product !== null) return product;
			await sleep(PROBE_MS);
		}
		const reason = hasEnded(child) ? "it ended" : `no answer in ${startMaxMs} ms`;
		await this.end("SIGKILL");
		throw new ServerMissing(this.#name, `${this.#program.origin} did not start (${reason}).\n${this.#output}`);
	}

	signal(signal: NodeJS.Signals): void {
		if (this.#child !== null && !hasEnded(this.#child)) this.#child.kill(signal);
	}

	/** A paused process takes the signal when it is resumed, and SIGKILL at once. */
	async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
		this.signal(signal);
		this.signal("SIGCONT");
		const timer = setTimeout(() => this.signal("SIGKILL"), STOP_MAX_MS);
		await this.#exit;
		clearTimeout(timer);
	}

	#spawn(): ChildProcess {
		const { command, args, env } = this.#program;
		const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
		for (const stream of [child.stdout, child.stderr])
			stream.on("data", (chunk: Buffer) => {
				this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_MAX_CHARS);
			});
		const killWithUs = () => void child.kill("SIGKILL");
		process.once("exit", killWithUs);
		this.#exit = new Promise<void>((resolve) => {
			child.once("error", (error) => {
				this.#output += error.message;
				resolve();
			});
			child.once("exit", () => resolve());
		}).then(() => void process.off("exit", killWithUs));
		this.#child = child;
		return child;
	}
}

function hasEnded(child: ChildProcess): boolean {
	return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
