import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./cache.ts";
import { mavenJars } from "./maven.ts";
import { ServerMissing, type Place, type Recipe, type TlsFiles } from "./port.ts";
import versions from "./versions.json" with { type: "json" };
import { firstAnswer, freePorts, loopbackUrl } from "./wire.ts";

const { scala, version, log4j } = versions.kafka;
/** A cluster id is any 16 bytes in base64. */
const CLUSTER_ID = Buffer.from("payflow-loopback").toString("base64url").slice(0, 22);
const HEAP = ["-Xms256m", "-Xmx512m", "-XX:+UseSerialGC"];
/** ApiVersions, version 0, correlation id 1, no client id: answered before authentication, once the broker serves. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/** Apache Kafka, one node in KRaft mode, from its Maven artefacts; with credentials: SASL/PLAIN for every client. */
export const kafka: Recipe = {
	name: "kafka",
	variable: "KAFKA_URL",
	startMaxMs: 60_000,
	async prepare(place) {
		const classPath = await kafkaClassPath();
		const file = join(place.dataDir, "server.properties");
		const [controllerPort = 0] = await freePorts(1);
		if (place.tls !== null) await writeFile(keyStoreOf(place), await keyAndCertificate(place.tls));
		await writeFile(file, configuration(place, controllerPort));
		if (!existsSync(join(place.dataDir, "log", "meta.properties")))
			await run("java", [...javaOptions(classPath), "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", file]);
		return {
			command: "java",
			args: [...HEAP, ...javaOptions(classPath), "kafka.Kafka", file],
			origin: `Maven artefact org.apache.kafka:kafka_${scala}:${version}`,
		};
	},
	async probe(url, tls) {
		const answer = await firstAnswer(url, API_VERSIONS, tls);
		return answer === null ? null : `Apache Kafka ${version}`;
	},
	url: ({ port, credentials, tls }) => loopbackUrl(tls === null ? "kafka" : "kafkas", port, credentials),
};

/** Class path of Kafka's server and command line tools, e.g. for `org.apache.kafka.tools.consumer.ConsoleConsumer`. */
export async function kafkaClassPath(): Promise<string> {
	const folder = await mavenJars(`kafka-${version}`, [
		`org.apache.kafka:kafka_${scala}:${version}`,
		`org.apache.kafka:kafka-tools:${version}`,
		`org.apache.logging.log4j:log4j-slf4j-impl:${log4j}`,
	]);
	if (folder === null) throw new ServerMissing("kafka", "set KAFKA_URL, or install Java 17 and Maven.");
	return join(folder, "lib", "*");
}

function javaOptions(classPath: string): string[] {
	return [`-Dlog4j2.configurationFile=${join(import.meta.dirname, "log4j2.properties")}`, "-cp", classPath];
}

function configuration(place: Place, controllerPort: number): string {
	const { dataDir, port, credentials, settings, tls } = place;
	const protocol = `${credentials === null ? "" : "SASL_"}${tls === null ? "PLAINTEXT" : "SSL"}`;
	return [
		"process.roles=broker,controller",
		"node.id=1",
		`controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
		`listeners=CLIENT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
		`advertised.listeners=CLIENT://127.0.0.1:${port}`,
		`listener.security.protocol.map=CLIENT:${protocol},CONTROLLER:PLAINTEXT`,
		"controller.listener.names=CONTROLLER",
		"inter.broker.listener.name=CLIENT",
		...(credentials === null ? [] : sasl(credentials)),
		...(tls === null ? [] : encrypted(keyStoreOf(place), tls)),
		`log.dirs=${join(dataDir, "log")}`,
		"auto.create.topics.enable=false",
		"offsets.topic.replication.factor=1",
		"offsets.topic.num.partitions=4",
		"transaction.state.log.replication.factor=1",
		"transaction.state.log.min.isr=1",
		"transaction.state.log.num.partitions=4",
		"share.coordinator.state.topic.replication.factor=1",
		"share.coordinator.state.topic.min.isr=1",
		// A killed broker may come back only after its session has ended.
		"broker.session.timeout.ms=2000",
		"broker.heartbeat.interval.ms=500",
		"group.initial.rebalance.delay.ms=0",
		"offsets.retention.minutes=5256000",
		"log.retention.ms=-1",
		...settings,
		"",
	].join("\n");
}

function keyStoreOf({ dataDir }: Place): string {
	return join(dataDir, "server.pem");
}

/** Kafka wants both in one file. */
async function keyAndCertificate({ key, certificate }: TlsFiles): Promise<string> {
	const texts = await Promise.all([key, certificate].map((file) => readFile(file, "utf8")));
	return texts.join("\n");
}

/** The broker is a client of its own listener too, so it has to trust itself. */
function encrypted(keyStore: string, { authority }: TlsFiles): string[] {
	return [
		"ssl.keystore.type=PEM",
		`ssl.keystore.location=${keyStore}`,
		"ssl.truststore.type=PEM",
		`ssl.truststore.location=${authority}`,
	];
}

function sasl({ user, password }: NonNullable<Place["credentials"]>): string[] {
	const login = `username="${user}" password="${password}" user_${user}="${password}"`;
	return [
		"sasl.enabled.mechanisms=PLAIN",
		"sasl.mechanism.inter.broker.protocol=PLAIN",
		`listener.name.client.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${login};`,
	];
}
