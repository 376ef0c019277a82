import { join } from "node:path";
import { DATA_FILE } from "../../mixins/platform.ts";
import { temporaryFolder } from "../support/broker.ts";
import { freePorts } from "../support/process.ts";
import { ProcessNode } from "./node.ts";
import { startProxy, type Proxy } from "./proxy.ts";
import type { Link, Topology } from "./topology.ts";

const NOWHERE = 9;
/** Short enough that a run sees many of them, long enough for a slow machine. */
const PACE = {
	RECONCILE_AFTER_SECONDS: "1",
	RECONCILE_EVERY_SECONDS: "1",
	TOSS_TOTAL_TIMEOUT_MS: "2500",
	TOSS_CONNECT_TIMEOUT_MS: "1000",
};
/** Settings of every process of a run, in each profile. */
export const RUN_SETTINGS = {
	...PACE,
	NODE_ENV: "test",
	LOG_LEVEL: "error",
	STORE_THREAD: "true",
	RATE_LIMIT_API: "off",
	RATE_LIMIT_LOGIN: "off",
	CHECKOUT_SAGA: "true",
	ACCESS_TOKEN_SECONDS: "3600",
	// Whoever buys this product runs into a step that fails: the purchase is undone.
	POINT_FAILURES: "xiaomi-pro",
};

/** The platform in one process, the Toss Twin in another, and a network of our own between everybody. */
export class EmbeddedTopology implements Topology {
	readonly #folder = temporaryFolder();
	readonly #links = new Map<string, Proxy>();
	#platform: ProcessNode | null = null;
	#twin: ProcessNode | null = null;
	#ports = { platform: NOWHERE, twin: NOWHERE };

	get nodes(): readonly ProcessNode[] {
		return [this.#platform, this.#twin].filter((node) => node !== null);
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

	get buyersUrl(): string {
		return this.#links.get("buyers → platform")?.url ?? "";
	}

	platformUrl(): string {
		return `http://127.0.0.1:${this.#ports.platform}`;
	}

	twinUrl(): string {
		return `http://127.0.0.1:${this.#ports.twin}`;
	}

	async start(): Promise<void> {
		const [platform = NOWHERE, twin = NOWHERE] = await freePorts(2);
		this.#ports = { platform, twin };
		const toPlatform = await this.#link("buyers → platform", platform);
		const toTwin = await this.#link("platform → provider", twin);
		const notices = await this.#link("provider → platform", platform);
		this.#twin = new ProcessNode("provider", "services/toss-twin/main.ts", `${this.twinUrl()}/health`, {
			TOSS_TWIN_PORT: String(twin),
			TOSS_TWIN_DATA: join(this.#folder.path, "twin"),
			TOSS_TWIN_WEBHOOK_URL: `${notices.url}/api/payments/webhook/toss`,
		});
		this.#platform = new ProcessNode("platform", "deploy/scripts/start.ts", `${this.platformUrl()}/ready`, {
			...RUN_SETTINGS,
			PORT: String(platform),
			DATA_DIR: join(this.#folder.path, "platform"),
			TOSS_API_URL: toTwin.url,
			PUBLIC_URL: toPlatform.url,
		});
		for (const node of this.nodes) await node.launch();
		await Promise.all(this.nodes.map((node) => node.ready()));
	}

	dataFiles(): readonly string[] {
		return [join(this.#folder.path, "platform", DATA_FILE)];
	}

	async stop() {
		// The provider last, or the platform's last requests would find nobody.
		const ends: { name: string; code: number | null; ms: number }[] = [];
		for (const node of this.nodes) ends.push(await node.stop());
		return ends;
	}

	async end(): Promise<void> {
		await Promise.all(this.nodes.map((node) => node.kill()));
		await Promise.all([...this.#links.values()].map((proxy) => proxy.close()));
		this.#folder.remove();
	}

	async #link(name: string, port: number): Promise<Proxy> {
		const proxy = await startProxy(port);
		this.#links.set(name, proxy);
		return proxy;
	}
}
