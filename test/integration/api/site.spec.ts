import { startGateway, type GatewayBed } from "./gateway-bed.ts";

describe("the site", () => {
	let bed: GatewayBed;
	const page = (path: string, headers: Record<string, string> = {}) =>
		bed.ask({ path, headers: { accept: "text/html", ...headers } });

	beforeAll(async () => {
		bed = await startGateway({ env: { PUBLIC_URL: "http://localhost:8080", TOSS_TWIN_PORT: "8099" } });
	});
	afterAll(() => bed.stop());

	it("serves every page with a fresh nonce", async () => {
		const nonces = new Set<string>();
		for (const path of ["/", "/success", "/fail", "/orders", "/orders/ORD_1234567890", "/"]) {
			const told = await page(path);
			expect([path, told.status, told.headers["content-type"]]).toEqual([path, 200, "text/html; charset=utf-8"]);
			const nonce = /'nonce-([^']+)'/.exec(String(told.headers["content-security-policy"]))?.[1] ?? "";
			expect(told.text).toContain(nonce);
			nonces.add(nonce);
			expect(told.headers).toMatchObject({
				"cache-control": "no-store",
				"x-content-type-options": "nosniff",
				"x-frame-options": "DENY",
			});
			expect(told.text).toContain(String(told.headers["x-correlation-id"]));
		}
		expect(nonces.size).toBe(6);
	});

	it("lets only the payment pages talk to the provider", async () => {
		for (const path of ["/", "/orders/ORD_1234567890"]) {
			const policy = String((await page(path)).headers["content-security-policy"]);
			expect(policy).toContain("https://*.tosspayments.com");
			expect(policy).toContain("http://localhost:8099");
		}
		for (const path of ["/success", "/fail", "/orders", "/nowhere"])
			expect((await page(path)).headers["content-security-policy"]).not.toMatch(/toss|8099/);
	});

	it("speaks the language that is asked for, and remembers it", async () => {
		expect((await page("/")).text).toContain('<html lang="ko"');
		expect((await page("/", { "accept-language": "en" })).text).toContain('<html lang="en"');
		const chosen = await page("/?lang=en");
		expect(chosen.text).toContain('<html lang="en"');
		expect(chosen.headers["set-cookie"]?.[0]).toContain("lang=en");
		expect((await page("/", { cookie: "lang=en" })).text).toContain('<html lang="en"');
	});

	it("shows browsers a page for what is not there, and programs a problem document", async () => {
		const told = await page("/nowhere");
		expect([told.status, told.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
		expect(told.text).toContain(String(told.headers["x-correlation-id"]));
		expect((await bed.ask({ path: "/nowhere" })).headers["content-type"]).toBe("application/problem+json");
		expect((await page("/api/nowhere")).headers["content-type"]).toBe("application/problem+json");
	});

	it("serves the files its pages ask for, for ever", async () => {
		const home = await page("/");
		const links = [...home.text.matchAll(/(?:src|href)="(\/assets\/[^"#]+)/g)].map(([, link]) => String(link));
		expect(links.length).toBeGreaterThan(5);
		for (const path of new Set(links)) {
			const told = await bed.ask({ path });
			expect([path, told.status]).toEqual([path, 200]);
			expect(told.headers["cache-control"]).toContain("immutable");
		}
	});

	it("serves no other file", async () => {
		for (const path of [
			"/assets/x/../../package.json",
			"/assets/x/..%2f..%2fpackage.json",
			"/assets/x/css/none.css",
			"/package.json",
			"/views/layouts/main.ejs",
			"/.env",
		])
			expect([path, (await bed.ask({ path })).status]).toEqual([path, 404]);
	});
});
