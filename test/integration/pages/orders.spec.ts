import { logIn, logInAt, textOf, useBrowser } from "./visit.ts";

const { visit } = useBrowser();

describe("my orders", () => {
	it("asks for a log-in, then lists orders page by page with their states in words", async () => {
		const { page, shop, origin } = await visit();
		for (let count = 0; count < 25; count++) shop.addOrder({ status: count % 2 === 0 ? "PENDING" : "CONFIRMED" });
		await page.goto(`${origin}/orders`);
		await page.click("#order-list button:has-text('로그인')");
		await logIn(page);
		await page.waitForSelector(".order-link");
		expect(await page.locator(".order-link").count()).toBe(20);
		expect(await textOf(page, ".order-row:nth-child(1) .badge")).toBe("결제 대기");
		await page.click("#more");
		await page.waitForFunction(() => document.querySelectorAll(".order-link").length === 25);
		expect(await page.isVisible("#more")).toBe(false);
		await page.click("#filters button:has-text('주문 확정')");
		await page.waitForFunction(() => document.querySelectorAll(".order-link").length === 12);
		await page.click("#filters button:has-text('주문 취소')");
		await page.waitForSelector("#order-list:has-text('이 상태의 주문이 없습니다')");
	});

	it("cancels an order with a reason and shows it in the history", async () => {
		const visitor = await visit();
		const { page, shop, complaints } = visitor;
		const { orderId } = shop.addOrder({ orderName: "<i>책</i>", status: "CONFIRMED" });
		await logInAt(visitor, `/orders/${orderId}`);
		await page.click("#order-view button:has-text('주문 취소')");
		expect(await textOf(page, "#cancel-lead")).toContain("5,000원 전액이");
		await page.click("#cancel-form [type=submit]");
		expect(await textOf(page, "#cancel-reason-error")).toBe("취소 사유를 입력해 주세요.");
		await page.fill("#cancel-reason", "<b>마음이 바뀜</b>");
		await page.click("#cancel-form [type=submit]");
		await page.waitForSelector("#order-notice:has-text('주문을 취소했습니다')");
		await page.waitForSelector(".timeline li:nth-child(3)");
		expect(await textOf(page, ".timeline li:nth-child(1) strong")).toBe("주문을 접수했습니다");
		expect(await textOf(page, ".timeline li:nth-child(3)")).toContain("<b>마음이 바뀜</b>");
		expect(await textOf(page, ".order-head h2")).toBe("<i>책</i>");
		expect(shop.made("POST", `/api/orders/${orderId}/cancel`)[0]?.body).toEqual({ reason: "<b>마음이 바뀜</b>" });
		expect(complaints).toEqual([]);
	});

	it("goes on to pay for an open order, and orders again what failed", async () => {
		const visitor = await visit();
		const { page, shop, origin } = visitor;
		const open = shop.addOrder({});
		const failed = shop.addOrder({ status: "FAILED", failureReason: "한도 초과" });
		await logInAt(visitor, `/orders/${open.orderId}`);
		await page.click("text=이어서 결제하기");
		await page.waitForSelector("#window");
		expect(await page.evaluate("window.lastRequest.orderId")).toBe(open.orderId);
		await page.click("#window-close");
		await page.waitForSelector("#order-notice:has-text('주문은 그대로')");
		await page.goto(`${origin}/orders/${failed.orderId}`);
		await page.click("text=다시 주문하기");
		await page.waitForSelector("#window");
		expect(shop.orders[0]?.orderId).not.toBe(failed.orderId);
		expect(await page.evaluate("window.lastRequest.orderId")).toBe(shop.orders[0]?.orderId);
		expect(shop.made("POST", "/api/orders")[0]?.body["items"]).toEqual([{ productId: "code-review", quantity: 1 }]);
	});

	it("says that a stranger's order is not there", async () => {
		const visitor = await visit();
		await logInAt(visitor, "/orders/ORD_UNKNOWN_ORDER");
		await visitor.page.waitForSelector("#order-view:has-text('주문을 찾을 수 없습니다')");
	});
});
