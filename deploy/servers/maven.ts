import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, run, which } from "./cache.ts";

/** `group:artifact:version`. */
export type Coordinate = `${string}:${string}:${string}`;

/** Folder with the jars of these artefacts and of all they need at run time; null where Java or Maven is missing. */
export async function mavenJars(name: string, coordinates: readonly Coordinate[]): Promise<string | null> {
	if (which("mvn") === null || which("java") === null) return null;
	return cached(`maven-${name}`, async (folder) => {
		await writeFile(join(folder, "pom.xml"), pomOf(coordinates));
		const copy = ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(folder, "lib")}`];
		await run("mvn", ["--batch-mode", "--quiet", ...copy], { cwd: folder });
	});
}

function pomOf(coordinates: readonly Coordinate[]): string {
	const dependencies = coordinates.map((coordinate) => {
		const [group = "", artifact = "", version = ""] = coordinate.split(":");
		return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
	});
	return [
		'<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
		"<groupId>payflow</groupId><artifactId>servers</artifactId><version>1</version>",
		`<dependencies>${dependencies.join("")}</dependencies></project>`,
	].join("\n");
}
