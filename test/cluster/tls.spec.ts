import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { servers, type Server, type ServerName, type TlsFiles } from "../../deploy/servers/index.ts";
import { newAuthority } from "./tls-authority.ts";
import type { Attempt } from "./tls-client.ts";
import { listenBefore, startClients, type Clients, type Ear, type Outcome } from "./tls-clients.ts";

const credentials = { user: "payflow", password: "s3cret:w@rd" };
/** The substitute for MongoDB knows no users. */
const OPTIONS = {
	mongo: { settings: ["memory"] },
	nats: { credentials },
	kafka: { credentials },
	redis: { credentials },
};
/** Each of our clients: what works, and what it says to a server that wants TLS. */
const CLIENTS: readonly [ServerName, Attempt, unknown, RegExp][] = [
	["nats", "events", [1, 2, 3], /do not agree about TLS/],
	["nats", "calls", "heard", /do not agree about TLS/],
	["kafka", "events", [1, 2, 3], /Closed connection/],
	["kafka", "calls", "heard", /Connection closed/],
	["redis", "limits", [4, 4, 2], /it wants rediss:\/\//],
	["mongo", "store", ["ok", "kept"], /closed/],
];
const USERS: readonly [ServerName, Attempt, RegExp][] = [
	["nats", "events", /Authorization Violation/],
	["nats", "calls", /Authorization Violation/],
	["kafka", "events", /Authentication failed/],
	["kafka", "calls", /authentication failed/],
	["redis", "limits", /WRONGPASS/],
];
const names = ["nats", "kafka", "redis", "mongo"] as const;
/** No attempt may take longer to fail. */
const FAILURE_MAX_MS = 20_000;
const TLS_HANDSHAKE = 22;

let folder: string;
let trusting: Clients;
let doubting: Clients;
/** Their certificates are for 127.0.0.1 alone. */
const encrypted = new Map<ServerName, Server>();
/** Its certificate is for localhost alone. */
let named: Server;
let open: Server;
const ears = new Map<ServerName, Ear>();
const attempts = new Map<string, Promise<Outcome>>();

function serverOf(name: ServerName): Server {
	const server = encrypted.get(name);
	if (server === undefined) throw new Error(`${name} was not started`);
	return server;
}

function earOf(name: ServerName): Ear {
	const ear = ears.get(name);
	if (ear === undefined) throw new Error(`nobody listens before ${name}`);
	return ear;
}

async function start(name: ServerName, tls?: TlsFiles): Promise<Server> {
	const dataDir = await mkdtemp(join(folder, `${name}-`));
	return servers.start(name, { ...OPTIONS[name], dataDir, source: "ours", ...(tls === undefined ? {} : { tls }) });
}

/** The server's address, with a patience that fits a test. */
function addressOf(name: ServerName): string {
	const { url } = serverOf(name);
	return name === "mongo" ? `${url}&serverSelectionTimeoutMS=500` : url;
}

function plain(url: string): string {
	return url
		.replace(/^tls:/, "nats:")
		.replace(/^(kafka|redis)s:/, "$1:")
		.replace("tls=true&", "");
}

/** Those that fail take their time to do so, so they all do at once, behind the one that works. */
function startAttempts(name: ServerName, what: Attempt, ear: Ear): Promise<unknown> {
	const url = addressOf(name);
	const heard = url.replace(String(serverOf(name).port), String(ear.port));
	const trusted = trusting.attempt(what, url);
	const go = (how: string, attempt: () => Promise<Outcome>) =>
		attempts.set(`${name} ${what} ${how}`, trusted.then(attempt));
	go("trusted", () => trusted);
	go("not trusted", () => doubting.attempt(what, heard));
	go("other host", () => trusting.attempt(what, url.replace("127.0.0.1", "localhost")));
	go("plain", () => trusting.attempt(what, plain(url)));
	if (name !== "mongo") go("password", () => trusting.attempt(what, url.replace("s3cret", "guessed")));
	return trusted;
}

async function outcomeOf(name: ServerName, what: Attempt, how: string): Promise<Outcome> {
	const attempt = attempts.get(`${name} ${what} ${how}`);
	if (attempt === undefined) throw new Error("nobody has tried");
	return attempt;
}

async function expectRefusal(outcome: Promise<Outcome>, reason: RegExp): Promise<void> {
	const { error, result, ms } = await outcome;
	expect(error).toMatch(reason);
	expect(result).toBeNull();
	expect(ms).toBeLessThan(FAILURE_MAX_MS);
}

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "payflow-tls-"));
	const authority = await newAuthority(folder);
	const byNumber = await authority.certificateFor("IP:127.0.0.1");
	const byName = await authority.certificateFor("DNS:localhost");
	trusting = startClients(authority.file);
	doubting = startClients(null);
	await Promise.all(names.map(async (name) => encrypted.set(name, await start(name, byNumber))));
	[named, open] = await Promise.all([start("nats", byName), start("nats")]);
	for (const name of names) ears.set(name, await listenBefore(serverOf(name).port));
	for (const { product, origin } of encrypted.values()) console.log(`TLS with ${product}, ${origin}`);
	for (const [name, what] of CLIENTS) await startAttempts(name, what, earOf(name));
}, 120_000);

afterAll(async () => {
	await Promise.all([trusting.end(), doubting.end()]);
	await Promise.all([...encrypted.values(), named, open].map((server) => server.kill()));
	await Promise.all([...ears.values()].map((ear) => ear.close()));
	await rm(folder, { recursive: true, force: true });
});

describe("over TLS", () => {
	it.each(CLIENTS)("%s carries %s where the authority is trusted", async (name, what, expected) => {
		const { result, error } = await outcomeOf(name, what, "trusted");
		expect(error).toBeNull();
		expect(result).toEqual(expected);
	});

	it.each(CLIENTS)("%s carries no %s where it is not, and hears nothing in plain text", async (name, what) => {
		await expectRefusal(outcomeOf(name, what, "not trusted"), /unable to verify|self-signed/);
		const heard = earOf(name).heard();
		expect(heard[0]).toBe(TLS_HANDSHAKE);
		// Users, clients and databases of ours are all called so.
		expect(heard.toString("latin1")).not.toContain("payflow");
	});

	it.each(CLIENTS)("%s carries no %s with a certificate for another host", async (name, what) => {
		await expectRefusal(outcomeOf(name, what, "other host"), /does not match certificate's altnames: Host: localhost/);
	});

	it.each(USERS)("%s carries no %s for a wrong password", async (name, what, reason) => {
		await expectRefusal(outcomeOf(name, what, "password"), reason);
	});
});

describe("a server that wants TLS", () => {
	it.each(CLIENTS)("%s ends what a plain address brings (%s)", async (name, what, _expected, reason) => {
		await expectRefusal(outcomeOf(name, what, "plain"), reason);
	});
});

describe("a NATS server", () => {
	it.each(["events", "calls"] as const)(
		"with a certificate for its name is no server for its number (%s)",
		async (what) => {
			const { url } = named;
			await expectRefusal(trusting.attempt(what, url), /altnames: IP: 127\.0\.0\.1/);
			expect(await trusting.attempt(what, url.replace("127.0.0.1", "localhost"))).toMatchObject({ error: null });
		},
	);

	it.each(["events", "calls"] as const)("without TLS is none for tls:// (%s)", async (what) => {
		const address = open.url.replace(/^nats:/, "tls:");
		await expectRefusal(trusting.attempt(what, address), /do not agree about TLS/);
	});
});
