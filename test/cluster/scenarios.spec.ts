import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "../../deploy/cluster/topology.ts";
import type { Server } from "../../deploy/servers/index.ts";
import { ClusterTopology } from "../prove/cluster.ts";
import { summarise } from "../prove/page.ts";
import { prove, type Verdict } from "../prove/run.ts";
import { pause, Wire, type Facts } from "../prove/wire.ts";
import { kafkaTools } from "./console-consumer.ts";
import { typeInConsole } from "./console.ts";

/**
 * `CLUSTER_ORDERS=2000 CLUSTER_KILLS=30 CLUSTER_OUTAGE_SECONDS=30 npm run test:cluster` is the whole of it; with
 * `CLUSTER_EVENTS=nats` events go through JetStream and calls through Kafka.
 */
const ORDERS = numberFrom("CLUSTER_ORDERS", 300);
const KILLS = numberFrom("CLUSTER_KILLS", 6);
const OUTAGE_MS = numberFrom("CLUSTER_OUTAGE_SECONDS", 15) * 1_000;
const STORE_OUTAGE_MS = 10_000;
const CALM_MS = 8_000;
const DRAIN_MAX_MS = 60_000;
const START_MAX_MS = 240_000;
const RUN_MAX_MS = 1_800_000;
const PATIENCE_MS = 20_000;
const UNTIL_MAX_MS = 45_000;
const SEED = 11;
const BROKERS =
	process.env["CLUSTER_EVENTS"] === "nats"
		? ({ events: "nats", transporter: "kafka" } as const)
		: ({ events: "kafka", transporter: "nats" } as const);

describe("a cluster of nine processes and the provider", () => {
	let cluster: Cluster;
	let folder: string;
	const wires: Wire[] = [];
	let [first, second, twin]: Wire[] = [];

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "payflow-scenarios-"));
		cluster = new Cluster({
			folder,
			source: "ours",
			env: { NODE_ENV: "test", LOG_LEVEL: "error", RATE_LIMIT_API: "off", RATE_LIMIT_LOGIN: "off" },
		});
		await cluster.start((text) => {
			process.stderr.write(`  ${text}\n`);
		});
		wires.push(...[...cluster.gateways, cluster.twinUrl].map((url) => new Wire(() => url, PATIENCE_MS)));
		[first, second, twin] = wires;
	}, START_MAX_MS);
	afterAll(async () => {
		await Promise.all(wires.map((wire) => wire.close()));
		await cluster.end();
	});

	const login = async (username: string, password: string): Promise<string> => {
		const answer = await first?.ask("POST", "/api/auth/login", { body: { username, password } });
		expect(answer).toMatchObject({ status: 200 });
		return String(answer?.body["accessToken"]);
	};
	/** Looks until the status is the wanted one; whoever asked compares. */
	const settled = async (look: () => Promise<Facts>, status: string): Promise<Facts> => {
		const deadline = Date.now() + UNTIL_MAX_MS;
		let found = await look();
		while (found["status"] !== status && Date.now() < deadline) {
			await pause(100);
			found = await look();
		}
		return found;
	};
	const read = async (wire: Wire | undefined, path: string, token: string): Promise<Facts> =>
		(await wire?.read(path, token)) ?? {};
	const asked = async (wire: Wire | undefined, path: string, body: Facts, status: number, token?: string) => {
		const who = token === undefined ? {} : { token, key: `scenario${path.replaceAll("/", "-")}` };
		const answer = await wire?.ask("POST", path, { body, ...who });
		expect([path, answer]).toMatchObject([path, { status }]);
		return answer?.body ?? {};
	};
	/** Orders and pays at the first gateway. */
	const buy = async (token: string): Promise<string> => {
		const wish = { items: [{ productId: "code-review", quantity: 1 }] };
		const { orderId, amount } = await asked(first, "/api/orders", wish, 201, token);
		const { sessionId } = await asked(twin, "/twin/sessions", { orderId, amount, orderName: "one review" }, 201);
		const { paymentKey } = await asked(twin, `/twin/sessions/${String(sessionId)}/approve`, {}, 200);
		await asked(first, "/api/payments/confirm", { paymentKey, orderId, amount }, 200, token);
		return String(orderId);
	};

	it(
		"sells at the first gateway what the second one shows: order, saga, story and page",
		async () => {
			const token = await login("user", "password");
			const orderId = await buy(token);
			const order = await settled(() => read(second, `/api/orders/${orderId}`, token), "CONFIRMED");
			expect(order).toMatchObject({ orderId, status: "CONFIRMED" });
			const page = await fetch(`${cluster.gateways[1] ?? ""}/orders/${orderId}`);
			expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
			const admin = await login("admin", "admin");
			const { charges } = (await twin?.read("/twin/books")) as { charges: readonly Facts[] };
			expect(charges.filter((charge) => charge["orderId"] === orderId)).toHaveLength(1);
			const [saga] = (await read(second, `/api/saga?status=COMPLETED&limit=20`, admin))["items"] as Facts[];
			expect(saga).toMatchObject({ status: "COMPLETED" });
		},
		START_MAX_MS,
	);

	it("shows every process in the registry, whichever gateway is asked", async () => {
		const admin = await login("admin", "admin");
		const names = cluster.processes.map(({ name }) => name).filter((name) => name !== "provider");
		for (const gateway of [first, second]) {
			const nodes = (await read(gateway, "/api/admin/nodes", admin))["items"] as readonly Facts[];
			expect(nodes.map((node) => node["nodeId"])).toEqual(expect.arrayContaining(names));
		}
	});

	it("lets Kafka's own tools read its events as CloudEvents", async () => {
		const tools = await kafkaTools(cluster.servers.events, folder);
		expect(await tools.topics()).toEqual(expect.arrayContaining(["payflow.order", "payflow.payment", "payflow.saga"]));
		const [line = ""] = await tools.messages("payflow.order", 1);
		const [headers = "", subject = "", value = "{}"] = line.split("\t");
		expect(headers).toMatch(/ce_specversion:1\.0/);
		expect(headers).toMatch(/ce_type:order\.created/);
		expect(subject).toMatch(/^ORD_/);
		const event = { specversion: "1.0", type: "order.created", subject, data: { orderId: subject } };
		expect(JSON.parse(value)).toMatchObject(event);
	});

	it("is joined by a console, which calls an action of another process", async () => {
		const printed = await typeInConsole(cluster, ["nodes", "call catalog.products"]);
		expect(printed).toContain("order-2");
		expect(printed).toContain("code-review");
	});
});

describe(`a cluster whose processes are killed ${KILLS} times while ${ORDERS} purchases are made`, () => {
	let verdict: Verdict;

	beforeAll(async () => {
		const options = {
			orders: ORDERS,
			hasChaos: true,
			seconds: null,
			profile: "cluster",
			...BROKERS,
			seed: SEED,
			kills: KILLS,
		} as const;
		verdict = await prove(options, new ClusterTopology(BROKERS), tell());
	}, RUN_MAX_MS);

	it("loses no order, charges nobody twice, ends every saga, and the doctor finds nothing", () => {
		expect(summarise(verdict).failures).toEqual([]);
		expect(verdict.damage.kills).toBeGreaterThanOrEqual(KILLS);
		expect(verdict.charges.count).toBeGreaterThan(ORDERS / 4);
	});

	it(`is at rest within ${DRAIN_MAX_MS / 1_000} s`, () => {
		expect(verdict.drained.ms).toBeLessThan(DRAIN_MAX_MS);
	});
});

describe("a cluster whose servers go away one after the other while people buy", () => {
	let verdict: Verdict;
	const away: string[] = [];

	beforeAll(async () => {
		const topology = new ClusterTopology(BROKERS);
		const total = 2 * OUTAGE_MS + STORE_OUTAGE_MS + 5 * CALM_MS;
		const seconds = Math.ceil(total / 1_000) + 30;
		const options = {
			orders: ORDERS,
			hasChaos: false,
			seconds,
			profile: "cluster",
			...BROKERS,
			seed: SEED + 1,
			kills: 0,
		} as const;
		const outages: Promise<void>[] = [];
		const follow = tell();
		verdict = await prove(options, topology, (share, text) => {
			follow(share, text);
			if (share > 0 && outages.length === 0) outages.push(outagesOf(topology.cluster));
		});
		await Promise.all(outages);
	}, RUN_MAX_MS);

	const outagesOf = async ({ servers }: Cluster): Promise<void> => {
		const absent = async (server: Server, ms: number): Promise<void> => {
			await server.stop();
			await pause(ms);
			await server.restart();
			away.push(server.name);
			await pause(CALM_MS);
		};
		await pause(CALM_MS);
		await absent(servers.events, OUTAGE_MS);
		await absent(servers.transporter, OUTAGE_MS);
		servers.store.pause();
		await pause(STORE_OUTAGE_MS);
		servers.store.resume();
		away.push(servers.store.name);
	};

	it("sells or refuses, never half; every event arrives afterwards, once and in order", () => {
		expect(away).toEqual([BROKERS.events, BROKERS.transporter, "mongo"]);
		expect(summarise(verdict).failures).toEqual([]);
		expect(verdict.charges.count).toBeGreaterThan(ORDERS / 4);
		expect(verdict.drained.ms).toBeLessThan(DRAIN_MAX_MS);
	});
});

/** Says now and then how far a run is. */
function tell(): (share: number, text: string) => void {
	let last = "";
	return (share, text) => {
		const step = `${Math.floor(share * 10)}`;
		if (step === last) return;
		last = step;
		process.stderr.write(`  ${Math.round(share * 100)} %  ${text}\n`);
	};
}

function numberFrom(name: string, usual: number): number {
	const text = process.env[name] ?? "";
	return /^\d+$/.test(text) ? Number(text) : usual;
}
