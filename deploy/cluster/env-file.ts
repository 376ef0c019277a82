import { newPassword, newSecrets } from "./secrets.ts";

/** Text of `.env.cluster`, new secrets in it; a demo pays at the Toss Twin and has demo users. */
export function clusterEnvironment({ isDemo }: { readonly isDemo: boolean }): string {
	const { signingKeyPem, masterKey } = newSecrets();
	const logins = ["MONGO_ROOT", "MONGO", "KAFKA", "NATS", "GRAFANA"].flatMap((name) => [
		`${name}_USER=${name === "MONGO_ROOT" ? "root" : "payflow"}`,
		`${name}_PASSWORD=${newPassword()}`,
	]);
	return [
		"# Secrets of one cluster. Keep this file: without it the data cannot be read.",
		...logins,
		`MONGO_REPLICA_KEY=${newPassword()}`,
		// One line, as files of variables want it; the platform reads both ways.
		`JWT_PRIVATE_KEY='${signingKeyPem.trimEnd().replaceAll("\n", "\\n")}'`,
		`MASTER_KEY=${masterKey}`,
		"ADMIN_USERNAME=administrator",
		`ADMIN_PASSWORD=${newPassword()}`,
		...(isDemo ? DEMO : PRODUCTION),
		"",
	].join("\n");
}

/** The same settings as text that Node and Docker read back. */
export function envFileOf(settings: Readonly<Record<string, string>>): string {
	const line = ([name, value]: [string, string]) => `${name}='${value.trimEnd().replaceAll("\n", "\\n")}'\n`;
	return Object.entries(settings).map(line).join("");
}

const DEMO = [
	"PUBLIC_URL=http://localhost:8080",
	"NODE_ENV=development",
	"COMPOSE_PROFILES=demo",
	"TOSS_API_URL=http://toss-twin:8081",
];
const PRODUCTION = ["PUBLIC_URL=", "NODE_ENV=production", "TOSS_CLIENT_KEY=", "TOSS_SECRET_KEY="];
