import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../deploy/servers/cache.ts";
import { kafkaClassPath, type Server } from "../../deploy/servers/index.ts";

const QUIET = ["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
const WAIT_MAX_MS = "20000";

/** Kafka's own command line tools, as an operator would use them. */
export async function kafkaTools({ host, port, credentials }: Server, folder: string) {
	const classPath = await kafkaClassPath();
	const file = join(folder, "client.properties");
	const { user = "", password = "" } = credentials ?? {};
	const login = `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="${password}";`;
	const secured = ["security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN", `sasl.jaas.config=${login}`];
	await writeFile(file, credentials === null ? "" : `${secured.join("\n")}\n`);
	const java = (...words: string[]) => run("java", [...QUIET, "-cp", classPath, ...words]);
	const server = ["--bootstrap-server", `${host}:${port}`];
	return {
		async topics(): Promise<readonly string[]> {
			const text = await java("org.apache.kafka.tools.TopicCommand", ...server, "--command-config", file, "--list");
			return text.trim().split("\n");
		},
		/** The first messages of a topic: headers, key and value, a line each. */
		async messages(topic: string, count: number): Promise<readonly string[]> {
			const text = await java(
				"org.apache.kafka.tools.consumer.ConsoleConsumer",
				...server,
				...["--consumer.config", file, "--topic", topic, "--from-beginning", "--timeout-ms", WAIT_MAX_MS],
				...["--max-messages", String(count), "--property", "print.headers=true", "--property", "print.key=true"],
			);
			return text.trim().split("\n");
		},
	};
}
