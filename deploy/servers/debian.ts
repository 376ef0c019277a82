import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cached, run, which } from "./cache.ts";

/** Packages of this Debian, unpacked without root into one folder; null where there is no Debian. */
export async function debianPackages(name: string, packages: readonly string[]): Promise<string | null> {
	if (which("apt-get") === null || which("dpkg") === null) return null;
	return cached(`debian-${name}`, async (folder) => {
		await run("apt-get", ["download", ...packages], { cwd: folder });
		const files = (await readdir(folder)).filter((file) => file.endsWith(".deb"));
		for (const file of files) await run("dpkg", ["-x", join(folder, file), folder]);
	});
}
