import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, run, which } from "./cache.ts";
import { debianPackages } from "./debian.ts";
import { ServerMissing, type Place, type Recipe } from "./port.ts";
import versions from "./versions.json" with { type: "json" };
import { firstAnswer, loopbackUrl } from "./wire.ts";

/** Version 2.10, from where on JetStream can sync every message before it acknowledges. */
const SYNC_ALWAYS_SINCE = 2_010;

/** NATS with JetStream. Sources: installed, built from its Go module, Debian's package (older: it cannot sync always). */
export const nats: Recipe = {
	name: "nats",
	variable: "NATS_URL",
	startMaxMs: 15_000,
	async prepare(place) {
		const { command, origin } = await obtain();
		const file = join(place.dataDir, "nats.conf");
		await writeFile(file, configuration(place, await canSyncAlways(command)));
		return { command, args: ["--config", file], origin };
	},
	/** It introduces itself in plain text, and speaks TLS afterwards. */
	async probe(url) {
		const text = (await firstAnswer(url))?.toString() ?? "";
		const version = /"version":"([^"]+)"/.exec(text)?.[1];
		return text.startsWith("INFO ") && version !== undefined ? `nats-server ${version}` : null;
	},
	url: ({ port, credentials, tls }) => loopbackUrl(tls === null ? "nats" : "tls", port, credentials),
};

async function obtain() {
	const installed = which("nats-server");
	if (installed !== null) return { command: installed, origin: `installed (${installed})` };
	const { goModule, version, debianPackage } = versions.nats;
	if (which("go") !== null) {
		const folder = await cached(`go-nats-server-${version}`, async (GOBIN) => {
			await run("go", ["install", `${goModule}@v${version}`], { cwd: GOBIN, env: { GOBIN, GOFLAGS: "-mod=mod" } });
		});
		return { command: join(folder, "nats-server"), origin: `built from the Go module ${goModule} v${version}` };
	}
	const folder = await debianPackages("nats", [debianPackage]);
	if (folder !== null)
		return { command: join(folder, "usr", "sbin", "nats-server"), origin: `Debian's package ${debianPackage}` };
	throw new ServerMissing("nats", "set NATS_URL, or install nats-server, or Go, or use Debian.");
}

async function canSyncAlways(command: string): Promise<boolean> {
	const [, major, minor] = /v(\d+)\.(\d+)/.exec(await run(command, ["--version"])) ?? [];
	return Number(major) * 1_000 + Number(minor) >= SYNC_ALWAYS_SINCE;
}

function configuration({ dataDir, port, credentials, settings, tls }: Place, hasSyncAlways: boolean): string {
	return [
		'host: "127.0.0.1"',
		`port: ${port}`,
		`jetstream { store_dir: ${JSON.stringify(join(dataDir, "jetstream"))}${hasSyncAlways ? ", sync_interval: always" : ""} }`,
		...(credentials === null
			? []
			: [
					`authorization { user: ${JSON.stringify(credentials.user)}, password: ${JSON.stringify(credentials.password)} }`,
				]),
		...(tls === null
			? []
			: [`tls { cert_file: ${JSON.stringify(tls.certificate)}, key_file: ${JSON.stringify(tls.key)} }`]),
		...settings,
		"",
	].join("\n");
}
