import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Server } from "../servers/index.ts";
import { freePorts } from "../servers/wire.ts";
import { servicesByGroup, USUAL_SIZES, type Group } from "./groups.ts";
import { ClusterProcess, type ProcessEnd } from "./process.ts";
import { newSecrets, type ClusterSecrets } from "./secrets.ts";
import { startServers, type Broker, type ClusterServers } from "./servers.ts";

export type { Broker } from "./servers.ts";

/** Addresses that only exist once ports are known: a test puts its own network in between here. */
export interface Places {
	readonly gateways: readonly number[];
	readonly twin: number;
}

/** Where the parts of a cluster look for each other. */
export interface Routes {
	readonly publicUrl: string;
	/** Where payments asks the provider. */
	readonly providerUrl: string;
	/** Where the provider sends its notices. */
	readonly noticesUrl: string;
}

/** A cluster to start. */
export interface ClusterOptions {
	/** Takes data of our own servers, the Twin's books and a log file per process. */
	readonly folder: string;
	/** Default: `kafka`. */
	readonly events?: Broker;
	/** Default: `nats`. */
	readonly transporter?: Broker;
	/** Whether the gateways share their rate limits in Redis. Default: no, in the store. */
	readonly hasRedis?: boolean;
	/** Processes of each kind. Default: two of each, one of the rest. */
	readonly sizes?: Readonly<Record<Group, number>>;
	/** Further settings of every process. */
	readonly env?: Readonly<Record<string, string>>;
	/** Ports of the gateways and the Twin. Default: free ones. */
	readonly ports?: { readonly gateways: readonly number[]; readonly twin: number };
	/** Default: straight, through the first gateway. */
	readonly routes?: (places: Places) => Promise<Routes>;
	/** `ours`: never servers from the environment, for tests that pause and kill them. */
	readonly source?: "any" | "ours";
	/** Default: new ones. */
	readonly secrets?: ClusterSecrets;
}

const LOOPBACK = "127.0.0.1";
const TWIN = "provider";

/** Real servers, and the platform as many processes on this machine. */
export class Cluster {
	readonly #options: ClusterOptions;
	readonly #processes = new Map<string, ClusterProcess>();
	#servers: ClusterServers | null = null;
	#environment: Readonly<Record<string, string>> = {};

	constructor(options: ClusterOptions) {
		this.#options = options;
	}

	/** In the order they start: provider, groups, gateways last. */
	get processes(): readonly ClusterProcess[] {
		return [...this.#processes.values()];
	}

	/** e.g. `order-2`, `gateway-1`, `provider`; throws for a name that nothing has. */
	process(name: string): ClusterProcess {
		const found = this.#processes.get(name);
		if (found === undefined) throw new Error(`The cluster has no process ${name}.`);
		return found;
	}

	/** The names of all processes of a kind. */
	namesOf(group: Group): readonly string[] {
		return [...this.#processes.keys()].filter((name) => name.startsWith(`${group}-`));
	}

	/** Addresses of the gateways. */
	get gateways(): readonly string[] {
		return this.namesOf("gateway").map((name) => this.process(name).url);
	}

	get twinUrl(): string {
		return this.process(TWIN).url;
	}

	/** Throws before the start. */
	get servers(): ClusterServers {
		if (this.#servers === null) throw new Error("The cluster has not been started.");
		return this.#servers;
	}

	/** Every server that runs, each once. */
	get everyServer(): readonly Server[] {
		return this.#servers === null ? [] : this.#servers.all;
	}

	/** What one more process needs to join, e.g. a console; secrets included. */
	get environment(): Readonly<Record<string, string>> {
		return this.#environment;
	}

	/** Starts the servers, then the processes; resolves when all of them answer. Ends everything if one does not. */
	async start(onStep: (text: string) => void = () => undefined): Promise<void> {
		try {
			await mkdir(this.#options.folder, { recursive: true });
			onStep("servers");
			const { folder, events = "kafka", transporter = "nats", hasRedis = false, source = "any" } = this.#options;
			this.#servers = await startServers({ folder, events, transporter, hasRedis, source });
			for (const { name, product, origin } of this.everyServer) onStep(`${name}: ${product}, ${origin}`);
			await this.#plan();
			onStep(`${this.#processes.size} processes`);
			await this.launch();
		} catch (error) {
			await this.end();
			throw error;
		}
	}

	/** Starts every process that does not run; resolves when all answer. */
	async launch(): Promise<void> {
		for (const process of this.processes) if (!process.isRunning) await process.launch();
		await Promise.all(this.processes.map((process) => process.ready()));
	}

	/** SIGTERM, the gateways first and the provider last, so that requests under way still find everybody. */
	async stop(): Promise<readonly ProcessEnd[]> {
		const ends: ProcessEnd[] = [];
		for (const wave of this.#waves()) ends.push(...(await Promise.all(wave.map((process) => process.stop()))));
		return ends;
	}

	/** Kills what still runs, stops the servers it started, removes what they wrote. */
	async end(): Promise<void> {
		await Promise.all(this.processes.map((process) => process.kill()));
		await Promise.all(this.everyServer.map((server) => server.stop()));
		await rm(this.#options.folder, { recursive: true, force: true });
	}

	#waves(): ClusterProcess[][] {
		const isGateway = ({ name }: ClusterProcess) => name.startsWith("gateway-");
		const isTwin = ({ name }: ClusterProcess) => name === TWIN;
		const others = this.processes.filter((process) => !isGateway(process) && !isTwin(process));
		return [this.processes.filter(isGateway), others, this.processes.filter(isTwin)];
	}

	async #plan(): Promise<void> {
		const { folder, env = {}, sizes = USUAL_SIZES, secrets = newSecrets() } = this.#options;
		const services = servicesByGroup();
		const workers = (["rest", "order", "payment", "saga"] as const).flatMap((group) => numbered(group, sizes[group]));
		const gateways = numbered("gateway", sizes.gateway);
		const ports = await this.#ports(gateways.length);
		const workerPorts = await freePorts(workers.length);
		const routes = await this.#routes({ gateways: ports.gateways, twin: ports.twin });
		this.#environment = { ...this.servers.environment, ...environmentOf(secrets, routes), ...env };
		this.#add(this.#twin(ports.twin, routes));
		[...workers, ...gateways].forEach(({ name, group }, index) => {
			const port = [...workerPorts, ...ports.gateways][index] ?? 0;
			const own =
				group === "gateway" ? { HOST: LOOPBACK, PORT: String(port) } : { PORT: "0", METRICS_PORT: String(port) };
			this.#add({
				name,
				script: "deploy/scripts/start.ts",
				env: { ...this.#environment, ...own, NODE_ID: name, SERVICES: services[group].join(",") },
				url: `http://${LOOPBACK}:${port}`,
				readyPath: "/ready",
				logFile: join(folder, `${name}.log`),
			});
		});
	}

	#add(plan: ConstructorParameters<typeof ClusterProcess>[0]): void {
		this.#processes.set(plan.name, new ClusterProcess(plan));
	}

	#twin(port: number, { noticesUrl }: Routes) {
		const { folder } = this.#options;
		return {
			name: TWIN,
			script: "services/toss-twin/main.ts",
			env: {
				TOSS_TWIN_PORT: String(port),
				TOSS_TWIN_DATA: join(folder, "twin"),
				TOSS_TWIN_WEBHOOK_URL: `${noticesUrl}/api/payments/webhook/toss`,
			},
			url: `http://${LOOPBACK}:${port}`,
			readyPath: "/health",
			logFile: join(folder, `${TWIN}.log`),
		};
	}

	async #ports(gateways: number): Promise<Places> {
		const { ports } = this.#options;
		const free = await freePorts(gateways + 1);
		return ports ?? { gateways: free.slice(1), twin: free[0] ?? 0 };
	}

	async #routes(places: Places): Promise<Routes> {
		const gateway = `http://${LOOPBACK}:${places.gateways[0] ?? 0}`;
		const straight = { publicUrl: gateway, providerUrl: `http://${LOOPBACK}:${places.twin}`, noticesUrl: gateway };
		return this.#options.routes?.(places) ?? straight;
	}
}

function environmentOf({ signingKeyPem, masterKey }: ClusterSecrets, { publicUrl, providerUrl }: Routes) {
	return {
		JWT_PRIVATE_KEY: signingKeyPem,
		MASTER_KEY: masterKey,
		PUBLIC_URL: publicUrl,
		TOSS_API_URL: providerUrl,
	};
}

function numbered(group: Group, count: number): { name: string; group: Group }[] {
	return Array.from({ length: count }, (_, index) => ({ name: `${group}-${index + 1}`, group }));
}
