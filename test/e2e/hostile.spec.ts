import { routes, type PublicRoute } from "../../services/api/routes.ts";
import type { Route } from "../../services/api/routes/types.ts";
import { ROOT } from "../support/documents.ts";
import { attacksOn, forgedTokens, jsonRequest, type Attack } from "../support/hostile-requests.ts";
import { tell, tellBytes, type Told } from "../support/raw-http.ts";
import { samples, worldOf, type World } from "../support/samples.ts";
import { System, type Facts } from "../support/system.ts";

const KEYS = Object.keys(routes) as PublicRoute[];
const AT_ONCE = 8;
/** Names of what is inside, and anything that looks like a stack or a place in a file. */
const INSIDE =
	/node_modules|moleculer|sqlite|\bstack\b|file:\/\/|\.(ts|ejs|db|pem)\b|\bat .+:\d+:\d+|[A-Z][a-z]+Error\b|ECONN|ENOENT|EACCES/i;

describe("hostile requests against the running system", () => {
	const system = new System();
	let world: World;

	beforeAll(async () => {
		await system.start();
		world = await worldOf(system);
	}, 30_000);
	afterAll(() => system.end());

	/** Everything that is wrong with an answer to a hostile request; empty when it is as it should be. */
	function faultsOf(route: Route | null, { isRefused }: Pick<Attack, "isRefused">, told: Told): string[] {
		const { status } = told;
		if (status >= 500) return [`answers ${status}`];
		if (status < 400) return isRefused ? [`accepts it with ${status}`] : [];
		const isPage = route !== null && "site" in route && route.site === "page" && status === 404;
		return [...leaksOf(told), ...(isPage ? [] : problemFaults(told))];
	}

	/** The path that was asked for is the client's own text. */
	function leaksOf({ text }: Told): string[] {
		const told = text.replace(/"instance":"[^"]*"/, "");
		const isLeak = INSIDE.test(told) || told.includes(ROOT) || told.includes(system.dataDir);
		return isLeak ? [`shows its inside: ${told.slice(0, 200)}`] : [];
	}

	function problemFaults({ headers, text }: Told): string[] {
		if (headers["content-type"] !== "application/problem+json") return [`is ${String(headers["content-type"])}`];
		const { code, correlationId } = JSON.parse(text) as Facts;
		const isComplete = typeof code === "string" && typeof correlationId === "string";
		return isComplete && correlationId === headers["x-correlation-id"]
			? []
			: [`is no full problem: ${text.slice(0, 200)}`];
	}

	async function findings(route: Route | null, attacks: readonly Attack[], token?: string): Promise<string[]> {
		const found: string[] = [];
		const left = attacks.values();
		const worker = async (): Promise<void> => {
			for (const attack of left) {
				const headers = { ...attack.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
				const told = await tell(system.url, { ...attack, headers });
				for (const fault of faultsOf(route, attack, told)) found.push(`${attack.name} → ${fault}`);
			}
		};
		await Promise.all(Array.from({ length: AT_ONCE }, worker));
		return found;
	}

	it.each(KEYS)("%s refuses what makes no sense, in the one shape of errors", async (key) => {
		const route: Route = routes[key];
		const request = await samples[key].make(world);
		const isForRoles = route.auth === "admin" || typeof route.auth === "object";
		const owner = isForRoles ? world.admin : (request.owner ?? world.owner);
		const token = samples[key].endsSession === true ? undefined : owner.token;
		const attacks = attacksOn(key, route, request);
		expect(attacks.length).toBeGreaterThan(3);
		expect(await findings(route, attacks, token)).toEqual([]);
	});

	it("no forged token opens any door", async () => {
		const forged = await forgedTokens(system, world.owner.token);
		const found: string[] = [];
		for (const key of KEYS) {
			const { auth } = routes[key];
			if (auth !== "user" && auth !== "admin") continue;
			const [method = ""] = key.split(" ");
			const request = jsonRequest(method, await samples[key].make(world));
			for (const [name, token] of forged) {
				const told = await tell(system.url, {
					...request,
					headers: { ...request.headers, authorization: `Bearer ${token}` },
				});
				const faults = faultsOf(routes[key], { isRefused: true }, told);
				if (told.status !== 401) faults.push(`answers ${told.status}`);
				for (const fault of faults) found.push(`${key} with ${name} → ${fault}`);
			}
		}
		expect(found).toEqual([]);
	});

	it("unknown and overlong addresses are not found, whatever they look like", async () => {
		const paths = [
			"/nowhere",
			"/api",
			"/api/",
			"/api//orders",
			"/api/orders/",
			"/API/ORDERS",
			"/api/auth/jwks",
			"/api/order.create",
			"/api/~node/actions",
			"/~node/health",
			"/.env",
			"/.git/config",
			"/data/payflow.db",
			"/../package.json",
			"/assets/../../package.json",
			"/assets/x/..%2f..%2fpackage.json",
			"/assets/x/%2e%2e/%2e%2e/package.json",
			"/api/docs/..%2fpackage.json",
			`/${"x".repeat(10_000)}`,
			`/${"a/".repeat(4_000)}`,
			"//evil.example/x",
			"http://evil.example/x",
			"*",
		];
		const attacks = paths.map((path) => ({ path, name: path.slice(0, 60), isRefused: true }));
		const site = { site: "page", auth: "public", summary: "", tag: "" } as const;
		expect(await findings(site, attacks)).toEqual([]);
	});

	it("what is no HTTP is turned away with a problem and a closed connection", async () => {
		const { host } = new URL(system.url);
		const requests = [
			"NONSENSE\r\n\r\n",
			`FOO / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
			`GET / HTTP/1.1\r\nHost: ${host}\r\nX-A: a\u0000b\r\n\r\n`,
			`GET / HTTP/1.1\r\nHost: ${host}\r\nX-A : b\r\n\r\n`,
			`GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
			`GET / HTTP/1.1\r\nHost: ${host}\r\nX-A: ${"x".repeat(20_000)}\r\n\r\n`,
			`GET / HTTP/1.1\r\nHost: ${host}\r\n${Array.from({ length: 3_000 }, (_, index) => `X-${index}: 1\r\n`).join("")}\r\n`,
			`POST /api/orders HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
			`POST /api/orders HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
			`POST /api/orders HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\n\r\n`,
			`GET / HTTP/9.9\r\nHost: ${host}\r\n\r\n`,
		];
		const answers = await Promise.all(requests.map((bytes) => tellBytes(system.url, bytes)));
		expect(answers.map((answer) => answer.slice(0, 10))).toEqual(
			requests.map(() => expect.stringMatching(/^(HTTP\/1\.1 4)?$/) as unknown),
		);
		expect(answers.filter((answer) => INSIDE.test(answer))).toEqual([]);
		const problems = answers.filter((answer) => answer !== "").map((answer) => answer.split("\r\n\r\n")[1] ?? "");
		for (const problem of problems)
			expect(JSON.parse(problem)).toMatchObject({
				code: expect.stringMatching(/^[A-Z_]+$/),
				correlationId: expect.stringMatching(/^COR_/),
			});
	});

	it("a correlation id is taken over or replaced, never passed on unread", async () => {
		for (const id of ["good-id_1.2:3", "a b", "<script>", "x".repeat(129), "é", "%0d%0aSet-Cookie:a"]) {
			const { headers } = await tell(system.url, { path: "/api/products", headers: { "x-correlation-id": id } });
			if (id === "good-id_1.2:3") expect(headers["x-correlation-id"]).toBe(id);
			else expect(headers["x-correlation-id"]).toMatch(/^COR_[A-Z0-9]+$/);
		}
	});

	it("and it is alive and well after all that, without a single error of its own", async () => {
		expect(await system.read("/health")).toMatchObject({ status: "ok" });
		const { orderId } = await system.purchase(world.owner.token);
		expect(await system.read(`/api/payments/${orderId}`, world.owner.token)).toMatchObject({ status: "APPROVED" });
		expect(system.output()).not.toMatch(/request failed|TypeError|Unhandled/);
	});
});
