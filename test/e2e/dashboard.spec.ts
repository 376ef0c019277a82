import type { Page } from "playwright-core";
import logging from "../../services/logging/logging.service.ts";
import { EPOCH } from "../support/broker.ts";
import { takePictures, WIDE } from "../support/pictures.ts";
import { System } from "../support/system.ts";
import { logIn, tabTo, textOf, type Visitor } from "../support/visitor.ts";
import { visits } from "../support/visits.ts";
import { commitWorkedExample } from "../support/worked-example.ts";
import { startGateway, type GatewayBed } from "../integration/api/gateway-bed.ts";

const PROBE = '<img src=x onerror="document.title=1">책';
const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;

const visit = visits({ viewport: WIDE });

/** What the table behind a chart says, cell by cell. */
const tableOf = (page: Page, name: string): Promise<string[][]> =>
	page.$$eval(`#table-${name} tbody tr`, (rows) =>
		rows.map((row) => [...row.children].map((cell) => cell.textContent)),
	);
/** What the chart has been given to draw. */
const drawnIn = (page: Page, name: string) =>
	page.evaluate((chart) => {
		const library = (globalThis as unknown as { Chart: { getChart(canvas: unknown): { data: Drawn } | undefined } })
			.Chart;
		const data = library.getChart(document.querySelector(`#chart-${chart} canvas`))?.data;
		return { labels: data?.labels, values: data?.datasets.map((dataset) => dataset.data) };
	}, name);
interface Drawn {
	readonly labels: readonly string[];
	readonly datasets: readonly { readonly data: readonly number[] }[];
}

describe("the figures of the dashboard", () => {
	let bed: GatewayBed;
	beforeAll(async () => {
		bed = await startGateway({ services: [logging], without: ["logging"], clock: "virtual" });
		await commitWorkedExample(bed.platform.runtime.store, EPOCH);
		await bed.platform.advance(2 * HOUR_MS);
		await bed.platform.drained();
	});
	afterAll(() => bed.stop());

	it("are those of the worked example, as charts and as tables, for everybody while the log is public", async () => {
		const { page, complaints } = await visit(`${bed.origin}/logs/dashboard`);
		await page.waitForFunction(() => document.querySelector("#figure-total")?.textContent === "10");
		const cards = ["total", "failed", "rate", "mean", "p95"].map((name) => textOf(page, `#figure-${name}`));
		expect(await Promise.all(cards)).toEqual(["10", "2", "77.8%", "217.5ms", "800ms"]);
		const hours = await tableOf(page, "hourly");
		expect(hours).toHaveLength(25);
		expect(hours.slice(-3)).toEqual([
			["2030-01-07 09:00", "4"],
			["2030-01-07 10:00", "6"],
			["2030-01-07 11:00", "0"],
		]);
		expect((await tableOf(page, "types")).slice(0, 3)).toEqual([
			["order.created", "2"],
			["payment.created", "2"],
			["order.confirmed", "1"],
		]);
		expect(await tableOf(page, "rates")).toEqual([
			["order", "75.0%"],
			["payment", "75.0%"],
			["stage", "100.0%"],
		]);
		expect(await tableOf(page, "times")).toEqual([
			["order", "80.0", "120.0"],
			["payment", "300.0", "800.0"],
		]);
		expect(await drawnIn(page, "rates")).toEqual({ labels: ["order", "payment", "stage"], values: [[75, 75, 100]] });
		expect(await drawnIn(page, "times")).toEqual({
			labels: ["order", "payment"],
			values: [
				[80, 300],
				[120, 800],
			],
		});
		expect((await drawnIn(page, "hourly")).values?.[0]?.slice(-3)).toEqual([4, 6, 0]);
		await takePictures(page, "30-dashboard-figures");
		expect(complaints).toEqual([]);
	});

	it("can be read without seeing the charts, used without a mouse, and follow the chosen hours", async () => {
		const { page, complaints } = await visit(`${bed.origin}/logs/dashboard?hours=1`);
		await page.waitForSelector("#figures:not([aria-busy])");
		expect(await textOf(page, "#figure-total")).toBe("6");
		for (const target of ["[data-hours='6']", "#refresh", "#chart-hourly .chart-toggle"]) await tabTo(page, target);
		await page.keyboard.press("Enter");
		await page.waitForSelector("#table-hourly table:visible");
		expect(await page.isVisible("#chart-hourly canvas")).toBe(false);
		await page.click("[data-hours='72']");
		await page.waitForFunction(() => document.querySelector("#figure-total")?.textContent === "10");
		expect(page.url()).toContain("hours=72");
		await page.fill("#search-id", "<b>");
		await page.keyboard.press("Enter");
		expect(await textOf(page, "#search-error")).toContain("번호는 영문, 숫자");
		await page.fill("#search-id", "NOBODY_KNOWS");
		await page.keyboard.press("Enter");
		await page.waitForSelector("#found:has-text('이 번호로 기록된 것이 없습니다')");
		await page.selectOption("#filter-status", "FAILED");
		await page.waitForFunction(() => document.querySelectorAll("#stream li").length === 2);
		await page.selectOption("#filter-service", "stage");
		await page.waitForSelector("#stream-empty:has-text('최근 이벤트 없음')");
		await page.route("**/api/logs/dashboard/metrics*", (route) => route.fulfill({ status: 503, body: "{}" }));
		await page.click("#refresh");
		await page.waitForSelector("#figures-alert:has-text('로그를 불러오지 못했습니다')");
		await page.unroute("**/api/logs/dashboard/metrics*");
		await page.click("#figures-alert button");
		await page.waitForSelector("#figures-alert", { state: "hidden" });
		expect(complaints).toEqual([]);
	});
});

describe("the dashboard of a running system", () => {
	const system = new System({ NODE_ENV: "development", LOGS_PUBLIC: "false" });
	let buyer: string;
	beforeAll(async () => {
		await system.start();
		buyer = await system.login();
	}, 60_000);
	afterAll(async () => {
		await system.end();
	});

	const visitAs = async (path: string, username: string, password: string): Promise<Visitor> => {
		const visitor = await visit(system.url + path);
		await visitor.page.waitForSelector("#login-dialog");
		await logIn(visitor.page, username, password);
		return visitor;
	};
	const shownIds = (page: Page): Promise<(string | undefined)[]> =>
		page.$$eval("#stream li", (rows) => rows.map((row) => (row as HTMLElement).dataset["eventId"]));

	it("shows a purchase within a second, and misses nothing over a pause and a restart of the server", async () => {
		const { page, complaints } = await visitAs("/logs/dashboard", "user", "password");
		await page.waitForSelector("#gate:has-text('관리자만 볼 수 있는 페이지입니다')");
		await page.click("#gate button");
		await logIn(page, "admin", "admin");
		await page.waitForSelector("#live[data-state=live]");
		const { orderId } = await system.purchase(buyer);
		const paidAt = Date.now();
		await page.waitForSelector(`#stream li[data-event-id^="order:${orderId}:"] code:text-is("order.confirmed")`);
		expect(Date.now() - paidAt).toBeLessThan(SECOND_MS);

		await page.click("#stream-pause");
		const whilePaused = await system.order(buyer);
		expect(await textOf(page, "#live")).toBe("멈춤");
		expect((await shownIds(page)).filter((id) => id?.includes(whilePaused))).toEqual([]);
		await page.click("#stream-pause");
		await page.waitForSelector(`#stream li[data-event-id="order:${whilePaused}:1"]`);

		await system.kill();
		await page.waitForSelector("#live[data-state=trouble]");
		await system.start();
		const token = await system.login();
		const after = await system.order(token);
		await page.waitForSelector(`#stream li[data-event-id="order:${after}:1"]`, { timeout: 20_000 });
		await page.waitForSelector("#live[data-state=live]");
		const ids = await shownIds(page);
		expect(new Set(ids).size).toBe(ids.length);
		for (const id of [orderId, whilePaused, after]) expect(ids).toContain(`order:${id}:1`);
		expect(complaints.filter((text) => !text.includes("net::ERR"))).toEqual([]);
	}, 90_000);

	it("goes from an order to its trace and to every state of its payment, and shows text as text", async () => {
		const token = await system.login();
		const orderId = await system.order(token, 10_000, { productName: PROBE });
		const paymentKey = await system.approve(orderId);
		await system.platform.ask("POST", "/api/payments/confirm", {
			token,
			body: { paymentKey, orderId, amount: 10_000 },
		});
		const { page, complaints } = await visitAs(`/logs/dashboard?id=${orderId}`, "admin", "admin");
		await page.waitForSelector("#travel-state:has-text('CONFIRMED')");
		expect(await textOf(page, ".travel-facts")).toContain(PROBE);
		await page.click("[data-match=payment]");
		await page.waitForSelector("#travel-state:has-text('승인 완료 · APPROVED')");
		await takePictures(page, "31-dashboard-travel", "#found");
		const states: string[] = [];
		await page.focus("#travel-slider");
		await page.keyboard.press("Home");
		for (const sequence of [1, 2, 3]) {
			await page.waitForSelector(`.travel-place:has-text("${sequence}번째 이벤트")`);
			const expected = ["PENDING", "APPROVING", "APPROVED"][sequence - 1] ?? "";
			await page.waitForSelector(`#travel-state:has-text("· ${expected}")`);
			states.push((await textOf(page, "#travel-state")).split(" · ")[1] ?? "");
			await page.keyboard.press("ArrowRight");
		}
		expect(states).toEqual(["PENDING", "APPROVING", "APPROVED"]);

		expect(await page.locator("[data-match=trace]").allInnerTexts()).toEqual(["흐름 1", "흐름 2"]);
		await page.click("[data-match=trace] >> nth=1");
		await page.waitForSelector(".trace-row summary:has-text('order.confirmed')");
		await page.click("[data-match=trace] >> nth=0");
		await page.waitForSelector(".trace-row");
		const summary = await textOf(page, ".trace .small-print");
		expect(summary).toMatch(/서비스 \d+개, 이벤트 \d+건/);
		await page.click(".trace-row summary:has-text('order.created')");
		expect(await textOf(page, ".trace-row:has-text('order.created') pre")).toContain("orderId");
		await takePictures(page, "32-dashboard-trace", "#found");
		await page.click(".trace-row details[open] button");
		await page.waitForSelector(".travel-place:has-text('1번째 이벤트')");
		expect(await page.title()).toBe("로그 분석 대시보드 · PayFlow");
		expect(await page.locator("img[src=x]").count()).toBe(0);
		expect(complaints).toEqual([]);
	}, 60_000);
});
