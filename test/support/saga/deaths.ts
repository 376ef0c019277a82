import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../documents.ts";
import { NODE } from "../process.ts";

/** What a doomed process buys, and where it dies: `step/direction/moment`. */
export interface DoomedPurchase {
	readonly point: string;
	readonly productId: string;
	/** Somebody ends the order as soon as its saga has begun, so that nothing confirms it. */
	readonly isAbandoned: boolean;
}

/** Everything a doomed process is told. */
export interface Doom {
	readonly dataDir: string;
	readonly twinUrl: string;
	/** Null: it lives until every saga has ended. */
	readonly purchase: DoomedPurchase | null;
}

/** What a process that lived has found in the end. */
export interface Remains {
	readonly orders: Record<string, { order: string; payment: string; saga: string; reservations: readonly string[] }>;
	readonly broken: readonly string[];
	/** Points of the one buyer. */
	readonly balance: number;
	readonly isLedgerSound: boolean;
}

const SCRIPT = join(ROOT, "test", "support", "saga", "doomed.ts");

/** Runs a process to its end; answers how it ended and the last thing it said. */
export async function run(doom: Doom): Promise<{ signal: NodeJS.Signals | null; said: unknown }> {
	const child = spawn(NODE, [SCRIPT, JSON.stringify(doom)], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
	const [out, complaints]: [Buffer[], Buffer[]] = [[], []];
	child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
	child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
	const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
		child.once("error", reject);
		child.once("close", (_code, by) => resolve(by));
	});
	const last = Buffer.concat(out).toString().trim().split("\n").at(-1) ?? "";
	if (!last.startsWith("{")) throw new Error(`it said nothing: ${Buffer.concat(complaints).toString()}`);
	return { signal, said: JSON.parse(last) as unknown };
}
