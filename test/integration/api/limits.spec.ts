import { startGateway, type GatewayBed } from "./gateway-bed.ts";

describe("rate limits", () => {
	let bed: GatewayBed;
	const products = (headers: Record<string, string> = {}) => bed.ask({ path: "/api/products", headers });

	beforeEach(async () => {
		bed = await startGateway({
			clock: "virtual",
			env: { RATE_LIMIT_API: "3/10", RATE_LIMIT_LOGIN: "2/60", TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8" },
		});
	});
	afterEach(() => bed.stop());

	const times = async (count: number, send: () => Promise<{ status: number }>): Promise<number[]> => {
		const statuses: number[] = [];
		for (let turn = 0; turn < count; turn++) statuses.push((await send()).status);
		return statuses;
	};

	it("count per address and say when to come back", async () => {
		expect(await times(4, () => products())).toEqual([200, 200, 200, 429]);
		await bed.platform.advance(4_000);
		const told = await products();
		expect([told.status, told.json().code, told.headers["retry-after"]]).toEqual([429, "RATE_LIMITED", "6"]);
		await bed.platform.advance(6_000);
		expect((await products()).status).toBe(200);
	});

	it("count per user, wherever they come from", async () => {
		const mina = await bed.tokenOf("mina");
		const jun = await bed.tokenOf("jun");
		const asMina = (address: string) =>
			bed.ask({ path: "/api/user/profile", token: mina, headers: { "x-forwarded-for": address } });
		expect(await times(3, () => asMina("192.0.2.1"))).toEqual([200, 200, 200]);
		expect((await asMina("192.0.2.2")).status).toBe(429);
		expect((await bed.ask({ path: "/api/user/profile", token: jun })).status).toBe(200);
	});

	it("count the address behind trusted proxies; what the client writes itself does not count", async () => {
		const from = (chain: string) => products({ "x-forwarded-for": chain });
		expect(await times(3, () => from("192.0.2.1"))).toEqual([200, 200, 200]);
		expect((await from("198.51.100.7, 192.0.2.1")).status).toBe(429);
		expect((await from("203.0.113.9, 192.0.2.1, 10.1.2.3")).status).toBe(429);
		expect((await from("192.0.2.2")).status).toBe(200);
		expect(bed.calls.pop()?.meta.clientAddress).toBe("192.0.2.2");
	});

	it("count failed tokens against the address", async () => {
		const bad = () => bed.ask({ path: "/api/user/profile", token: "a.b.c" });
		expect(await times(4, bad)).toEqual([401, 401, 401, 429]);
	});

	it("count logins per address, however good the token", async () => {
		const token = await bed.tokenOf("mina");
		const login = () =>
			bed.ask({ method: "POST", path: "/api/auth/login", token, body: { username: "mina", password: "password123" } });
		expect(await times(3, login)).toEqual([200, 200, 429]);
		expect((await products()).status).toBe(200);
	});

	it("leave pages and probes alone", async () => {
		expect(await times(6, () => bed.ask({ path: "/health" }))).toEqual([200, 200, 200, 200, 200, 200]);
	});

	it("can be switched off", async () => {
		const open = await startGateway({ env: { RATE_LIMIT_API: "off" } });
		const statuses = await times(150, () => open.ask({ path: "/api/products" }));
		expect(new Set(statuses)).toEqual(new Set([200]));
		await open.stop();
	});
});
