import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, which } from "./cache.ts";
import { debianPackages } from "./debian.ts";
import { ServerMissing, type Place, type Recipe, type TlsFiles } from "./port.ts";
import versions from "./versions.json" with { type: "json" };
import { firstAnswer, loopbackUrl } from "./wire.ts";

/** Redis that syncs every write. Its one password belongs to the user `default`. */
export const redis: Recipe = {
	name: "redis",
	variable: "REDIS_URL",
	startMaxMs: 15_000,
	async prepare(place) {
		const { command, env, origin } = await obtain();
		const file = join(place.dataDir, "redis.conf");
		await writeFile(file, configuration(place));
		const version = /v=([\d.]+)/.exec(await run(command, ["--version"], { env }))?.[1] ?? "";
		return { command, args: [file], env, origin, product: `redis-server ${version}` };
	},
	async probe(url, tls) {
		const answer = (await firstAnswer(url, Buffer.from("PING\r\n"), tls))?.toString() ?? "";
		return /^(\+PONG|-NOAUTH)/.test(answer) ? "answers PING" : null;
	},
	url: ({ port, credentials, tls }) => loopbackUrl(tls === null ? "redis" : "rediss", port, credentials),
};

async function obtain() {
	const installed = which("redis-server");
	if (installed !== null) return { command: installed, env: {}, origin: `installed (${installed})` };
	const folder = await debianPackages("redis", versions.redis.debianPackages);
	if (folder === null) throw new ServerMissing("redis", "set REDIS_URL, or install redis-server, or use Debian.");
	const libraries = ["x86_64", "aarch64"].map((machine) => join(folder, "usr", "lib", `${machine}-linux-gnu`));
	// In the package the server is a link to the program of redis-tools, which looks at its own name.
	const command = join(folder, "usr", "bin", "redis-server");
	return {
		command,
		env: { LD_LIBRARY_PATH: libraries.join(":") },
		origin: "Debian's packages redis-server, redis-tools",
	};
}

function configuration({ dataDir, port, credentials, settings, tls }: Place): string {
	return [
		"bind 127.0.0.1",
		...(tls === null ? [`port ${port}`] : encrypted(port, tls)),
		`dir "${dataDir}"`,
		"appendonly yes",
		"appendfsync always",
		"daemonize no",
		...(credentials === null
			? []
			: [`user ${credentials.user} on >${credentials.password} ~* &* +@all`, ...defaultOff(credentials.user)]),
		...settings,
		"",
	].join("\n");
}

function encrypted(port: number, { certificate, key, authority }: TlsFiles): string[] {
	return [
		"port 0",
		`tls-port ${port}`,
		`tls-cert-file "${certificate}"`,
		`tls-key-file "${key}"`,
		`tls-ca-cert-file "${authority}"`,
		"tls-auth-clients no",
	];
}

function defaultOff(user: string): string[] {
	return user === "default" ? [] : ["user default off"];
}
