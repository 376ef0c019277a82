import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { ROOT } from "../support/documents.ts";
import { expectStory } from "../support/story.ts";
import { System, type Facts } from "../support/system.ts";
import { logIn, openVisitor, result, tabTo, textOf, type Visitor } from "../support/visitor.ts";

const PICTURES = join(ROOT, "test-artifacts");
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

describe("a purchase in a real browser", () => {
	const system = new System({ NODE_ENV: "development" });
	let browser: Browser;
	let admin: string;
	const visitors: Visitor[] = [];

	beforeAll(async () => {
		mkdirSync(PICTURES, { recursive: true });
		[browser] = await Promise.all([openBrowser(), system.start()]);
		admin = await system.login("admin", "admin");
	}, 60_000);
	afterEach(async () => {
		for (const { context } of visitors.splice(0)) await context.close();
	});
	afterAll(async () => {
		await browser.close();
		expect(await system.end()).toEqual({ code: 0, signal: null });
	});

	const visit = async (options: Parameters<typeof openVisitor>[1] = {}): Promise<Visitor> => {
		const visitor = await openVisitor(browser, { viewport: WIDE, ...options });
		visitors.push(visitor);
		return visitor;
	};
	/** The page at both widths; nothing may stick out on a phone. */
	const picture = async (page: Page, name: string): Promise<void> => {
		await page.waitForFunction(() => document.querySelector("#session")?.getAttribute("data-state") !== "unknown");
		await page.screenshot({ path: join(PICTURES, `${name}-1280.png`) });
		await page.setViewportSize(NARROW);
		expect([name, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([name, NARROW.width]);
		const fullPage = await page.evaluate(() => document.documentElement.scrollHeight < 2_000);
		await page.screenshot({ path: join(PICTURES, `${name}-360.png`), fullPage });
		await page.setViewportSize(WIDE);
	};
	/** Chooses as somebody who is not logged in, and logs in through the dialog that opens. */
	const choose = async (page: Page, productId = "code-review", username = "user", password = "password") => {
		await page.goto(`${system.url}/`);
		await page.click(`[data-product="${productId}"] button`);
		await page.waitForSelector("#login-dialog[open]");
		await logIn(page, username, password);
		await filled(page);
	};
	const filled = (page: Page) =>
		page.waitForFunction(() => (document.querySelector("#buyer-email") as HTMLInputElement).value !== "");
	/** Presses 결제하기 and waits for the provider's window. */
	const pay = async (page: Page): Promise<string> => {
		await page.click("#pay");
		await page.waitForURL(`${system.twinUrl}/v1/payments/*/checkout`);
		return textOf(page, ".order-id span");
	};
	const decide = (page: Page, choice: string) => page.click(`button[name=choice][value=${choice}]`);
	const orderIdOf = (page: Page): string => new URL(page.url()).searchParams.get("order") ?? "";
	const order = (orderId: string): Promise<Facts> => system.read(`/api/orders/${orderId}`, admin);

	it("goes from the shop through the provider's window to a confirmed order, every step on record", async () => {
		const { page, complaints, failedLoads } = await visit();
		await page.goto(`${system.url}/`);
		await page.waitForSelector("[data-product]");
		await picture(page, "1-shop");
		await page.click('[data-product="code-review"] button');
		await page.waitForSelector("#login-dialog[open]");
		await picture(page, "2-login");
		const ordered = page.waitForRequest(
			(request) => request.method() === "POST" && request.url().endsWith("/api/orders"),
		);
		await logIn(page);
		await filled(page);
		await picture(page, "3-chosen");
		const orderId = await pay(page);
		expect(await textOf(page, ".amount")).toBe("5,000원");
		expect(await page.locator(".method").allInnerTexts()).toEqual(["카드", "간편결제"]);
		await picture(page, "4-window");
		await decide(page, "approve");
		await result(page, "done");
		expect(await textOf(page, "#result-title")).toBe("결제 완료");
		const rows = await textOf(page, "#result-rows");
		for (const words of [orderId, "코드 리뷰 서비스", "5,000원", "카드", "승인 완료"]) expect(rows).toContain(words);
		expect(page.url()).toBe(`${system.url}/success?order=${orderId}`);
		await picture(page, "5-paid");
		await page.goto(`${system.url}/orders`);
		await page.waitForSelector(`.order-row:has(a[href$="${orderId}"]) :text("주문 확정")`);
		await picture(page, "6-orders");
		await page.click(`a[href$="${orderId}"]`);
		await page.waitForSelector(".timeline");
		await picture(page, "7-order");
		expect({ complaints, failedLoads }).toEqual({ complaints: [], failedLoads: [] });

		const { "x-correlation-id": correlationId = "" } = (await ordered).headers();
		await expectStory(system, admin, { correlationId, orderId });
		expect(await order(orderId)).toMatchObject({ status: "CONFIRMED", amount: 5_000 });
		const { charges } = await system.books(orderId);
		expect(charges).toMatchObject([{ orderId, amount: 5_000 }]);
	});

	it("shows the card company's refusal and keeps the order open for another try", async () => {
		const { page, complaints } = await visit();
		await choose(page);
		const orderId = await pay(page);
		await decide(page, "decline");
		await page.waitForURL(`${system.url}/fail?**`);
		expect(await textOf(page, "h1")).toBe("결제 실패");
		expect(await textOf(page, "#fail-message")).toContain("카드사에서 승인을 거절했습니다");
		await page.waitForSelector("#order-state:has-text('결제 대기')");
		await picture(page, "8-declined");
		expect(await order(orderId)).toMatchObject({ status: "PENDING" });
		expect(complaints).toEqual([]);
	});

	it("shows 결제 승인 실패 when the approval itself is refused, and the order as failed", async () => {
		const { page, complaints } = await visit();
		await choose(page);
		const orderId = await pay(page);
		await page.click("summary");
		await page.selectOption("#fault", "limit");
		await decide(page, "approve");
		await result(page, "failed");
		expect(await textOf(page, "#result-title")).toBe("결제 승인 실패");
		expect(await textOf(page, "#result-reason")).toBe("한도 초과 또는 잔액 부족으로 승인되지 않았습니다.");
		await picture(page, "9-refused");
		await page.click(`a[href$="/orders/${orderId}"]`);
		await page.waitForSelector(".order-head :text('결제 실패')");
		await page.waitForSelector("button:has-text('다시 주문하기')");
		expect(await textOf(page, "#order-view")).not.toContain("REJECT_CARD_PAYMENT");
		await picture(page, "10-failed-order");
		expect(await order(orderId)).toMatchObject({ status: "FAILED" });
		expect((await system.books(orderId)).charges).toEqual([]);
		expect(complaints).toEqual([]);
	});

	it("keeps the order when the buyer closes the window, and pays that same order at the second try", async () => {
		const { page, complaints, failedLoads } = await visit();
		await choose(page);
		const orderId = await pay(page);
		await decide(page, "close");
		await page.waitForURL(`${system.url}/fail?**`);
		expect(await textOf(page, "h1")).toBe("결제 취소됨");
		await page.waitForSelector("#order-state:has-text('결제 대기')");
		await picture(page, "11-closed");
		expect(await order(orderId)).toMatchObject({ status: "PENDING" });
		await page.click("#result-actions .button-primary");
		await page.waitForSelector("#pay:visible");
		await filled(page);
		expect(await pay(page)).toBe(orderId);
		await decide(page, "approve");
		await result(page, "done");
		expect(orderIdOf(page)).toBe(orderId);
		expect((await system.books(orderId)).charges).toHaveLength(1);
		expect({ complaints, failedLoads }).toEqual({ complaints: [], failedLoads: [] });
	});

	it("says honestly that the goods were sold meanwhile, and gives the money back", async () => {
		const { page, complaints } = await visit();
		await choose(page, "database-tuning");
		const orderId = await pay(page);
		const { available } = await system.read("/api/inventory/database-tuning", admin);
		const sold = { token: admin, body: { delta: -Number(available) } };
		expect((await system.platform.ask("PATCH", "/api/inventory/database-tuning", sold))?.status).toBe(200);
		await decide(page, "approve");
		await result(page, "failed");
		expect(await textOf(page, "#result-title")).toBe("주문이 취소되고 환불되었습니다");
		expect(await textOf(page, "#result-reason")).toBe("결제하시는 사이에 재고가 모두 팔렸습니다.");
		await picture(page, "13-refunded");
		const { charges, refunds } = await system.books(orderId);
		expect(refunds.map(({ amount }) => amount)).toEqual(charges.map(({ amount }) => amount));
		expect(charges).toHaveLength(1);
		expect(await order(orderId)).toMatchObject({ status: "CANCELLED" });
		await page.goto(`${system.url}/`);
		await page.click('[data-product="database-tuning"] button');
		await filled(page);
		await page.click("#pay");
		await page.waitForSelector(":text('재고가 부족합니다.')");
		expect(complaints).toEqual([]);
	});

	it("charges once however often the page of the approval is opened again", async () => {
		const { page } = await visit();
		await choose(page);
		const orderId = await pay(page);
		const approval = page.waitForRequest((request) => request.url().startsWith(`${system.url}/success?`));
		await decide(page, "approve");
		const address = (await approval).url();
		await result(page, "done");
		await page.reload();
		await result(page, "done");
		for (let visitNumber = 0; visitNumber < 2; visitNumber++) {
			await page.goto(address);
			await result(page, "done");
			expect(page.url()).toBe(`${system.url}/success?order=${orderId}`);
		}
		await page.goBack();
		expect((await system.books(orderId)).charges).toHaveLength(1);
	});

	it("speaks English from the shop to the receipt", async () => {
		const { page, complaints } = await visit({ locale: "en-US" });
		await page.goto(`${system.url}/?lang=ko`);
		await page.click("#language");
		await page.waitForSelector("html[lang=en]");
		await page.click('[data-product="cloud-hosting"] button');
		await page.waitForSelector("#login-dialog[open]");
		await logIn(page);
		await filled(page);
		expect(await textOf(page, "#pay")).toBe("Pay ₩10,000");
		await picture(page, "12-english");
		await pay(page);
		await decide(page, "approve");
		await result(page, "done");
		expect(await textOf(page, "#result-title")).toBe("Payment complete");
		expect(await textOf(page, "#result-rows")).toMatch(/₩10,000[^]*Card[^]*Approved/);
		expect(complaints).toEqual([]);
	});

	it("can be done with the keyboard alone, the provider's window too", async () => {
		const { page, complaints } = await visit();
		await page.goto(`${system.url}/`);
		await page.waitForSelector("[data-product]");
		await tabTo(page, '[data-product="code-review"] button');
		await page.keyboard.press("Enter");
		await page.waitForSelector("#login-dialog[open]");
		expect(await page.evaluate(() => document.activeElement?.id)).toBe("login-username");
		await page.keyboard.type("user");
		await tabTo(page, "#login-password");
		await page.keyboard.type("password");
		await page.keyboard.press("Enter");
		await filled(page);
		await tabTo(page, "#pay");
		await page.keyboard.press("Enter");
		await page.waitForURL(`${system.twinUrl}/v1/payments/*/checkout`);
		await tabTo(page, "input[name=method]");
		await page.keyboard.press("ArrowRight");
		await tabTo(page, "button[value=approve]");
		await page.keyboard.press("Enter");
		await result(page, "done");
		expect(await textOf(page, "#result-rows")).toContain("간편결제");
		expect(complaints).toEqual([]);
	});

	it("asks somebody whose login ended on the way to log in again, and goes on where they were", async () => {
		const password = "correct horse battery";
		const { token } = await system.member("sleepy", password);
		const { page, complaints } = await visit();
		await choose(page, "code-review", "sleepy", password);
		await logOutEverywhere(token);
		await page.click("#pay");
		await page.waitForSelector("#login-dialog[open]");
		await logIn(page, "sleepy", password);
		const orderId = await pay(page);
		await logOutEverywhere(await system.login("sleepy", password));
		await decide(page, "approve");
		await page.waitForSelector("#login-dialog[open]");
		expect((await system.books(orderId)).charges).toEqual([]);
		await logIn(page, "sleepy", password);
		await result(page, "done");
		expect((await system.books(orderId)).charges).toHaveLength(1);
		expect(complaints).toEqual([]);
	});

	async function logOutEverywhere(token: string): Promise<void> {
		const { status } = await fetch(`${system.url}/api/auth/logout-all`, {
			method: "POST",
			headers: { authorization: `Bearer ${token}` },
		});
		expect(status).toBe(204);
	}

	it("lets a newcomer sign up in the dialog and buy", async () => {
		const { page, complaints, failedLoads } = await visit();
		await page.goto(`${system.url}/`);
		await page.click('[data-product="premium-dev-tools"] button');
		await page.click("#login-dialog [data-switch]");
		await page.waitForSelector("#signup-dialog[open]");
		expect(await page.evaluate(() => document.activeElement?.id)).toBe("signup-username");
		await page.fill("#signup-username", "newcomer");
		await page.fill("#signup-email", "newcomer@example.com");
		await page.fill("#signup-password", "correct horse battery");
		await page.click("#signup-form [type=submit]");
		await filled(page);
		expect(await textOf(page, "#session-name")).toBe("newcomer");
		await pay(page);
		await decide(page, "approve");
		await result(page, "done");
		expect(await order(orderIdOf(page))).toMatchObject({ amount: 1_000, customerEmail: "newcomer@example.com" });
		expect({ complaints, failedLoads }).toEqual({ complaints: [], failedLoads: [] });
	});
});
