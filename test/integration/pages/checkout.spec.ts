import { problem } from "./fake-shop.ts";
import { choose, logIn, logInAt, result, textOf, useBrowser } from "./visit.ts";

const { visit } = useBrowser();

describe("buying a product", () => {
	it("asks for a log-in, goes on with the product, pays and shows the approval", async () => {
		const { page, shop, origin, complaints, failedLoads, foreign } = await visit();
		await page.goto(`${origin}/`);
		await page.click('[data-product="iphone-16-pro"] button');
		await page.waitForSelector("#login-dialog[open]");
		expect(await textOf(page, "#login-lead")).toContain("로그인이 필요합니다");
		await logIn(page);
		await page.waitForSelector("#login-dialog", { state: "hidden" });
		expect(await textOf(page, "#session-name")).toBe("user");
		await page.click("text=티타늄 블루");
		await page.click("#quantity-more");
		expect(await textOf(page, "#pay")).toBe("3,100,000원 결제하기");
		await page.waitForFunction(() => (document.querySelector("#buyer-email") as HTMLInputElement).value !== "");
		await page.click("#pay");
		await page.waitForSelector("#window");
		expect(await textOf(page, "#pay")).toBe("처리 중…");
		const request = await page.evaluate<Record<string, unknown>>("window.lastRequest");
		expect(request).toMatchObject({
			clientKey: "test_ck_1",
			customerKey: "USR_1",
			method: "CARD",
			amount: { currency: "KRW", value: 3_100_000 },
			orderName: "아이폰 16 Pro",
			successUrl: `${origin}/success`,
			failUrl: `${origin}/fail`,
			customerEmail: "user@example.com",
		});
		await page.click("#window-approve");
		await result(page, "done");
		expect(await textOf(page, "#result-title")).toBe("결제 완료");
		const rows = await textOf(page, "#result-rows");
		for (const words of ["주문번호", "아이폰 16 Pro", "3,100,000원", "카드", "승인 완료", "2025-06-10 12:04"]) {
			expect(rows).toContain(words);
		}
		expect(page.url()).toBe(`${origin}/success?order=${String(request["orderId"])}`);

		const [order] = shop.made("POST", "/api/orders");
		const [confirm] = shop.made("POST", "/api/payments/confirm");
		expect(order?.body).toEqual({
			items: [{ productId: "iphone-16-pro", quantity: 2, option: "titanium-blue" }],
			customerName: "user",
			customerEmail: "user@example.com",
		});
		expect(order?.headers["idempotency-key"]).toMatch(/^KEY_[0-9a-f]{32}$/);
		expect(confirm?.headers["x-correlation-id"]).toBe(order?.headers["x-correlation-id"]);
		expect(confirm?.body["amount"]).toBe(3_100_000);

		await page.reload();
		await result(page, "done");
		expect(shop.made("POST", "/api/payments/confirm")).toHaveLength(1);
		expect({ complaints, failedLoads, foreign }).toEqual({ complaints: [], failedLoads: [], foreign: [] });
	});

	it("keeps the order when the buyer closes the window", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		await logInAt(visitor, "/");
		await choose(visitor, "code-review");
		await page.click("#pay");
		await page.click("#window-close");
		await page.waitForSelector("#pay-notice:has-text('결제가 취소되었습니다')");
		expect(await page.getAttribute("#pay", "aria-disabled")).toBe("false");
		await page.click("#pay");
		await page.click("#window-close");
		await page.waitForSelector("#pay[aria-disabled=false]");
		expect(shop.made("POST", "/api/orders")).toHaveLength(1);
		await page.fill("#quantity", "2");
		await page.click("#pay");
		await page.waitForSelector("#window");
		expect(shop.made("POST", "/api/orders")).toHaveLength(2);
		expect(shop.orders.map(({ amount }) => amount)).toEqual([10_000, 5000]);
	});

	it("makes one order however often the button is pressed", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		await logInAt(visitor, "/");
		await choose(visitor, "code-review");
		await page.evaluate(() => {
			const pay = document.querySelector<HTMLButtonElement>("#pay");
			for (let click = 0; click < 5; click++) pay?.click();
		});
		await page.waitForSelector("#window");
		expect(shop.made("POST", "/api/orders")).toHaveLength(1);
		expect(await page.locator("#window").count()).toBe(1);
	});

	it("says what is wrong with the buyer's details at the field itself", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		await logInAt(visitor, "/");
		await choose(visitor, "code-review");
		await page.fill("#buyer-email", "nobody");
		await page.click("#pay");
		expect(await textOf(page, "#buyer-email-error")).toBe("이메일 주소를 확인해 주세요.");
		expect(await page.getAttribute("#buyer-email", "aria-invalid")).toBe("true");
		expect(await page.getAttribute("#buyer-email", "aria-describedby")).toContain("buyer-email-error");
		expect(await page.evaluate(() => document.activeElement?.id)).toBe("buyer-email");
		expect(shop.made("POST", "/api/orders")).toHaveLength(0);
	});

	it("can be done with the keyboard alone", async () => {
		const { page, origin } = await visit();
		const tabTo = async (selector: string): Promise<void> => {
			for (let step = 0; step < 60; step++) {
				if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
				await page.keyboard.press("Tab");
			}
			throw new Error(`The keyboard does not reach ${selector}`);
		};
		await page.goto(`${origin}/`);
		await page.waitForSelector("[data-product]");
		await page.keyboard.press("Tab");
		expect(await page.evaluate(() => document.activeElement?.className)).toBe("skip");
		await tabTo('[data-product="code-review"] button');
		await page.keyboard.press("Enter");
		await page.waitForSelector("#login-dialog[open]");
		await tabTo("#login-username");
		await page.keyboard.type("user");
		await tabTo("#login-password");
		await page.keyboard.type("password");
		await page.keyboard.press("Enter");
		await page.waitForFunction(() => (document.querySelector("#buyer-email") as HTMLInputElement).value !== "");
		await tabTo("#pay");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#window");
		await tabTo("#window-approve");
		await page.keyboard.press("Enter");
		await result(page, "done");
	});

	it("shows texts of products as text, whatever they contain", async () => {
		const { page, shop, origin, complaints } = await visit();
		const probe = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
		shop.products = shop.products.map((item) => ({ ...item, name: { ko: probe, en: probe } }));
		await page.goto(`${origin}/?lang=ko`);
		const title = await page.title();
		expect(await page.locator(".product-name").first().innerText()).toBe(probe);
		await page.click("[data-product] button");
		expect(await page.locator("#summary-name").textContent()).toBe(probe);
		expect(await page.locator("main img, main script").count()).toBe(0);
		expect(await page.title()).toBe(title);
		expect(complaints).toEqual([]);
	});
});

describe("products", () => {
	it("show an empty shop and an outage in words, and load again on request", async () => {
		const { page, shop, origin } = await visit();
		const products = shop.products;
		shop.products = [];
		await page.goto(`${origin}/`);
		await page.waitForSelector("#product-list:has-text('판매 중인 상품이 없습니다')");
		shop.products = products;
		await page.route("**/api/products", (route) => route.fulfill({ status: 503, json: problem(503, "X", "y").body }), {
			times: 1,
		});
		await page.reload();
		await page.click("#product-list button:has-text('다시 시도')");
		await page.waitForSelector('[data-product="cloud"]');
	});
});

describe("the layout", () => {
	it.each([
		["ko", "/"],
		["en", "/"],
		["en", "/success"],
		["ko", "/fail?code=REJECT_CARD_COMPANY"],
		["en", "/orders"],
		["en", "/orders/ORD_01JX0000000000000000000001"],
		["ko", "/nowhere"],
	])("has no horizontal scrolling at 360 px: %s %s", async (lang, path) => {
		const visitor = await visit({ viewport: { width: 360, height: 740 }, locale: lang });
		const { page, shop } = visitor;
		shop.username = "a-rather-long-user-name";
		for (const [index, order] of [{}, { orderName: "W".repeat(100), amount: 100_000_000 }].entries()) {
			shop.addOrder({ ...order, orderId: `ORD_01JX000000000000000000000${index}` });
		}
		await logInAt(visitor, path);
		if (path === "/") await choose(visitor, "iphone-16-pro");
		if (path.startsWith("/orders")) await page.waitForSelector(path === "/orders" ? ".order-link" : ".timeline");
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
	});
});
