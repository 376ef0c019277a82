import { existsSync } from "node:fs";
import { BlockList } from "node:net";
import { join } from "node:path";
import { clusterEnvironment } from "../../../deploy/cluster/env-file.ts";
import { everyService } from "../../../deploy/cluster/groups.ts";
import versions from "../../../deploy/servers/versions.json" with { type: "json" };
import { readSettings } from "../../../mixins/config/settings.ts";
import { readDocument, ROOT } from "../../support/documents.ts";
import { yamlDocuments } from "../../support/yaml.ts";
import { knownSettings } from "./names.ts";

interface Container {
	readonly image: string;
	readonly user?: string;
	readonly build?: { readonly context: string; readonly dockerfile?: string };
	readonly environment?: Readonly<Record<string, string>>;
	readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
	readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
	readonly deploy?: {
		readonly replicas?: number;
		readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } };
	};
	readonly profiles?: readonly string[];
	readonly ports?: readonly string[];
	readonly volumes?: readonly string[];
	readonly cap_drop?: readonly string[];
	readonly security_opt?: readonly string[];
	readonly restart?: string;
	readonly networks?: unknown;
}

interface Compose {
	readonly services: Readonly<Record<string, Container>>;
	readonly networks: Readonly<
		Record<
			string,
			{ readonly ipam?: { readonly config: readonly { readonly ip_range: string; readonly subnet: string }[] } }
		>
	>;
	readonly volumes: Readonly<Record<string, unknown>>;
}

const FILE = "docker-compose.yml";
const text = readDocument(FILE);
const [compose] = yamlDocuments<Compose>(FILE);
if (compose === undefined) throw new Error(`${FILE} is empty`);
const containers = Object.entries(compose.services);
const isPlatform = ([, { image }]: (typeof containers)[number]) => image.startsWith("payflow:");
const isWorker = (entry: (typeof containers)[number]) =>
	isPlatform(entry) && "SERVICES" in (entry[1].environment ?? {});
const workers = containers.filter(isWorker);
/** Ends once its work is done, so it has nothing to be asked. */
const ONE_SHOT = ["mongo-init"];
const SECRET = /PASSWORD|_KEY$|SECRET/;
const REQUIRED = /^\$\{[A-Z_0-9]+:\?[^}]+\}$/;
/** Taken from the credential store in production, absent in a demo: the platform itself refuses to start without. */
const JUDGED_BY_THE_PLATFORM = ["TOSS_CLIENT_KEY", "TOSS_SECRET_KEY"];

describe("the containers", () => {
	it("run every service, each in one group, the simulated provider only in a demo", () => {
		const groups = new Map(workers.map(([name, { environment = {} }]) => [name, environment["SERVICES"] ?? ""]));
		const run = [...new Set(groups.values())].flatMap((services) => services.split(","));
		expect(run.sort()).toEqual(everyService());
		expect(compose.services["toss-twin"]?.profiles).toEqual(["demo"]);
		expect(containers.filter(([, { profiles }]) => profiles !== undefined)).toHaveLength(1);
	});

	it("are two gateways behind a balancer, and replicas of what moves money", () => {
		expect(workers.filter(([, { environment }]) => environment?.["SERVICES"] === "api")).toHaveLength(2);
		expect(readDocument("deploy/nginx/nginx.conf")).toMatch(/server gateway-1:8080 .*\n\s*server gateway-2:8080 /);
		for (const name of ["order", "payment", "saga", "books", "accounts"])
			expect([name, compose.services[name]?.deploy?.replicas]).toEqual([name, 2]);
	});

	it.each(workers)("%s is told settings that exist, and none twice named", (_name, { environment = {} }) => {
		const known = knownSettings();
		expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
	});

	it("tell the Twin settings that exist", () => {
		const known = new Set([...knownSettings(), "HOST"]);
		const names = Object.keys(compose.services["toss-twin"]?.environment ?? {});
		expect(names.filter((name) => !known.has(name))).toEqual([]);
	});

	it.each(containers)(
		"%s is nobody's root, has limits, a pinned image, and lets go of what it need not have",
		(name, it) => {
			expect([name, it.user]).toEqual([name, expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
			expect(it.deploy?.resources?.limits).toMatchObject({ cpus: expect.any(String), memory: expect.any(String) });
			expect(it.image).toMatch(/:(v?\d+\.\d+[\w.-]*|\$\{PAYFLOW_VERSION:-local\})$/);
			expect(it.cap_drop).toEqual(["ALL"]);
			expect(it.security_opt).toEqual(["no-new-privileges:true"]);
			expect(it.restart).toBeDefined();
			expect(JSON.stringify(it)).not.toContain("docker.sock");
		},
	);

	it.each(containers.filter(([name]) => !ONE_SHOT.includes(name)))("%s says whether it is well", (_name, container) => {
		expect(container.healthcheck?.disable).not.toBe(true);
		expect(container.healthcheck?.test?.[0]).toBe("CMD");
		const scripts = (container.healthcheck?.test ?? []).filter((word) => word.startsWith("deploy/"));
		expect(scripts.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
	});

	it("wait for containers that can say that they are well, or that end", () => {
		const waits = containers.flatMap(([name, { depends_on = {} }]) =>
			Object.entries(depends_on).map(([target, { condition }]) => ({ name, target, condition })),
		);
		expect(waits.length).toBeGreaterThan(10);
		const broken = waits.filter(({ target, condition }) => {
			const isOneShot = ONE_SHOT.includes(target);
			const wanted = isOneShot ? "service_completed_successfully" : "service_healthy";
			return compose.services[target] === undefined || condition !== wanted;
		});
		expect(broken).toEqual([]);
	});

	it("use images of the versions that everything else uses", () => {
		const images = new Set(containers.filter((entry) => !isPlatform(entry)).map(([, { image }]) => image));
		const { node, nats, ...plain } = versions.images;
		expect([...images].sort()).toEqual([...Object.values(plain), "payflow-nats:2.11.4"].sort());
		expect(readDocument("deploy/nats/Dockerfile")).toContain(`FROM ${nats}\n`);
		expect(readDocument("deploy/Dockerfile").match(/^FROM .*$/gm)).toEqual([
			`FROM ${node} AS dependencies`,
			`FROM ${node}`,
		]);
	});

	it("mount files and volumes that are there", () => {
		const mounts = containers.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0] ?? ""));
		const named = mounts.filter((source) => !source.startsWith("."));
		expect(named.filter((source) => !(source in compose.volumes))).toEqual([]);
		const files = mounts.filter((source) => source.startsWith("."));
		expect(files.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
	});

	it("are all asked for their metrics", () => {
		interface Job {
			readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
			readonly static_configs?: readonly { readonly targets: readonly string[] }[];
		}
		const [config] = yamlDocuments<{ scrape_configs: readonly Job[] }>("deploy/prometheus/cluster.yml");
		const asked = (config?.scrape_configs ?? []).flatMap(({ dns_sd_configs = [], static_configs = [] }) => [
			...dns_sd_configs.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)),
			...static_configs.flatMap(({ targets }) => targets),
		]);
		const served = workers.map(([name, { environment = {} }]) => `${name}:${environment["METRICS_PORT"] ?? "8080"}`);
		expect(asked.sort()).toEqual(served.sort());
	});

	it("have fixed addresses only where Docker gives nobody else one", () => {
		const [range] = compose.networks["inside"]?.ipam?.config ?? [];
		const within = (block: string | undefined) => {
			const [address = "", prefix = "0"] = (block ?? "").split("/");
			const list = new BlockList();
			list.addSubnet(address, Number(prefix));
			return (address: string) => list.check(address);
		};
		const fixed = containers.flatMap(([name, { networks }]) => {
			const { inside } = (networks ?? {}) as { inside?: { ipv4_address?: string } };
			return inside?.ipv4_address === undefined ? [] : [[name, inside.ipv4_address] as const];
		});
		expect(fixed.map(([name]) => name)).toEqual(["gateway-1", "gateway-2", "balancer"]);
		expect(new Set(fixed.map(([, address]) => address)).size).toBe(3);
		expect(fixed.every(([, address]) => within(range?.subnet)(address) && !within(range?.ip_range)(address))).toBe(
			true,
		);
		const [, balancer] = fixed.find(([name]) => name === "balancer") ?? [];
		for (const gateway of ["gateway-1", "gateway-2"])
			expect(compose.services[gateway]?.environment?.["TRUSTED_PROXIES"]).toBe(balancer);
	});

	it("begin MongoDB's set at its first member, the only one with data of its own", () => {
		const withUser = containers.filter(([, { environment = {} }]) => "MONGO_INITDB_ROOT_USERNAME" in environment);
		expect(withUser.map(([name]) => name)).toEqual(["mongo-1"]);
		expect(JSON.stringify(compose.services["mongo-init"])).toContain("--host mongo-1");
	});

	it("show the world a balancer, and this machine alone the demo and the dashboards", () => {
		const open = containers
			.filter(([, { ports }]) => ports !== undefined)
			.map(([name, { ports }]) => [name, ports?.[0]]);
		expect(open).toEqual([
			["balancer", "${HTTP_ADDRESS:-127.0.0.1:8080}:8080"],
			["toss-twin", expect.stringMatching(/^127\.0\.0\.1:/)],
			["grafana", expect.stringMatching(/^127\.0\.0\.1:/)],
		]);
	});
});

describe("secrets", () => {
	it("come from the environment, and nothing starts without them", () => {
		const named = containers.flatMap(([, { environment = {} }]) => Object.entries(environment));
		const secrets = named.filter(([name]) => SECRET.test(name) && !JUDGED_BY_THE_PLATFORM.includes(name));
		expect(secrets.length).toBeGreaterThan(20);
		expect(secrets.filter(([, value]) => !REQUIRED.test(value))).toEqual([]);
		const defaults = [...text.matchAll(/\$\{([A-Z_0-9]+):-[^}]+\}/g)].map(([, name = ""]) => name);
		expect(defaults.filter((name) => SECRET.test(name) || /_USER$/.test(name))).toEqual([]);
	});

	it("are all in the file that the script writes, new each time", () => {
		const wanted = new Set([...text.matchAll(/\$\{([A-Z_0-9]+):\?/g)].map(([, name = ""]) => name));
		const first = parsed(clusterEnvironment({ isDemo: true }));
		const second = parsed(clusterEnvironment({ isDemo: true }));
		expect([...wanted].filter((name) => (first.get(name) ?? "") === "")).toEqual([]);
		for (const name of wanted) if (SECRET.test(name)) expect(first.get(name)).not.toBe(second.get(name));
	});

	it("are accepted by the platform, in a demo and in production", () => {
		for (const isDemo of [true, false]) {
			const given = parsed(clusterEnvironment({ isDemo }));
			if (!isDemo) {
				given.set("PUBLIC_URL", "https://pay.example.com");
				given.set("TOSS_CLIENT_KEY", "live_ck_0001");
				given.set("TOSS_SECRET_KEY", "live_sk_0001");
			}
			for (const [, { environment = {} }] of workers) {
				const filled = Object.entries(environment).map(([name, value]) => [name, filledIn(value, given)]);
				const settings = readSettings(Object.fromEntries(filled) as Readonly<Record<string, string>>);
				expect(settings.environment).toBe(isDemo ? "development" : "production");
				expect(settings.cluster?.transporterUrl).toMatch(/^nats:\/\/payflow:/);
				expect(settings.cluster?.redisUrl).toBeNull();
			}
		}
	});
});

function filledIn(value: string, given: ReadonlyMap<string, string>): string {
	return value.replaceAll(/\$\{([A-Z_0-9]+):[?-]([^}]*)\}/g, (_all, name: string, or: string) => given.get(name) ?? or);
}

function parsed(file: string): Map<string, string> {
	const lines = file.split("\n").filter((line) => /^[A-Z]/.test(line));
	return new Map(
		lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).replaceAll("'", "")]),
	);
}
