import { problem } from "./fake-shop.ts";
import type { Visit } from "./visit.ts";
import { choose, logIn, logInAt, result, textOf, useBrowser } from "./visit.ts";

const { visit } = useBrowser();

async function orderedBy(visitor: Visit): Promise<string> {
	const { orderId } = visitor.shop.addOrder({});
	await logInAt(visitor, "/fail");
	return `${visitor.origin}/success?paymentKey=key_1&orderId=${orderId}&amount=5000`;
}

/** Lets the page's timers run, two seconds at a time, until the result is there. */
async function letTimePass({ page }: Visit, state: string): Promise<number> {
	for (let seconds = 0; seconds <= 120; seconds += 2) {
		if ((await page.getAttribute("#result", "data-state")) === state) return seconds;
		await page.clock.runFor(2000);
		await page.evaluate(() => fetch("/favicon-probe"));
	}
	throw new Error(`The result never became ${state}`);
}

describe("the page after an approval", () => {
	it("shows a decline with its reason as text, and a way to try again", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		const address = await orderedBy(visitor);
		const probe = "<b onclick=alert(1)>한도 초과</b>";
		shop.confirms = [problem(402, "PAYMENT_DECLINED", probe)];
		await page.goto(address);
		await result(page, "failed");
		expect(await textOf(page, "#result-title")).toBe("결제 승인 실패");
		expect(await page.locator("#result-reason").textContent()).toBe(probe);
		expect(await page.locator("#result-actions a").first().getAttribute("href")).toBe("/");
		expect(await textOf(page, "#result-reference")).toContain("COR_test");
		expect(page.url()).not.toContain("key_1");
	});

	it("asks every two seconds while the approval is not known", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		const address = await orderedBy(visitor);
		const [order] = shop.orders;
		shop.confirms = [{ status: 202, body: { status: "APPROVING" } }];
		shop.approvingLooks = 2;
		shop.payments.set(String(order?.orderId), {
			...shop.payments.get(String(order?.orderId)),
			status: "APPROVED",
			method: "카드",
		});
		Object.assign(order ?? {}, { status: "CONFIRMED" });
		await page.clock.install();
		await page.goto(address);
		await result(page, "polling");
		expect(await textOf(page, "#result-title")).toBe("결제 확인 중");
		expect(await letTimePass(visitor, "done")).toBeGreaterThanOrEqual(6);
		expect(shop.made("POST", "/api/payments/confirm")).toHaveLength(1);
		expect(shop.made("GET", `/api/payments/${String(order?.orderId)}`)).toHaveLength(3);
	});

	it("promises to finish it after a minute without an answer", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		const address = await orderedBy(visitor);
		shop.confirms = [{ status: 202, body: { status: "APPROVING" } }];
		shop.approvingLooks = 1000;
		await page.clock.install();
		await page.goto(address);
		await result(page, "polling");
		const seconds = await letTimePass(visitor, "later");
		expect(seconds).toBeGreaterThanOrEqual(60);
		expect(await textOf(page, "#result-text")).toContain("다시 결제하지 마시고");
	});

	it("waits until a paid order is confirmed", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		const address = await orderedBy(visitor);
		shop.paidLooks = 3;
		await page.clock.install();
		await page.goto(address);
		await result(page, "polling");
		expect(await textOf(page, "#result-title")).toBe("주문을 확정하고 있습니다");
		await letTimePass(visitor, "done");
		expect(await textOf(page, "#result-title")).toBe("결제 완료");
		expect(shop.made("POST", "/api/payments/confirm")).toHaveLength(1);
	});

	it("says that the money went back when the order could not be confirmed, and why; also after a reload", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		const address = await orderedBy(visitor);
		const [order] = shop.orders;
		const orderId = String(order?.orderId);
		const approved = { ...shop.payments.get(orderId), status: "APPROVED", approvedAt: "2025-06-10T03:04:05.000Z" };
		shop.confirms = [{ status: 200, body: approved }];
		shop.payments.set(orderId, { ...approved, status: "CANCELLED", cancelReason: "OUT_OF_STOCK" });
		Object.assign(order ?? {}, { status: "CANCELLED" });
		shop.paidLooks = 1;
		await page.goto(address);
		for (let look = 0; look < 2; look++) {
			await result(page, "failed");
			expect(await textOf(page, "#result-title")).toBe("주문이 취소되고 환불되었습니다");
			expect(await textOf(page, "#result-reason")).toBe("결제하시는 사이에 재고가 모두 팔렸습니다.");
			await page.reload();
		}
	});

	it("promises confirmation or refund when the order stays open for a minute", async () => {
		const visitor = await visit();
		const address = await orderedBy(visitor);
		visitor.shop.paidLooks = 1_000;
		await visitor.page.clock.install();
		await visitor.page.goto(address);
		expect(await letTimePass(visitor, "later")).toBeGreaterThanOrEqual(60);
		expect(await textOf(visitor.page, "#result-text")).toContain("전액을 자동으로 돌려드립니다");
	});

	it("never calls a payment failed that went through behind a lost answer", async () => {
		const visitor = await visit();
		const address = await orderedBy(visitor);
		visitor.shop.confirms = ["drop"];
		await visitor.page.goto(address);
		await result(visitor.page, "done");
	});

	it("repeats a request that got no answer with the same key", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		const address = await orderedBy(visitor);
		const keys: (string | undefined)[] = [];
		await page.route("**/api/payments/confirm", async (route) => {
			keys.push(route.request().headers()["idempotency-key"]);
			if (keys.length < 3) await route.abort("connectionreset");
			else await route.continue();
		});
		await page.goto(address);
		await result(page, "done");
		expect(keys).toHaveLength(3);
		expect(new Set(keys).size).toBe(1);
		expect(shop.made("POST", "/api/payments/confirm")).toHaveLength(1);
	});

	it("asks for a log-in and then goes on with the same payment", async () => {
		const { page, shop, origin } = await visit();
		const { orderId } = shop.addOrder({});
		await page.goto(`${origin}/success?paymentKey=key_1&orderId=${orderId}&amount=5000`);
		await page.waitForSelector("#login-dialog[open]");
		expect(shop.made("POST", "/api/payments/confirm")).toHaveLength(0);
		await page.keyboard.press("Escape");
		await page.click("#result-actions button:has-text('로그인')");
		await logIn(page);
		await result(page, "done");
		expect(shop.made("POST", "/api/payments/confirm")[0]?.body).toEqual({
			paymentKey: "key_1",
			orderId,
			amount: 5000,
		});
	});

	it("goes on after the session ended during the payment", async () => {
		const visitor = await visit();
		const { page, shop } = visitor;
		await logInAt(visitor, "/");
		await choose(visitor, "code-review");
		await page.click("#pay");
		await page.waitForSelector("#window");
		shop.refreshable = false;
		await page.click("#window-approve");
		await page.waitForSelector("#login-dialog[open]");
		shop.refreshable = true;
		await logIn(page);
		await result(page, "done");
		expect(shop.made("POST", "/api/payments/confirm")).toHaveLength(1);
	});

	it.each(["", "?orderId=ORD_1&amount=5000", "?paymentKey=k&orderId=ORD_1&amount=-1", "?paymentKey=k&amount=1"])(
		"asks nothing of the server without a whole payment: %s",
		async (query) => {
			const { page, shop, origin } = await visit();
			await page.goto(`${origin}/success${query}`);
			await result(page, "failed");
			expect(await textOf(page, "#result-title")).toBe("결제 정보를 찾을 수 없습니다");
			expect(shop.calls).toEqual([]);
		},
	);
});

describe("the page after a refusal", () => {
	it("says why in its own words, shows the code small and the order's state", async () => {
		const visitor = await visit();
		const { page, origin, complaints } = visitor;
		await logInAt(visitor, "/");
		await choose(visitor, "code-review");
		await page.click("#pay");
		await page.click("#window-decline");
		await page.waitForSelector("#order-state:not([hidden])");
		expect(page.url().startsWith(`${origin}/fail`)).toBe(true);
		expect(await textOf(page, "#result-title")).toBe("결제 실패");
		expect(await textOf(page, "#fail-message")).toContain("카드사에서 승인을 거절했습니다");
		expect(await textOf(page, "#fail-code")).toBe("오류 코드 REJECT_CARD_COMPANY");
		expect(await textOf(page, "#order-state")).toContain("결제 대기");
		await page.click("text=다시 시도하기");
		await page.waitForSelector(".product.is-chosen[data-product=code-review]");
		expect(complaints).toEqual([]);
	});

	it("still knows the order of a buyer who cancelled, whose id the provider does not send", async () => {
		const visitor = await visit();
		const { page, shop, origin } = visitor;
		await logInAt(visitor, "/");
		await choose(visitor, "code-review");
		await page.click("#pay");
		await page.waitForSelector("#window");
		await page.goto(`${origin}/fail?code=PAY_PROCESS_CANCELED&message=x`);
		await page.waitForSelector("#order-state:has-text('결제 대기')");
		const address = `/orders/${String(shop.orders[0]?.orderId)}`;
		expect(await page.locator("#result-actions a").last().getAttribute("href")).toBe(address);
	});

	it("shows an unknown message as text, cut to 200 characters", async () => {
		const { page, origin, complaints } = await visit();
		const probe = `<img src=x onerror=alert(1)>${"가".repeat(300)}`;
		await page.goto(`${origin}/fail?code=NEW_CODE&message=${encodeURIComponent(probe)}`);
		expect(await page.locator("#fail-message").textContent()).toBe(probe.slice(0, 200));
		expect(await page.locator("main img").count()).toBe(0);
		expect(complaints).toEqual([]);
	});
});
