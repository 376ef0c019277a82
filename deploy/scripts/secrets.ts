import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clusterEnvironment } from "../cluster/env-file.ts";

/** `npm run secrets -- --demo`: writes .env.cluster with random secrets, once; an existing file is left alone. */
const OWNER_ONLY = 0o600;
const root = join(import.meta.dirname, "..", "..");
const { values } = parseArgs({
	options: { demo: { type: "boolean", default: false }, file: { type: "string", default: join(root, ".env.cluster") } },
});

if (existsSync(values.file)) {
	console.error(`${values.file} is there already. New secrets would lock the data out: move it away first.`);
	process.exit(1);
}
writeFileSync(values.file, clusterEnvironment({ isDemo: values.demo }), { mode: OWNER_ONLY, flag: "wx" });
console.log(`${values.file} has new secrets, readable by you alone.`);
console.log("Start:  docker compose --env-file .env.cluster up --build");
if (!values.demo) console.log("Before that, fill in TOSS_CLIENT_KEY, TOSS_SECRET_KEY and PUBLIC_URL.");
