import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../support/documents.ts";
import { ClusterTopology } from "./cluster.ts";
import { EmbeddedTopology } from "./embedded.ts";
import { OptionsError, readOptions, type ProveOptions } from "./options.ts";
import { page, summarise, type Setting } from "./page.ts";
import { Progress } from "./progress.ts";
import { prove, type Verdict } from "./run.ts";
import type { Topology } from "./topology.ts";

/**
 * `npm run prove -- --orders 5000 --chaos --seed 1`: real processes, killed and cut while people buy; then everything is
 * counted. Exit code 0 when every balance is equal and nothing is lost, doubled or stuck; 1 when not; 2 when it could not run.
 */
const SEEDS = 1_000_000;
const OUTPUT = "bench-results";

process.exitCode = await main();

async function main(): Promise<number> {
	try {
		return await run(readOptions(process.argv.slice(2), Date.now() % SEEDS));
	} catch (error) {
		console.error(error instanceof OptionsError ? error.message : error);
		return 2;
	}
}

function topologyOf({ profile, events, transporter }: ProveOptions): Topology {
	return profile === "cluster" ? new ClusterTopology({ events, transporter }) : new EmbeddedTopology();
}

async function run(options: ProveOptions): Promise<number> {
	const topology = topologyOf(options);
	const setting = settingOf();
	const progress = new Progress(process.stderr, () => Date.now());
	for (const signal of ["SIGINT", "SIGTERM"] as const) {
		process.once(signal, () => {
			progress.end();
			console.error("interrupted: everything is being ended");
			void topology.end().finally(() => process.exit(130));
		});
	}
	const verdict = await prove(options, topology, (share, text) => progress.show(share, text));
	progress.end();
	const summary = summarise(verdict);
	console.log(page(verdict, summary, setting));
	const exitCode = summary.failures.length === 0 ? 0 : 1;
	console.log(`  raw: ${keep(verdict, { setting, summary, exitCode })}\n`);
	return exitCode;
}

function keep(
	verdict: Verdict,
	more: { readonly setting: Setting; readonly summary: object; readonly exitCode: number },
): string {
	const file = join(OUTPUT, `prove-${more.setting.at.replaceAll(/[:.]/g, "-")}.json`);
	mkdirSync(join(ROOT, OUTPUT), { recursive: true });
	const { byKind, codes, ...rest } = verdict;
	const raw = { ...more, ...rest, byKind: Object.fromEntries(byKind), codes: Object.fromEntries(codes) };
	writeFileSync(join(ROOT, file), JSON.stringify(raw, null, "\t"));
	return file;
}

function settingOf(): Setting {
	return {
		commit: commitOf(),
		at: new Date().toISOString(),
		machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
	};
}

/** A tree without its history has no commit. */
function commitOf(): string {
	try {
		return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, stdio: "pipe" }).toString().trim();
	} catch {
		return "unknown";
	}
}
