import { problem } from "./fake-shop.ts";
import { logIn, logInAt, textOf, useBrowser } from "./visit.ts";

const { visit } = useBrowser();

describe("an account", () => {
	it("is made in the dialog, with errors at the fields, and is logged in at once", async () => {
		const { page, origin } = await visit();
		await page.goto(`${origin}/`);
		await page.click("#login-open");
		await page.click("#login-form [data-switch]");
		await page.fill("#signup-username", "taken");
		await page.fill("#signup-email", "someone@example.com");
		await page.fill("#signup-password", "password");
		await page.click("#signup-form [type=submit]");
		await page.waitForSelector("#signup-username-error:has-text('이미 사용 중인 아이디입니다')");
		await page.fill("#signup-username", "someone");
		await page.click("#signup-form [type=submit]");
		await page.waitForSelector("#session[data-state=signed-in]");
		expect(await textOf(page, "#session-name")).toBe("someone");
	});

	it("refuses a wrong password without saying which part was wrong", async () => {
		const { page, origin } = await visit();
		await page.goto(`${origin}/`);
		await page.click("#login-open");
		await logIn(page, "wrong-password");
		await page.waitForSelector("#login-alert:has-text('아이디와 비밀번호를 확인해 주세요')");
		expect(await page.inputValue("#login-password")).toBe("");
	});

	it("keeps its tokens out of every storage a script can read", async () => {
		const visitor = await visit();
		await logInAt(visitor, "/");
		const stored = await visitor.page.evaluate(() =>
			JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
		);
		expect(stored).not.toMatch(/token-|secret/);
	});

	it("survives a reload and a second tab, and leaves both at once", async () => {
		const visitor = await visit();
		const { page, origin } = visitor;
		await logInAt(visitor, "/");
		await page.reload();
		await page.waitForSelector("#session[data-state=signed-in]");
		const second = await page.context().newPage();
		await second.goto(`${origin}/orders`);
		await second.waitForSelector("#session[data-state=signed-in]");
		await page.click("#logout");
		await second.waitForSelector("#session[data-state=signed-out]");
		expect(await page.isVisible("#login-open")).toBe(true);
		await second.reload();
		await second.waitForSelector("#session[data-state=signed-out]");
	});

	it("renews an expired token once for all requests, unseen", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		const { orderId } = shop.addOrder({});
		await logInAt(visitor, `/orders/${orderId}`);
		await page.waitForSelector(".timeline");
		shop.expired = true;
		await page.click("#order-view button:has-text('주문 취소')");
		await page.fill("#cancel-reason", "reason");
		await page.click("#cancel-form [type=submit]");
		await page.waitForSelector("#order-notice:has-text('주문을 취소했습니다')");
		expect(shop.made("POST", "/api/auth/refresh")).toHaveLength(1);
		expect(await page.isVisible("#login-dialog")).toBe(false);
	});

	it("is asked to log in again when the session is over, but not when something is forbidden", async () => {
		const visitor = await visit();
		const { page, shop, origin } = visitor;
		await logInAt(visitor, "/orders");
		await page.waitForSelector("#order-list .state");
		await page.route(
			"**/api/orders?*",
			(route) => route.fulfill({ status: 403, json: problem(403, "FORBIDDEN", "x").body }),
			{
				times: 1,
			},
		);
		await page.click("#filters button:has-text('결제 대기')");
		await page.waitForSelector("#order-list:has-text('권한이 없습니다')");
		expect(await page.getAttribute("#session", "data-state")).toBe("signed-in");
		shop.expired = true;
		shop.refreshable = false;
		await page.click("#filters button:has-text('전체')");
		await page.waitForSelector("#login-dialog[open]");
		expect(await textOf(page, "#login-lead")).toContain("로그인이 만료되었습니다");
		expect(await page.getAttribute("#session", "data-state")).toBe("signed-out");
		shop.refreshable = true;
		shop.addOrder({});
		await logIn(page);
		await page.waitForSelector(".order-link");
		expect(page.url()).toBe(`${origin}/orders`);
	});
});

describe("the language", () => {
	it("follows the browser, and the switch from then on", async () => {
		const { page, origin } = await visit({ locale: "en-US" });
		await page.goto(`${origin}/`);
		expect(await page.getAttribute("html", "lang")).toBe("en");
		await page.waitForSelector(".product-price:has-text('₩1,000')");
		await page.click("#language");
		await page.waitForSelector("html[lang=ko]");
		await page.waitForSelector(".product-price:has-text('1,000원')");
		await page.goto(`${origin}/orders`);
		expect(await page.getAttribute("html", "lang")).toBe("ko");
	});
});
