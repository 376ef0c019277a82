import { routes, type PublicRoute } from "../../services/api/routes.ts";
import type { Policy, Route } from "../../services/api/routes/types.ts";
import { samples, worldOf, type Member, type Request, type Sample, type World } from "../support/samples.ts";
import { tell, type Told } from "../support/raw-http.ts";
import { System, type Facts } from "../support/system.ts";

const KEYS = Object.keys(routes) as PublicRoute[];
/** `departed` shows the token of a session that was ended. */
const WHO = ["anonymous", "departed", "owner", "other", "admin"] as const;
type Who = (typeof WHO)[number];
type Expectation = "passes" | 401 | 403 | 404;

/** Outside production. */
const OPEN: ReadonlySet<Policy> = new Set<Policy>(["public", "operations"]);
const OF_USERS: ReadonlySet<Policy> = new Set<Policy>(["user", "own-logs"]);

/** Who may pass, derived from the declared policy alone; logs are not public here. */
function expectationOf(auth: Policy, who: Who, { owned }: Sample): Expectation {
	if (OPEN.has(auth)) return "passes";
	if (who === "anonymous" || who === "departed") return 401;
	if (!OF_USERS.has(auth)) return who === "admin" ? "passes" : 403;
	return owned !== undefined && !isEntitled(who, owned) ? owned.others : "passes";
}

function isEntitled(who: Who, owned: NonNullable<Sample["owned"]>): boolean {
	return who === "owner" || (who === "admin" && owned.admin);
}

function isSuccess(route: Route, status: number): boolean {
	if ("site" in route) return status === 200;
	return status === (route.status ?? 200) || (route.isAccepted !== undefined && status === 202);
}

describe("every door of the running system", () => {
	const system = new System({ LOGS_PUBLIC: "false" });
	let world: World;
	let other: Member;
	let departed: Member;

	beforeAll(async () => {
		await system.start();
		world = await worldOf(system);
		[other, departed] = await Promise.all([world.newcomer(), world.newcomer()]);
		await ask("POST", { path: "/api/auth/logout-all" }, departed.token);
	}, 30_000);
	afterAll(() => system.end());

	const ask = (method: string, { path, body }: Request, token?: string): Promise<Told> =>
		tell(system.url, {
			method,
			path,
			headers: {
				...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
				...(body === undefined ? {} : { "content-type": "application/json" }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
	const tokenOf = async (who: Who, { endsSession }: Sample, { owner }: Request): Promise<string | undefined> => {
		if (who === "anonymous") return undefined;
		if (who === "departed") return departed.token;
		if (endsSession === true) return (await (who === "admin" ? newAdmin() : world.newcomer())).token;
		return { owner: owner ?? world.owner, other, admin: world.admin }[who].token;
	};
	async function newAdmin(): Promise<Member> {
		const member = await world.newcomer();
		const promotion = { path: `/api/users/${member.userId}/roles`, body: { roles: ["ROLE_USER", "ROLE_ADMIN"] } };
		expect((await ask("PUT", promotion, world.admin.token)).status).toBe(200);
		return member;
	}
	const codeOf = ({ text }: Told): unknown => (JSON.parse(text) as Facts)["code"];

	it("has a policy and a sample request", () => {
		expect(Object.keys(samples).toSorted()).toEqual(Object.keys(routes).toSorted());
		for (const key of KEYS) expect([key, routes[key].auth]).toEqual([key, expect.anything()]);
	});

	const cells = KEYS.flatMap((key) => WHO.map((who) => ({ key, who })));
	it.each(cells)("$key lets $who pass or not as its policy says", async ({ key, who }) => {
		const route: Route = routes[key];
		const sample = samples[key];
		const request = await sample.make(world);
		const told = await ask(key.split(" ")[0] ?? "", request, await tokenOf(who, sample, request));
		const expected = expectationOf(route.auth, who, sample);
		if (expected !== "passes") {
			expect([told.status, told.headers["content-type"]]).toEqual([expected, "application/problem+json"]);
			expect(told.headers["www-authenticate"] !== undefined).toBe(expected === 401);
		} else if (sample.refusal !== undefined)
			expect([told.status, codeOf(told)]).toEqual([sample.refusal.status, sample.refusal.code]);
		else
			expect([told.status, told.text.slice(0, 300), isSuccess(route, told.status)]).toEqual([
				told.status,
				expect.anything(),
				true,
			]);
	});

	it("does not tell a stranger whether a thing exists", async () => {
		const { orderId } = world;
		const unknown = `${orderId.slice(0, -4)}ZZZZ`;
		const owned = KEYS.filter((key) => samples[key].owned?.others === 404 && routes[key].auth !== "public");
		for (const key of owned) {
			const request = await samples[key].make(world);
			const [method = "", pattern = ""] = key.split(" ");
			const id = request.path.split("/")[pattern.split("/").findIndex((segment) => segment.startsWith(":"))] ?? orderId;
			const absent = JSON.parse(JSON.stringify(request).replaceAll(idOf(request, id), unknown)) as Request;
			const [foreign, missing] = [await ask(method, request, other.token), await ask(method, absent, other.token)];
			expect([key, foreign.status, codeOf(foreign)]).toEqual([key, missing.status, codeOf(missing)]);
		}
	});

	/** The id a request is about: in its path, or in its body. */
	function idOf({ body }: Request, fromPath: string): string {
		return typeof body?.["orderId"] === "string" ? body["orderId"] : (fromPath.split("?")[0] ?? "");
	}

	it("shows everybody only their own things in lists, and administrators whom they ask for", async () => {
		const of = async (path: string, token: string): Promise<unknown[]> =>
			((await system.read(path, token))["items"] as readonly Facts[]).map(({ orderId }) => orderId);
		const theirs = `/api/orders?limit=100&userId=${world.owner.userId}`;
		expect(await of("/api/orders?limit=100", world.owner.token)).toContain(world.orderId);
		expect(await of("/api/orders?limit=100", other.token)).not.toContain(world.orderId);
		const told = await ask("GET", { path: theirs }, other.token);
		expect([told.status, told.text.includes(world.orderId)]).toEqual([expect.any(Number), false]);
		expect(await of(theirs, world.admin.token)).toContain(world.orderId);
	});
});
