// Runs on whatever Node the machine has, before anything is installed: plain JavaScript, no dependency.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const stampFile = join(root, "node_modules", ".payflow-lock-hash");
const lockHash = createHash("sha256")
	.update(readFileSync(join(root, "package-lock.json")))
	.digest("hex");

const installedHash = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : null;
if (installedHash !== lockHash) {
	console.log(
		installedHash === null
			? "PayFlow: installing dependencies (npm ci), once …"
			: "PayFlow: the lock file changed, installing again (npm ci) …",
	);
	const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"], {
		cwd: root,
		stdio: "inherit",
		shell: process.platform === "win32",
	});
	if (npm.status !== 0) {
		console.error("PayFlow: npm ci failed; see the lines above.");
		process.exit(npm.status ?? 1);
	}
	writeFileSync(stampFile, lockHash);
	console.log("PayFlow: dependencies are installed.");
}
