import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { lowContrast } from "../support/contrast.ts";
import { ROOT } from "../support/documents.ts";
import { bodyOf, System, type Facts } from "../support/system.ts";
import { logIn, openVisitor, tabTo, textOf, type Visitor } from "../support/visitor.ts";

const PICTURES = join(ROOT, "test-artifacts");
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 360, height: 740 };
const PROBE = '<img src=x onerror="document.title=1">책';
const SOLD_OUT = { productId: "PROD-TEST-003", amount: 20_000 };

describe("sagas and stories in a real browser", () => {
	const system = new System({ NODE_ENV: "development" });
	let browser: Browser;
	let admin: string;
	let buyer: string;
	const visitors: Visitor[] = [];

	beforeAll(async () => {
		mkdirSync(PICTURES, { recursive: true });
		[browser] = await Promise.all([openBrowser(), system.start()]);
		[admin, buyer] = await Promise.all([system.login("admin", "admin"), system.login()]);
	}, 60_000);
	afterEach(async () => {
		for (const { context } of visitors.splice(0)) await context.close();
	});
	afterAll(async () => {
		await browser.close();
		expect(await system.end()).toEqual({ code: 0, signal: null });
	});

	/** Opens a page and logs in through the dialog. */
	const visitAs = async (path: string, username: string, password: string): Promise<Visitor> => {
		const visitor = await openVisitor(browser, { viewport: WIDE });
		visitors.push(visitor);
		await visitor.page.goto(system.url + path);
		await visitor.page.waitForSelector("#session[data-state=signed-out]");
		if (!(await visitor.page.isVisible("#login-dialog"))) await visitor.page.click("#login-open");
		await logIn(visitor.page, username, password);
		return visitor;
	};
	/** Light and dark, wide and narrow: nothing sticks out, every text can be read. */
	const pictures = async (page: Page, name: string): Promise<void> => {
		for (const colorScheme of ["light", "dark"] as const) {
			await page.emulateMedia({ colorScheme });
			await page.evaluate(styleAnew);
			expect([name, colorScheme, await lowContrast(page)]).toEqual([name, colorScheme, []]);
			for (const viewport of [WIDE, NARROW]) {
				await page.setViewportSize(viewport);
				const width = await page.evaluate(() => document.documentElement.scrollWidth);
				expect([name, width]).toEqual([name, viewport.width]);
				const path = join(PICTURES, `${name}-${colorScheme}-${viewport.width}.jpeg`);
				await page.screenshot({ path, fullPage: true, type: "jpeg", quality: 70 });
			}
			await page.setViewportSize(WIDE);
		}
		await page.emulateMedia({ colorScheme: "light" });
	};
	const scenario = (name: "success" | "failure", body: Facts) =>
		system.platform.ask("POST", `/api/saga/test/${name}`, { body });

	it("lets administrators see all sagas, and tells others why not", async () => {
		const done = bodyOf(await scenario("success", { productId: "PROD-TEST-001" }), 200);
		const { page, complaints } = await visitAs("/sagas?tab=COMPLETED", "user", "password");
		await page.waitForSelector("#gate:has-text('관리자만 볼 수 있는 페이지입니다')");
		expect(await page.isVisible("#content")).toBe(false);
		expect(await page.locator(".site-nav [data-role]:visible").count()).toBe(0);
		await pictures(page, "20-sagas-forbidden");
		await page.click("#gate button");
		await logIn(page, "admin", "admin");
		await page.waitForSelector(`.grid a[href="/sagas/${String(done["sagaId"])}"]`);
		expect(await page.locator(".site-nav a[href='/sagas']").getAttribute("aria-current")).toBe("page");
		expect(await textOf(page, "#count-COMPLETED")).toBe("1");

		// What happens meanwhile appears by itself.
		await page.click("[data-tab=COMPENSATED]");
		await page.waitForSelector("#saga-list:has-text('되돌려진 사가가 없습니다')");
		const undone = bodyOf(await scenario("failure", SOLD_OUT), 200);
		await page.waitForSelector(`.grid a[href="/sagas/${String(undone["sagaId"])}"]`);
		expect(await textOf(page, ".grid tbody")).toContain("재고 예약 실패: 재고 부족");
		expect(await page.locator(".grid th[scope=col]").allInnerTexts()).toHaveLength(6);
		await pictures(page, "21-sagas");

		await page.fill("#saga-order", "<b>");
		await page.keyboard.press("Enter");
		expect(await textOf(page, "#search-error")).toContain("주문번호는 ORD_로 시작하는");
		await page.fill("#saga-order", String(done["orderId"]));
		await page.keyboard.press("Enter");
		await page.waitForSelector(`.grid a[href="/sagas/${String(done["sagaId"])}"]`);
		expect(page.url()).toContain(`order=${String(done["orderId"])}`);
		await page.fill("#saga-order", "ORD_NOBODY_KNOWS");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#saga-list:has-text('이 주문의 사가가 없습니다')");
		for (const target of ["[data-tab=RUNNING]", "#saga-order", "#saga-kind", "#search-clear", "#saga-list button"])
			await tabTo(page, target);
		await page.keyboard.press("Enter");
		await page.waitForSelector("#saga-list:has-text('되돌려진'), .grid");
		expect(complaints).toEqual([]);
	});

	it("shows one saga step by step, and makes the next attempt at once when asked to", async () => {
		await system.fault({ match: { operation: "cancel" }, fault: "error", always: true });
		const running = scenario("failure", SOLD_OUT);
		const sagas = await system.until("/api/saga?status=COMPENSATING", admin, hasWaited);
		const [stuck] = sagas["items"] as readonly { sagaId: string; orderId: string }[];
		const { sagaId, orderId } = stuck ?? { sagaId: "", orderId: "" };
		const { page, complaints } = await visitAs(`/sagas/${sagaId}`, "admin", "admin");
		await page.waitForSelector("#saga-state:has-text('보상 중')");
		expect(await page.locator("#live").getAttribute("data-state")).toBe("live");
		await page.waitForSelector(".axis-row[data-state=trying]:has-text('결제')");
		await page.waitForSelector(".axis-row:has-text('결제') .bar[data-tone=bad]", { state: "attached" });
		await system.twin.ask("DELETE", "/twin/faults");
		await page.click("#retry");
		await page.waitForSelector("#retry-dialog[open]");
		await page.click("#retry-form [type=submit]");
		await page.waitForSelector("#saga-notice:has-text('다시 시도를 요청했습니다'), #retry-alert:not([hidden])");
		// The saga's own next attempt may have come first; then there is nothing to tell of this one.
		const said = (await textOf(page, "#saga-notice")) === "" ? "" : "지금 상태: 보상 완료";
		if (await page.isVisible("#retry-dialog")) await page.keyboard.press("Escape");
		await page.waitForSelector("#saga-state:has-text('보상 완료')", { timeout: 20_000 });
		expect(bodyOf(await running, 200)).toMatchObject({ sagaStatus: "COMPENSATED" });
		expect(await textOf(page, "#saga-notice")).toContain(said);
		expect(await page.isVisible("#retry")).toBe(false);
		expect(await textOf(page, ".axis-row[data-state=failed]")).toContain("재고 예약");
		expect(await textOf(page, ".axis-row:nth-child(2)")).toMatch(/결제\s+되돌림 · \d회 시도/);
		const attempts = await page.locator("#saga-view .grid tbody tr").allInnerTexts();
		expect(attempts[0]).toContain("재고 부족 (INSUFFICIENT_STOCK)");
		expect(attempts.filter((text) => text.includes("응답 없음")).length).toBeGreaterThan(0);
		await page.click(".events summary:has-text('saga.compensating')");
		await page.waitForSelector(".events details[open] pre:has-text('INSUFFICIENT_STOCK')");
		await pictures(page, "22-saga");
		await page.click("#to-payment");
		await page.waitForSelector("#lane-payment[aria-pressed=true]");
		expect(page.url()).toContain(`/orders/${orderId}/story`);
		await page.goto(`${system.url}/sagas/SAG_NOBODY_KNOWS`);
		await page.waitForSelector("#saga-view:has-text('사가를 찾을 수 없습니다')");
		expect(complaints).toEqual([]);
	}, 60_000);

	it("tells a buyer the order's story in plain words while it happens, and an administrator all of it", async () => {
		const orderId = await system.order(buyer, 10_000, { productName: PROBE });
		const { page, complaints } = await visitAs(`/orders/${orderId}`, "user", "password");
		await page.waitForSelector(".station[data-name=PAID][data-state=waiting]");
		const paymentKey = await system.approve(orderId);
		bodyOf(
			await system.platform.ask("POST", "/api/payments/confirm", {
				token: buyer,
				body: { paymentKey, orderId, amount: 10_000 },
			}),
			200,
		);
		await page.waitForSelector(".station[data-name=CONFIRMED][data-state=done]");
		expect(await textOf(page, ".station[data-name=PAID]")).toMatch(/결제 승인\s+완료\s+10,000원/);
		expect(await textOf(page, ".station[data-name=POINTS]")).toContain("+100P");
		expect(await textOf(page, ".order-head h2")).toBe(PROBE);
		await pictures(page, "23-order-progress");
		await page.click("text=모든 기록 보기");
		await page.waitForSelector(".story-entry");
		expect(await textOf(page, "#story-name")).toBe(PROBE);
		expect(await page.locator(".story details, #view-full").count()).toBe(0);
		await pictures(page, "24-story-plain");
		bodyOf(
			await system.platform.ask("POST", `/api/orders/${orderId}/cancel`, { token: buyer, body: { reason: PROBE } }),
			200,
		);
		await page.goto(`${system.url}/orders/${orderId}`);
		await page.waitForSelector(".station[data-name=REFUNDED][data-state=done]");
		expect(await textOf(page, ".station[data-name=REFUNDED]")).toContain("−10,000원");
		expect(await textOf(page, ".station[data-name=CANCELLED]")).toContain(PROBE);
		expect(complaints).toEqual([]);
		await expectFullStory(orderId);
	}, 60_000);

	async function expectFullStory(orderId: string): Promise<void> {
		const { page, complaints } = await visitAs(`/orders/${orderId}/story`, "admin", "admin");
		await page.waitForSelector(".story details");
		const lanes = await page.locator("[id^=lane-]").allInnerTexts();
		for (const lane of ["주문", "결제", "결제사", "포인트", "원장", "사가"]) expect(lanes).toContain(lane);
		await page.click("#lane-provider");
		expect(await textOf(page, ".story")).toMatch(/결제사 호출: 승인 → approved/);
		await page.click(".story-entry:first-child summary");
		await page.waitForSelector(".facts:has-text('keyHash')");
		await page.click("#lane-ledger");
		await page.click(".story-entry:first-child summary");
		await page.waitForSelector(".legs:has-text('checkout:receivable')");
		await page.click("#lane-all");
		await pictures(page, "25-story-full");
		await page.click("#view-plain");
		await page.waitForSelector("#view-plain[aria-pressed=true]");
		expect(await page.locator(".story details").count()).toBe(0);
		expect(await page.title()).toBe("주문의 모든 기록 · PayFlow");
		expect(complaints).toEqual([]);
	}
});

/** Inherited colours may be those of the scheme before, until the browser styles the page anew. */
function styleAnew(): void {
	const { style } = document.documentElement;
	style.display = "none";
	document.body.getBoundingClientRect();
	style.display = "";
}

/** A saga that waits for its next attempt. */
function hasWaited(page: Facts): boolean {
	return (page["items"] as readonly unknown[]).length > 0;
}
