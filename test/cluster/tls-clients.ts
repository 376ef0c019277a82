import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { ROOT } from "../support/documents.ts";
import { NODE } from "../support/process.ts";
import type { Answer, Attempt, Question } from "./tls-client.ts";

/** What became of an attempt. */
export interface Outcome extends Omit<Answer, "id"> {
	readonly ms: number;
}

/** A process that uses our connections, with an environment of its own: Node reads whom to trust when it starts. */
export interface Clients {
	attempt(what: Attempt, url: string): Promise<Outcome>;
	end(): Promise<void>;
}

let questions = 0;

/** Starts it; `authority` is the file of one more authority to trust. */
export function startClients(authority: string | null): Clients {
	const child = fork(join(import.meta.dirname, "tls-client.ts"), [], {
		cwd: ROOT,
		execPath: NODE,
		execArgv: [],
		env: { PATH: process.env["PATH"], ...(authority === null ? {} : { NODE_EXTRA_CA_CERTS: authority }) },
		stdio: ["ignore", "ignore", "pipe", "ipc"],
	});
	const waiting = new Map<number, (outcome: Omit<Outcome, "ms">) => void>();
	let complaints = "";
	child.stderr?.on("data", (piece: Buffer) => (complaints += piece.toString()));
	child.on("message", ({ id, ...answer }: Answer) => waiting.get(id)?.(answer));
	child.once("exit", () => waiting.forEach((answer) => answer({ result: null, error: `it has ended: ${complaints}` })));
	return {
		async attempt(what, url) {
			const question: Question = { id: ++questions, what, url };
			const startedAt = performance.now();
			const answer = await new Promise<Omit<Outcome, "ms">>((resolve) => {
				waiting.set(question.id, resolve);
				child.send(question);
			});
			waiting.delete(question.id);
			return { ...answer, ms: performance.now() - startedAt };
		},
		end: () => ended(child),
	};
}

async function ended(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const exit = once(child, "exit");
	child.kill("SIGKILL");
	await exit;
}

/** A way to a server that hears what its clients say. */
export interface Ear {
	readonly port: number;
	heard(): Buffer;
	close(): Promise<void>;
}

/** Listens at a port of its own, and passes everything on. */
export async function listenBefore(port: number): Promise<Ear> {
	const heard: Buffer[] = [];
	const server = createServer((client) => {
		const onward = connect({ host: "127.0.0.1", port });
		client.on("data", (piece: Buffer) => heard.push(piece));
		client.pipe(onward).pipe(client);
		for (const [one, other] of [
			[client, onward],
			[onward, client],
		] as const)
			one.on("error", () => other.destroy()).on("close", () => other.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		port: (server.address() as AddressInfo).port,
		heard: () => Buffer.concat(heard),
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
