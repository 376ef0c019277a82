import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Cluster } from "../../deploy/cluster/topology.ts";
import { ROOT } from "../support/documents.ts";
import { NODE } from "../support/process.ts";

const PROMPT = "mol $";

/** What `npm run repl` prints when the words are typed one after the other, each at a prompt. */
export async function typeInConsole({ environment }: Cluster, lines: readonly string[]): Promise<string> {
	const child = spawn(NODE, [join(ROOT, "deploy/scripts/start.ts"), "--repl"], {
		cwd: ROOT,
		env: { PATH: process.env["PATH"], ...environment, NODE_ID: "console", LOG_LEVEL: "info" },
	});
	const rest = [...lines, "quit"];
	let printed = "";
	let seen = 0;
	const take = (piece: Buffer): void => {
		printed += piece.toString();
		const prompts = printed.split(PROMPT).length - 1;
		for (; seen < prompts; seen++) child.stdin.write(`${rest.shift() ?? ""}\n`);
	};
	child.stdout.on("data", take);
	child.stderr.on("data", take);
	await new Promise((resolve) => child.once("close", resolve));
	return printed;
}
