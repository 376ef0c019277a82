import { Cluster, type Broker, type ClusterOptions } from "../../deploy/cluster/topology.ts";
import { temporaryFolder } from "../support/broker.ts";
import { RUN_SETTINGS } from "./embedded.ts";
import { startProxy, type Proxy } from "./proxy.ts";
import type { Link, Node, Topology } from "./topology.ts";

/** One of each kind is killed before the first kind has its turn again. */
const KINDS = ["gateway", "order", "payment", "saga", "rest", "provider"] as const;

/** The platform as many processes on real servers, the Toss Twin beside it, and a network of our own towards both gateways and the provider. */
export class ClusterTopology implements Topology {
	readonly cluster: Cluster;
	readonly #folder = temporaryFolder();
	readonly #links = new Map<string, Proxy>();
	#asked = 0;
	#kills = 0;

	constructor(servers: { readonly events?: Broker; readonly transporter?: Broker } = {}) {
		this.cluster = new Cluster({
			...servers,
			folder: this.#folder.path,
			source: "ours",
			env: RUN_SETTINGS,
			routes: (places) => this.#routes(places),
		});
	}

	get nodes(): readonly Node[] {
		return this.cluster.processes;
	}

	get links(): readonly Link[] {
		return [...this.#links].map(([name, proxy]) => ({
			name,
			cut: () => proxy.cut(),
			halfClose: () => proxy.halfClose(),
			blackhole: () => proxy.blackhole(),
			delay: (ms: number) => proxy.delay(ms),
			refuse: () => proxy.refuse(),
			heal: () => proxy.heal(),
		}));
	}

	/** Every kind in turn, and of a kind every process in turn. */
	readonly nextVictim = (): Node => {
		const round = Math.floor(this.#kills / KINDS.length);
		const kind = KINDS[this.#kills++ % KINDS.length] ?? "gateway";
		const names = kind === "provider" ? [kind] : this.cluster.namesOf(kind);
		return this.cluster.process(names[round % names.length] ?? "");
	};

	/** The gateways in turn, request by request. */
	get buyersUrl(): string {
		const doors = [...this.#links].filter(([name]) => name.startsWith("buyers")).map(([, proxy]) => proxy.url);
		return doors[this.#asked++ % doors.length] ?? "";
	}

	platformUrl(): string {
		const { gateways } = this.cluster;
		return gateways[this.#asked++ % gateways.length] ?? "";
	}

	twinUrl(): string {
		return this.cluster.twinUrl;
	}

	start(): Promise<void> {
		return this.cluster.start();
	}

	/** What is stored belongs to the servers; the doctor reads it back. */
	dataFiles(): readonly string[] {
		return [];
	}

	stop() {
		return this.cluster.stop();
	}

	async end(): Promise<void> {
		await this.cluster.end();
		await Promise.all([...this.#links.values()].map((proxy) => proxy.close()));
		this.#folder.remove();
	}

	readonly #routes: NonNullable<ClusterOptions["routes"]> = async ({ gateways, twin }) => {
		const doors: Proxy[] = [];
		for (const [index, port] of gateways.entries()) doors.push(await this.#link(`buyers → gateway-${index + 1}`, port));
		const provider = await this.#link("platform → provider", twin);
		const notices = await this.#link("provider → platform", gateways[0] ?? 0);
		return { publicUrl: doors[0]?.url ?? "", providerUrl: provider.url, noticesUrl: notices.url };
	};

	async #link(name: string, port: number): Promise<Proxy> {
		const proxy = await startProxy(port);
		this.#links.set(name, proxy);
		return proxy;
	}
}
