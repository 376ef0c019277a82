import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, run, which } from "./cache.ts";
import { mavenJars } from "./maven.ts";
import { ServerMissing, type Place, type Program, type Recipe, type TlsFiles } from "./port.ts";
import versions from "./versions.json" with { type: "json" };
import { loopbackUrl } from "./wire.ts";

const ANSWER_MAX_MS = 2_000;
const SUBSTITUTE = versions.mongoJavaServer.version;
const EDITION_DIGITS = 8;
const HEAP = ["-Xms128m", "-Xmx2g", "-XX:+UseSerialGC"];

/** `mongod` where it is installed, else mongo-java-server, which is not MongoDB and is never called so. */
export const mongo: Recipe = {
	name: "mongo",
	variable: "MONGODB_URI",
	startMaxMs: 30_000,
	prepare: async (place) => {
		const mongod = which("mongod");
		// A mongod wants key and certificate in one file, which nobody has tried here.
		return mongod === null || place.tls !== null ? substitute(place) : installed(mongod, place);
	},
	probe: buildInfo,
	url: ({ port, credentials, tls }) =>
		`${loopbackUrl("mongodb", port, credentials)}${tls === null ? "" : "/?tls=true"}`,
};

async function installed(command: string, { dataDir, port, credentials }: Place): Promise<Program> {
	if (credentials !== null)
		throw new ServerMissing("mongo", "users of an installed mongod are not made here; set MONGODB_URI.");
	const data = join(dataDir, "db");
	await mkdir(data, { recursive: true });
	const args = ["--bind_ip", "127.0.0.1", "--port", String(port), "--dbpath", data, "--nounixsocket"];
	return { command, args, origin: `installed (${command})` };
}

async function substitute({ dataDir, port, credentials, settings, tls }: Place): Promise<Program> {
	if (credentials !== null)
		throw new ServerMissing(
			"mongo",
			`mongo-java-server ${SUBSTITUTE} knows no users; set MONGODB_URI to a server that does.`,
		);
	const jars = await mavenJars(`mongo-java-server-${SUBSTITUTE}`, [
		`de.bwaldvogel:mongo-java-server:${SUBSTITUTE}`,
		`de.bwaldvogel:mongo-java-server-h2-backend:${SUBSTITUTE}`,
	]);
	if (jars === null || which("javac") === null)
		throw new ServerMissing("mongo", "set MONGODB_URI, or install mongod, or a JDK 17 with Maven.");
	const libraries = join(jars, "lib", "*");
	const sources = ["SubstituteMain.java", "FieldIndex.java"].map((name) => join(import.meta.dirname, name));
	const classes = await cached(`mongo-java-server-${SUBSTITUTE}-main-${await editionOf(sources)}`, async (folder) => {
		await run("javac", ["-cp", libraries, "-d", folder, ...sources]);
	});
	const file = settings.includes("memory") ? "memory" : join(dataDir, "mongo-java-server.mv");
	return {
		command: "java",
		product: `mongo-java-server ${SUBSTITUTE} with look-ups of our own`,
		args: [
			...[...HEAP, "-cp", `${classes}:${libraries}`, "SubstituteMain", String(port), file],
			...(tls === null ? [] : [tls.certificate, tls.key]),
		],
		origin: `Maven artefact de.bwaldvogel:mongo-java-server:${SUBSTITUTE} (${file === "memory" ? "memory" : "H2"} backend)`,
	};
}

async function editionOf(files: readonly string[]): Promise<string> {
	const hash = createHash("sha256");
	for (const file of files) hash.update(await readFile(file));
	return hash.digest("hex").slice(0, EDITION_DIGITS);
}

/** Product and version by the server's own account. */
async function buildInfo(url: string, tls: TlsFiles | null): Promise<string | null> {
	const { MongoClient } = (await import("mongoose")).default.mongo;
	const client = new MongoClient(url, {
		serverSelectionTimeoutMS: ANSWER_MAX_MS,
		connectTimeoutMS: ANSWER_MAX_MS,
		...(tls === null ? {} : { tlsCAFile: tls.authority, tlsAllowInvalidHostnames: true }),
	});
	try {
		const info = await client.db("admin").command({ buildInfo: 1 });
		return productOf(info);
	} catch {
		return null;
	} finally {
		await client.close();
	}
}

/** FerretDB names itself; mongo-java-server reports a version that it imitates and no storage engines. */
function productOf(info: Record<string, unknown>): string {
	const version = String(info["version"]);
	if (Object.keys(info).some((key) => key.startsWith("ferretdb"))) return `FerretDB; buildInfo: version ${version}`;
	if (!Array.isArray(info["storageEngines"])) return `not MongoDB itself; buildInfo: version ${version}`;
	return `MongoDB ${version}`;
}
