import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kafka } from "./kafka.ts";
import { mongo } from "./mongo.ts";
import { nats } from "./nats.ts";
import {
	ServerMissing,
	type Credentials,
	type Recipe,
	type Server,
	type ServerName,
	type ServerOptions,
} from "./port.ts";
import { ServerProcess } from "./process.ts";
import { redis } from "./redis.ts";
import { freePorts } from "./wire.ts";

export type { Credentials, Server, ServerName, ServerOptions, TlsFiles } from "./port.ts";
export { ServerMissing } from "./port.ts";
export { kafkaClassPath } from "./kafka.ts";

const RECIPES: Readonly<Record<ServerName, Recipe>> = { nats, kafka, mongo, redis };

/**
 * Real servers without Docker: the one named in the environment (NATS_URL, KAFKA_URL, MONGODB_URI, REDIS_URL), else
 * what is installed, else what package registries offer. Throws `ServerMissing`.
 */
export const servers = {
	async start(name: ServerName, options: ServerOptions = {}): Promise<Server> {
		const recipe = RECIPES[name];
		const given = process.env[recipe.variable];
		const isGiven = given !== undefined && given !== "" && options.source !== "ours";
		return isGiven ? foreign(recipe, given) : own(recipe, options);
	},
};

async function foreign(recipe: Recipe, url: string): Promise<Server> {
	const { name, variable } = recipe;
	const product = await recipe.probe(url, null);
	if (product === null) throw new ServerMissing(name, `nothing answers at the address in ${variable}.`);
	const { hostname, port, username, password } = new URL(url);
	const refuse = () => {
		throw new Error(`The ${name} server of ${variable} is not ours to stop.`);
	};
	return {
		name,
		product,
		origin: `environment (${variable})`,
		url,
		host: hostname,
		port: Number(port),
		credentials:
			username === "" ? null : { user: decodeURIComponent(username), password: decodeURIComponent(password) },
		isOurs: false,
		output: () => "",
		pause: refuse,
		resume: refuse,
		kill: async () => refuse(),
		stop: async () => undefined,
		restart: async () => refuse(),
	};
}

async function own(recipe: Recipe, options: ServerOptions): Promise<Server> {
	const { name } = recipe;
	const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), `payflow-${name}-`)));
	await mkdir(dataDir, { recursive: true });
	const port = options.port ?? (await freePorts(1))[0] ?? 0;
	const credentials: Credentials | null = options.credentials ?? null;
	const tls = options.tls ?? null;
	const place = { dataDir, port, credentials, settings: options.settings ?? [], tls };
	const program = await recipe.prepare(place);
	const url = recipe.url(place);
	const process = new ServerProcess(name, program);
	const start = () => process.start(() => recipe.probe(url, tls), recipe.startMaxMs);
	const claimed = await start();
	const product = program.product === undefined ? claimed : `${program.product} (${claimed})`;
	return {
		name,
		product,
		origin: program.origin,
		url,
		host: "127.0.0.1",
		port,
		credentials,
		isOurs: true,
		output: () => process.output,
		pause: () => process.signal("SIGSTOP"),
		resume: () => process.signal("SIGCONT"),
		kill: () => process.end("SIGKILL"),
		stop: () => process.end("SIGTERM"),
		async restart() {
			await process.end("SIGTERM");
			await start();
		},
	};
}
