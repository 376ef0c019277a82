import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { run, which } from "../servers/cache.ts";
import { debianPackages } from "../servers/debian.ts";

/**
 * `node deploy/scripts/check.ts`: lets Prometheus and nginx judge the files that are written for them. Their programs are those
 * installed, else Debian's packages; a program that cannot be had is a failure, never a silent pass.
 */
const deploy = join(import.meta.dirname, "..");

interface Check {
	readonly title: string;
	/** What the program says; throws with what it printed when it refuses. */
	readonly run: () => Promise<string>;
}

const prometheus = join(deploy, "prometheus");
const CHECKS: readonly Check[] = [
	{
		title: "Prometheus: one process",
		run: () => promtool("check", "config", join(prometheus, "prometheus.yml")),
	},
	{ title: "Prometheus: cluster", run: () => promtool("check", "config", join(prometheus, "cluster.yml")) },
	{ title: "Prometheus: alerts", run: () => promtool("test", "rules", join(prometheus, "alerts.test.yml")) },
	{ title: "nginx: balancer", run: balancer },
];

const { values } = parseArgs({ options: { verbose: { type: "boolean", default: false } } });
let failures = 0;
for (const check of CHECKS) {
	const { isGood, text } = await check.run().then(
		(text) => ({ isGood: true, text }),
		(error: unknown) => ({ isGood: false, text: String(error) }),
	);
	if (!isGood) failures++;
	console.log(`${isGood ? "ok    " : "FAILED"}  ${check.title}`);
	if (!isGood || values.verbose) console.log(text.trimEnd());
}
process.exit(failures === 0 ? 0 : 1);

async function promtool(...words: readonly string[]): Promise<string> {
	return run(await program("promtool", "prometheus", ["prometheus"], ["usr", "bin", "promtool"]), words);
}

/** The names of the gateways exist among the containers alone: any address does for a look at the rest. */
async function balancer(): Promise<string> {
	const nginx = await program("nginx", "nginx", ["nginx"], ["usr", "sbin", "nginx"]);
	const text = await readFile(join(deploy, "nginx", "nginx.conf"), "utf8");
	const folder = await mkdtemp(join(tmpdir(), "payflow-nginx-"));
	try {
		const file = join(folder, "nginx.conf");
		await writeFile(file, text.replaceAll(/gateway-(\d):8080/g, "127.0.0.$1:8080").replaceAll("/tmp/", `${folder}/`));
		return await run(nginx, ["-t", "-q", "-p", folder, "-c", file]);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function program(
	command: string,
	name: string,
	packages: readonly string[],
	path: readonly string[],
): Promise<string> {
	const installed = which(command);
	if (installed !== null) return installed;
	const folder = await debianPackages(name, packages);
	if (folder === null) throw new Error(`No ${command}: install it, or use Debian.`);
	return join(folder, ...path);
}
