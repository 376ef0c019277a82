import { routes, type PublicRoute } from "../../../services/api/routes.ts";
import { accessMatrix, CALLERS } from "./access-matrix.ts";
import { startGateway, USERS, type GatewayBed } from "./gateway-bed.ts";

describe("the access matrix", () => {
	let bed: GatewayBed;

	beforeAll(async () => {
		bed = await startGateway({ env: { LOGS_PUBLIC: "false" } });
	});
	afterAll(() => bed.stop());

	it("has a row for every route, and every route a policy", () => {
		expect(Object.keys(accessMatrix).sort()).toEqual(Object.keys(routes).sort());
		for (const route of Object.values(routes)) expect(route.auth).toBeTruthy();
	});

	const cells = (Object.keys(accessMatrix) as PublicRoute[]).flatMap((key) =>
		(Object.keys(CALLERS) as (keyof typeof CALLERS)[]).map((caller) => ({
			key,
			caller,
			expected: accessMatrix[key][caller],
		})),
	);
	it.each(cells)("$key as $caller: $expected", async ({ key, caller, expected }) => {
		const { path, body } = accessMatrix[key];
		const who = CALLERS[caller];
		const [method = "", pattern = ""] = key.split(" ");
		const told = await bed.ask({
			method,
			path: path ?? pattern,
			...(body === undefined ? {} : { body }),
			...(who === "anonymous" ? {} : { token: await bed.tokenOf(who) }),
		});
		expect({ status: told.status, code: told.status >= 400 ? told.json().code : "" }).toMatchObject({
			status: expected,
		});
		if (expected === 401) expect(told.headers["www-authenticate"]).toBe('Bearer realm="payflow"');
	});

	it("hands the action the caller's identity and nothing the client claims", async () => {
		const headers = { "x-user-id": "USR_ADMIN", "x-roles": "ROLE_ADMIN" };
		await bed.ask({ path: "/api/user/profile", token: await bed.tokenOf("jun"), headers });
		const call = bed.calls.findLast(({ action }) => action === "auth.profile");
		expect(call?.meta).toMatchObject({ ...USERS.jun, sessionId: "SES_JUN" });
	});
});

describe("the access matrix with public logs", () => {
	it("lets anybody read the logs", async () => {
		const bed = await startGateway({ env: { LOGS_PUBLIC: "true" } });
		const paths = ["events/trace/flow-1", "events/recent", "payments/ORD_1/history", "payments/ORD_1/state"];
		const told = await Promise.all(paths.map((path) => bed.ask({ path: `/api/logs/${path}` })));
		expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
		await bed.stop();
	});
});
