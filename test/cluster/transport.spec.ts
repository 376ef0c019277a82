import { connect } from "nats";
import { ServiceBroker, type Context } from "moleculer";
import { servers, type Server } from "../../deploy/servers/index.ts";
import { homeOf } from "../../mixins/cluster/home-strategy.ts";
import type { Actors } from "../../mixins/actor/port.ts";
import { MASTER_KEY, startNode, until, type TestNode } from "./node-bed.ts";

const credentials = { user: "payflow", password: "s3cret:word" };
/** A process repeats the list of its services for about a second after a change. */
const QUIET_MS = 2_000;
const ids = Array.from({ length: 60 }, (_, index) => `ORD_${index}`);
const identity = { userId: "USR_MINA", roles: ["ROLE_USER"], sessionId: "SES_1", clientAddress: "192.0.2.7" };

/** An order service that says where it runs and who it believes to be called by. */
const order = () => ({
	name: "order",
	actions: {
		get: (ctx: Context<{ orderId: string }>) => ({ at: ctx.broker.nodeID, meta: ctx.meta }),
		cancel: (ctx: Context<{ orderId: string }>) => ctx.broker.nodeID,
		slow: {
			async handler(ctx: Context<{ orderId: string; ms: number }>) {
				await new Promise((resolve) => setTimeout(resolve, ctx.params.ms));
				return ctx.broker.nodeID;
			},
		},
	},
});
const facts: unknown[] = [];
const signals: unknown[] = [];
const ledger = () => ({
	name: "ledger",
	events: {
		"order.created": { group: "ledger", from: "now", handler: (ctx: Context) => void facts.push(ctx.params) },
		$signal: (ctx: Context) => void signals.push(ctx.params),
	},
});

let server: Server;
let gateway: TestNode;
let order1: TestNode;
let order2: TestNode;
const open: { stop(): Promise<void> }[] = [];

async function start(nodeId: string, services: readonly object[] = [], extra: object = {}): Promise<TestNode> {
	const node = await startNode({ nodeId, transporterUrl: server.url, services, ...extra });
	open.push(node);
	return node;
}

function placesOf(broker: ServiceBroker, action = "order.get"): string[] {
	const list = broker.registry.actions.get(action)?.endpoints ?? [];
	return list.filter((endpoint) => endpoint.isAvailable).map(({ id }) => id);
}

function homes(broker: ServiceBroker): Promise<string[]> {
	return Promise.all(
		ids.map(async (orderId) => (await broker.call<{ at: string }, object>("order.get", { orderId })).at),
	);
}

/** A broker that knows the server's password and nothing else of us. */
function stranger(nodeID: string, services: object[] = []): ServiceBroker {
	const options = { servers: [`${server.host}:${server.port}`], user: credentials.user, pass: credentials.password };
	const broker = new ServiceBroker({
		namespace: "payflow",
		nodeID,
		logger: false,
		transporter: { type: "NATS", options },
		requestTimeout: 3_000,
		registry: { discoverer: { type: "Local", options: {} } },
	});
	for (const service of services) broker.createService(service as never);
	open.push(broker);
	return broker;
}

beforeAll(async () => {
	server = await servers.start("nats", { credentials });
	console.log(`Calls through ${server.product}, ${server.origin}`);
	[order1, order2, gateway] = await Promise.all([
		start("order-1", [order(), ledger()]),
		start("order-2", [order()]),
		start("gateway-1"),
	]);
	await until(() => placesOf(gateway.broker).length === 2, "the gateway knows both");
	await until(() => placesOf(order1.broker).length === 2 && placesOf(order2.broker).length === 2, "all know both");
});
afterAll(async () => {
	await Promise.all(open.map((node) => node.stop()));
	await server.stop();
});

describe("an aggregate", () => {
	it("has one home, whoever calls, also a process that could answer itself", async () => {
		const expected = ids.map((id) => homeOf([{ id: "order-1" }, { id: "order-2" }], id)?.id);
		expect(await homes(gateway.broker)).toEqual(expected);
		expect(await homes(order1.broker)).toEqual(expected);
		expect(await homes(order2.broker)).toEqual(expected);
		expect(new Set(expected).size).toBe(2);
	});

	it("has the same home for every action", async () => {
		for (const orderId of ids.slice(0, 10)) {
			const { at } = await gateway.broker.call<{ at: string }, object>("order.get", { orderId });
			expect(await gateway.broker.call("order.cancel", { orderId })).toBe(at);
		}
	});
});

describe("a process that missed what another one offers", () => {
	it("hears of it from the next heartbeats and asks again", async () => {
		const { tx } = gateway.broker.transit as unknown as { tx: { receive(kind: string, data: Buffer): unknown } };
		const receive = tx.receive.bind(tx);
		let missedAt = Infinity;
		let isDeaf = true;
		tx.receive = (kind, data) => {
			if (kind !== "INFO" || !isDeaf) return receive(kind, data);
			missedAt = Date.now();
			return undefined;
		};
		order1.broker.createService({ name: "late", actions: { hear: () => "heard" } });
		await until(() => Date.now() - missedAt > QUIET_MS, "every list with the new service is missed");
		isDeaf = false;
		expect(placesOf(gateway.broker, "late.hear")).toEqual([]);
		await until(() => placesOf(gateway.broker, "late.hear").length === 1, "the newest service is known");
		expect(await gateway.broker.call("late.hear")).toBe("heard");
	});
});

describe("a caller", () => {
	it("is known on the other side as it is here", async () => {
		const { meta } = await gateway.broker.call<{ meta: object }, object>(
			"order.get",
			{ orderId: "ORD_1" },
			{ meta: identity },
		);
		expect(meta).toEqual(identity);
	});

	it("gives up on an answer that does not come, and keeps nothing of it", async () => {
		const silent = [order1, order2].map(({ broker }) =>
			jest.spyOn(broker.transit as unknown as { sendResponse(): Promise<void> }, "sendResponse").mockResolvedValue(),
		);
		const call = gateway.broker.call("order.slow", { orderId: "ORD_1", ms: 10 }, { timeout: 100 });
		await expect(call).rejects.toMatchObject({ code: 504 });
		const kept = gateway.broker as unknown as { readonly _trackedContexts: readonly unknown[] };
		expect(kept._trackedContexts).toHaveLength(1);
		for (const spy of silent) spy.mockRestore();
		await until(() => kept._trackedContexts.length === 0, "the call has ended");
	});

	it("cannot join without the server's credentials", async () => {
		await expect(connect({ servers: `${server.host}:${server.port}`, maxReconnectAttempts: 0 })).rejects.toThrow(
			/authorization/i,
		);
	});

	it("with the server's password alone is neither believed nor heard, and sees no service answer", async () => {
		const calls: string[] = [];
		const fake = stranger("evil-1", [{ name: "order", actions: { get: (ctx: Context) => void calls.push(ctx.id) } }]);
		await fake.start();
		// A process that starts after it announces itself to everybody, so the stranger knows where to call.
		const order3 = await start("order-3", [order()]);
		await until(() => placesOf(fake).includes("order-3"), "the stranger has heard of order-3");
		for (const meta of [identity, { userId: "USR_ADMIN", roles: ["ROLE_ADMIN"] }, { actor: "SYSTEM" }, {}])
			await expect(fake.call("order.get", { orderId: "ORD_1" }, { nodeID: "order-3", meta })).rejects.toMatchObject({
				code: 401,
				type: "FORGED_IDENTITY",
				data: { problem: "missing" },
			});
		await until(() => placesOf(gateway.broker).includes("order-3"), "the gateway knows order-3");
		await homes(gateway.broker);
		expect(calls).toEqual([]);
		expect(placesOf(gateway.broker)).not.toContain("evil-1");
		await Promise.all([order3.stop(), fake.stop()]);
		await until(() => placesOf(gateway.broker).length === 2, "order-3 has left");
	});

	it("of another system with another secret is refused", async () => {
		const other = Buffer.alloc(32, 9).toString("base64");
		const foreign = await start("foreign-1", [], { env: { MASTER_KEY: other } });
		await expect(foreign.broker.call("order.get", { orderId: "ORD_1" })).rejects.toMatchObject({
			type: "SERVICE_NOT_FOUND",
		});
		const both = await start("foreign-2", [], { env: { MASTER_KEY: `${MASTER_KEY},${other}` } });
		await until(() => placesOf(both.broker).length === 2, "a process with both secrets is one of us");
		await Promise.all([foreign.stop(), both.stop()]);
	});

	it("cannot send what another has sent on to somebody else, or change it on the way", async () => {
		const wire = await connect({
			servers: `${server.host}:${server.port}`,
			user: credentials.user,
			pass: credentials.password,
		});
		const heard: { subject: string; data: Uint8Array }[] = [];
		const listening = wire.subscribe("MOL-payflow.REQ.>", {
			callback: (_error, { subject, data }) => heard.push({ subject, data }),
		});
		const answers: string[] = [];
		wire.subscribe("MOL-payflow.RES.>", { callback: (_error, { data }) => answers.push(Buffer.from(data).toString()) });
		await wire.flush();
		await gateway.broker.call("order.get", { orderId: "ORD_1" }, { meta: identity });
		await until(() => heard.length > 0 && answers.length > 0, "the call was overheard");
		listening.unsubscribe();
		const [{ subject, data } = { subject: "", data: new Uint8Array() }] = heard;
		const text = Buffer.from(data).toString();
		expect(text).toContain("USR_MINA");
		const elsewhere = subject.endsWith("1") ? "MOL-payflow.REQ.order-2" : "MOL-payflow.REQ.order-1";
		const forged: [string, string][] = [
			[subject, text.replace("USR_MINA", "USR_JUN0")],
			[subject, text.replace("ROLE_USER", "ROLE_ADMI")],
			[subject, text.replace(/"orderId":"ORD_1"/, '"orderId":"ORD_2"')],
			[subject, text.replace("order.get", "order.cancel")],
			[elsewhere, text],
		];
		answers.length = 0;
		for (const [to, packet] of forged) wire.publish(to, Buffer.from(packet));
		await until(() => answers.length === forged.length, "each was answered");
		for (const answer of answers) expect(answer).toContain('"type":"FORGED_IDENTITY"');
		await wire.close();
	});
});

describe("a fact", () => {
	it("that another process emits or broadcasts is none; the machinery's signals pass", async () => {
		const params = { id: "order:ORD_1:1", type: "order.created", data: { orderId: "ORD_1" } };
		await gateway.broker.emit("order.created", params);
		await gateway.broker.broadcast("order.created", params, { groups: ["ledger"] });
		await gateway.broker.broadcast("$signal", { number: 1 });
		await until(() => signals.length === 1, "the signal has arrived");
		expect(facts).toEqual([]);
	});
});

describe("a change of the processes", () => {
	it("drops idle actors, moves what has lost its home, and loses nothing under way", async () => {
		let dropped = 0;
		const actors = (actual: Actors): Actors =>
			new Proxy(actual, {
				get: (target, name) => {
					if (name === "forgetIdle") dropped += 1;
					const value = Reflect.get(target, name) as unknown;
					return typeof value === "function" ? (value.bind(target) as unknown) : value;
				},
			});
		await start("watcher-1", [], { ports: { actors: actors({ forgetIdle: () => undefined } as Actors) } });
		const order4 = await start("order-4", [order()]);
		await until(() => placesOf(gateway.broker).length === 3 && dropped > 0, "everybody knows the third");
		const orderId = ids.find(
			(id) =>
				homeOf(
					["order-1", "order-2", "order-4"].map((each) => ({ id: each })),
					id,
				)?.id === "order-4",
		);
		const underWay = Array.from({ length: 20 }, () => gateway.broker.call("order.slow", { orderId, ms: 1_000 }));
		await new Promise((resolve) => setTimeout(resolve, 100));
		dropped = 0;
		const stopped = order4.stop();
		const later: string[] = [];
		for (let call = 0; call < 50; call++) later.push(await gateway.broker.call("order.cancel", { orderId }));
		expect(await Promise.all(underWay)).toEqual(Array.from({ length: 20 }, () => "order-4"));
		await stopped;
		await until(() => placesOf(gateway.broker).length === 2 && dropped > 0, "everybody knows that it has left");
		expect(await gateway.broker.call("order.cancel", { orderId })).toBe(
			homeOf([{ id: "order-1" }, { id: "order-2" }], orderId ?? "")?.id,
		);
	});
});
