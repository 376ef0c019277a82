import { execFile, execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { which } from "../servers/cache.ts";
import type { Credentials, Server, ServerName } from "../servers/index.ts";
import versions from "../servers/versions.json" with { type: "json" };
import { firstAnswer, freePorts, loopbackUrl } from "../servers/wire.ts";
import { newPassword } from "./secrets.ts";

/** Servers that have an image. */
export type Dockered = Exclude<ServerName, "redis">;

const ANSWER_MAX_MS = 5_000;
const START_MAX_MS = 120_000;
const PROBE_MS = 250;
const SCHEME = { nats: "nats", kafka: "kafka", mongo: "mongodb" } as const;
const ask = promisify(execFile);

/** Whether there is a Docker engine that works. */
export async function dockerAnswers(): Promise<boolean> {
	if (which("docker") === null) return false;
	return ask("docker", ["info"], { timeout: ANSWER_MAX_MS }).then(
		() => true,
		() => false,
	);
}

/** Words after `docker` that start such a server on the loopback address. */
export function dockerRun(name: Dockered, container: string, port: number, login: Credentials): string[] {
	const { user, password } = login;
	const inside = { nats: 4_222, kafka: port, mongo: 27_017 }[name];
	const env = { nats: [], kafka: kafkaEnvironment(port, login), mongo: mongoEnvironment(login) }[name];
	const words = { nats: ["--jetstream", "--user", user, "--pass", password], kafka: [], mongo: [] }[name];
	return [
		...["run", "--detach", "--name", container, "--publish", `127.0.0.1:${port}:${inside}`],
		...env.flatMap((line) => ["--env", line]),
		versions.images[name],
		...words,
	];
}

/** Starts a container of our own, and removes it at the end. */
export async function startInDocker(name: Dockered): Promise<Server> {
	const [port = 0] = await freePorts(1);
	const login = { user: "payflow", password: newPassword() };
	const container = `payflow-cluster-${process.pid}-${name}`;
	const docker = (...words: string[]) => void execFileSync("docker", [...words, container], { stdio: "pipe" });
	const url = loopbackUrl(SCHEME[name], port, login);
	const ready = () => answering(url, name);
	await ask("docker", dockerRun(name, container, port, login));
	await ready();
	return {
		name,
		product: versions.images[name],
		origin: "Docker",
		url: name === "mongo" ? `${url}/payflow?authSource=admin` : url,
		host: "127.0.0.1",
		port,
		credentials: login,
		isOurs: true,
		output: () => execFileSync("docker", ["logs", container], { stdio: "pipe" }).toString(),
		pause: () => docker("pause"),
		resume: () => docker("unpause"),
		kill: async () => docker("kill"),
		stop: async () => docker("rm", "--force", "--volumes"),
		async restart() {
			docker("restart");
			await ready();
		},
	};
}

/** MongoDB waits to be asked; the others speak first, or answer a question that means nothing. */
async function answering(url: string, name: Dockered): Promise<void> {
	const deadline = Date.now() + START_MAX_MS;
	const hello = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
	while (!(name === "mongo" ? await pingMongo(url) : (await firstAnswer(url, hello)) !== null)) {
		if (Date.now() > deadline) throw new Error(`The container of ${name} does not answer.`);
		await sleep(PROBE_MS);
	}
}

async function pingMongo(url: string): Promise<boolean> {
	const { MongoClient } = (await import("mongoose")).default.mongo;
	const client = new MongoClient(`${url}/?authSource=admin`, { serverSelectionTimeoutMS: ANSWER_MAX_MS });
	try {
		await client.db("admin").command({ ping: 1 });
		return true;
	} catch {
		return false;
	} finally {
		await client.close();
	}
}

function mongoEnvironment({ user, password }: Credentials): string[] {
	return [`MONGO_INITDB_ROOT_USERNAME=${user}`, `MONGO_INITDB_ROOT_PASSWORD=${password}`];
}

function kafkaEnvironment(port: number, { user, password }: Credentials): string[] {
	const login = `username="${user}" password="${password}" user_${user}="${password}"`;
	return [
		"KAFKA_PROCESS_ROLES=broker,controller",
		"KAFKA_NODE_ID=1",
		"KAFKA_CONTROLLER_QUORUM_VOTERS=1@localhost:9093",
		`KAFKA_LISTENERS=CLIENT://:${port},CONTROLLER://localhost:9093`,
		`KAFKA_ADVERTISED_LISTENERS=CLIENT://127.0.0.1:${port}`,
		"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
		"KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER",
		"KAFKA_INTER_BROKER_LISTENER_NAME=CLIENT",
		"KAFKA_SASL_ENABLED_MECHANISMS=PLAIN",
		"KAFKA_SASL_MECHANISM_INTER_BROKER_PROTOCOL=PLAIN",
		`KAFKA_LISTENER_NAME_CLIENT_PLAIN_SASL_JAAS_CONFIG=org.apache.kafka.common.security.plain.PlainLoginModule required ${login};`,
		"KAFKA_AUTO_CREATE_TOPICS_ENABLE=false",
		"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1",
		"KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1",
		"KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=1",
		"KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0",
		"KAFKA_LOG_RETENTION_MS=-1",
	];
}
