import type { Browser, Page } from "playwright-core";
import type { Examination } from "../../../services/doctor/contract.ts";
import { openBrowser } from "../../support/browser.ts";
import { startPageServer, type ApiCall, type ApiReply, type PageServer } from "../../support/page-server.ts";
import { logIn } from "./visit.ts";

const AT = "2030-01-07T00:00:00.000Z";
const CHECKS = ["rows", "ledger", "stock", "points", "figures", "deliveries", "sagas", "purchases"] as const;
const examination = (status: Examination["status"], changes: Partial<Examination> = {}): Examination => ({
	examinationId: "EXM_1",
	status,
	startedAt: AT,
	endedAt: status === "RUNNING" ? null : AT,
	durationMs: status === "RUNNING" ? null : 1_240,
	hasProviderBooks: true,
	looks: 1,
	checks: CHECKS.map((check) => ({ check, status: "DONE", done: 1_234, total: 1_234, differences: 0, inFlight: 0 })),
	differenceCount: 0,
	differences: [],
	inFlightCount: 0,
	inFlight: [],
	...changes,
});
const difference = {
	check: "purchases",
	kind: "ledger-charge",
	subject: "ORD_01JX00000000000000000001",
	orderId: "ORD_01JX00000000000000000001",
	paymentId: "PAY_01JX00000000000000000001",
	sagaId: null,
	expected: "10000 won charged",
	found: "<b>0</b> in the ledger",
	link: "/orders/ORD_01JX00000000000000000001",
} as const;
const WRONG = examination("DIFFERENT", { differenceCount: 1, differences: [difference], hasProviderBooks: false });

let browser: Browser;
let server: PageServer;
let roles: string[];
let looks: { running: Examination | null; last: Examination | null }[];
let afterStart: typeof looks;
let started: number;
let complaints: string[];

function api({ method, path }: ApiCall): ApiReply {
	if (path === "/api/auth/login" || path === "/api/auth/refresh")
		return { status: 200, body: { accessToken: "t", username: "oper", userId: "USR_1", roles } };
	if (path !== "/api/admin/doctor") return { status: 404, body: { code: "NOT_FOUND" } };
	if (method === "POST") {
		started += 1;
		looks = afterStart;
		return { status: 202, body: examination("RUNNING") };
	}
	return { status: 200, body: looks.length > 1 ? looks.shift() : looks[0] };
}

beforeAll(async () => {
	browser = await openBrowser();
	server = await startPageServer({ api });
}, 60_000);
afterAll(async () => {
	await browser.close();
	await server.close();
});

async function open(options: Parameters<Browser["newContext"]>[0] = {}, lang = "ko"): Promise<Page> {
	const context = await browser.newContext({ locale: "ko-KR", reducedMotion: "reduce", ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(8_000);
	complaints = [];
	page.on("pageerror", ({ message }) => complaints.push(message));
	await page.goto(`${server.origin}/ops/doctor?lang=${lang}`);
	await logIn(page);
	return page;
}

beforeEach(() => {
	roles = ["ROLE_OPERATOR"];
	looks = [{ running: null, last: null }];
	started = 0;
});

describe("the doctor's page", () => {
	it("starts an examination, shows how far it is, and what it has found", async () => {
		const checks = CHECKS.map((check, index) => ({
			...{ check, differences: 0, inFlight: 0 },
			...(index === 0
				? { status: "RUNNING" as const, done: 50, total: 100 }
				: { status: "WAITING" as const, done: 0, total: null }),
		}));
		const running = examination("RUNNING", { checks });
		const page = await open();
		await page.getByText("아직 점검한 적이 없습니다").waitFor();
		afterStart = [
			{ running, last: null },
			{ running, last: null },
			{ running: null, last: WRONG },
		];
		await page.click("#start");
		await page.getByText("50 / 100").waitFor();
		expect(started).toBe(1);
		expect(await page.locator("#start").isDisabled()).toBe(true);
		await page.getByText("불일치 1건을 찾았습니다").waitFor();
		expect(await page.locator(".difference a").getAttribute("href")).toBe(difference.link);
		expect(await page.locator(".difference dd").last().textContent()).toBe(difference.found);
		expect(await page.locator("#verdict-note").textContent()).toContain("장부를 보여 주지 않아");
		expect(complaints).toEqual([]);
		await page.context().close();
	});

	it("says so when everything agrees, in English too, on a small dark screen", async () => {
		looks = [{ running: null, last: examination("CONSISTENT") }];
		const page = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark" }, "en");
		await page.getByText("Everything agrees").waitFor();
		expect(await page.locator("#verdict-text").textContent()).toContain("Data inconsistencies: 0");
		expect(await page.locator(".check[data-tone=good]").count()).toBe(CHECKS.length);
		const width = await page.evaluate("document.documentElement.scrollWidth");
		expect(width).toBeLessThanOrEqual(360);
		expect(complaints).toEqual([]);
		await page.context().close();
	});

	it("keeps buyers out", async () => {
		roles = ["ROLE_USER"];
		const page = await open();
		await page.locator(".problem-code").waitFor();
		expect(await page.locator("#content").isVisible()).toBe(false);
		await page.context().close();
	});
});
