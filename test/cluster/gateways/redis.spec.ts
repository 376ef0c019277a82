import { servers, type Server } from "../../../deploy/servers/index.ts";
import { openRedis, redisScript, type RedisLink } from "../../../mixins/cluster/redis.ts";
import { createRedisBudgets } from "../../../services/api/access/redis-budgets.ts";
import { until } from "../node-bed.ts";

const credentials = { user: "payflow", password: "s3cret:word@/%" };
const ECHO = redisScript("return ARGV[1]");

let server: Server;
let link: RedisLink;
const open: RedisLink[] = [];
const linkTo = (url: string) => {
	const opened = openRedis(url);
	open.push(opened);
	return opened;
};
const isAnswering = () =>
	link.run(ECHO, "k", ["x"]).then(
		() => true,
		() => false,
	);

beforeAll(async () => {
	server = await servers.start("redis", { credentials, source: "ours" });
	console.log(`${server.product}, ${server.origin}`);
	link = linkTo(server.url);
});
afterAll(async () => {
	await Promise.all(open.map((each) => each.close()));
	await server.stop();
});

describe("a connection to Redis", () => {
	it("runs a script it has never seen, and one that Redis has forgotten", async () => {
		expect(await link.run(ECHO, "k", ["x"])).toBe("x");
		const { Redis } = await import("ioredis");
		const client = new Redis(server.url);
		await client.script("FLUSH");
		client.disconnect();
		expect(await link.run(ECHO, "k", ["y"])).toBe("y");
	});

	it("passes on what the script complains about", async () => {
		await expect(link.run(redisScript("return redis.call('nonsense')"), "k", [])).rejects.toThrow(
			/nonsense|[Uu]nknown/,
		);
	});

	it("is refused without the password, with a wrong one, and where nobody listens", async () => {
		const { host, port } = server;
		await expect(linkTo(`redis://${host}:${port}`).run(ECHO, "k", ["x"])).rejects.toThrow(/NOAUTH/);
		await expect(linkTo(`redis://payflow:wrong@${host}:${port}`).run(ECHO, "k", ["x"])).rejects.toThrow(/WRONGPASS/);
		await expect(linkTo("redis://:x@127.0.0.1:1").run(ECHO, "k", ["x"])).rejects.toThrow(/ECONNREFUSED/);
	});

	it("gives up on a server that does not answer, and comes back by itself", async () => {
		server.pause();
		const startedAt = performance.now();
		await expect(link.run(ECHO, "k", ["x"])).rejects.toThrow();
		expect(performance.now() - startedAt).toBeLessThan(2_000);
		server.resume();
		await until(isAnswering, "it answers again");
		await server.kill();
		await until(async () => !(await isAnswering()), "the loss is noticed");
		await server.restart();
		await until(isAnswering, "it answers again");
	});

	it("ends when it is closed, also one that was never used", async () => {
		const other = linkTo(server.url);
		await other.close();
		await expect(other.run(ECHO, "k", ["x"])).rejects.toThrow();
		await other.close();
	});
});

describe("a window's budget in Redis", () => {
	const wish = (id: string, count: number, unaccounted: number, wanted: number) =>
		createRedisBudgets(link).take({ id, count, unaccounted, wanted, leftMs: 1_000 });

	it("is given out once", async () => {
		expect([await wish("a", 10, 0, 4), await wish("a", 10, 0, 4), await wish("a", 10, 0, 4)]).toEqual([4, 4, 2]);
		expect(await wish("a", 10, 0, 1)).toBe(0);
		expect(await wish("b", 10, 0, 1)).toBe(1);
	});

	it("counts what was let through without it, also beyond its end", async () => {
		expect(await wish("c", 10, 7, 5)).toBe(3);
		expect(await wish("d", 10, 12, 1)).toBe(0);
		expect(await wish("d", 13, 0, 5)).toBe(1);
	});

	it("is given out once to a hundred who ask at the same time", async () => {
		const given = await Promise.all(Array.from({ length: 100 }, () => wish("e", 250, 1, 4)));
		expect(given.reduce((sum, each) => sum + each, 0)).toBe(200);
		expect(await wish("e", 250, 0, 1)).toBe(0);
	});

	it("counts in whole numbers, however large", async () => {
		const large = 999_999_999;
		expect(await wish("f", large, large - 1, 5)).toBe(1);
		expect(await wish("f", large, 0, 5)).toBe(0);
	});
});
