import type { Browser, Page } from "playwright-core";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openBrowser } from "../../support/browser.ts";
import { runTwin, send } from "./harness.ts";
import type { Running } from "./harness.ts";

const PROBE = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

let twin: Running;
let shop: { url: string; stop(): Promise<void> };

/** A merchant's site on another origin; every page of it loads the browser library. */
async function startShop(sdkUrl: string): Promise<typeof shop> {
	const server = createServer((_request, response) => {
		response.writeHead(200, { "content-type": "text/html" });
		response.end(`<!doctype html><title>shop</title><script src="${sdkUrl}"></script>`);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

beforeEach(async () => {
	twin = await runTwin();
	shop = await startShop(`${twin.url}/twin/sdk.js`);
});
afterEach(async () => {
	await twin.stop();
	await shop.stop();
	expect(twin.faults).toEqual([]);
});

const open = async (more: Record<string, unknown> = {}) => {
	const body = { orderId: "order-0001", orderName: "커피 원두", amount: 12_000, ...more };
	return (await twin.ask({ path: "/twin/sessions", body })).json;
};
const urls = () => ({ successUrl: `${shop.url}/success`, failUrl: `${shop.url}/fail` });
const choose = (paymentKey: string, form: string) =>
	send(twin.url, {
		path: `/v1/payments/${paymentKey}/checkout`,
		method: "POST",
		key: null,
		raw: form,
		headers: { "content-type": "application/x-www-form-urlencoded" },
	});
const page = (path: string) => send(twin.url, { path, key: null });

describe("the payment window without a script", () => {
	it("shows order and amount, escaped, under a strict policy that names the merchant", async () => {
		const { paymentKey } = await open({ orderName: PROBE, ...urls() });
		const reply = await page(`/v1/payments/${paymentKey}/checkout`);
		expect(reply.status).toBe(200);
		expect(reply.text).toContain("12,000원");
		expect(reply.text).toContain("&lt;script&gt;");
		expect(reply.text).not.toContain("<img");
		const policy = String(reply.headers["content-security-policy"]);
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain(`form-action 'self' ${shop.url}`);
		expect(policy).not.toContain("unsafe");
	});

	it("sends the buyer on with what the merchant needs", async () => {
		const { paymentKey } = await open(urls());
		const reply = await choose(paymentKey, "method=EASY_PAY&choice=approve");
		expect(reply.status).toBe(303);
		const target = new URL(String(reply.headers.location));
		expect(target.pathname).toBe("/success");
		expect(target.searchParams.get("paymentKey")).toBe(paymentKey);
		expect((await twin.confirm(paymentKey, "order-0001", 12_000)).json.method).toBe("간편결제");
		const after = await page(`/v1/payments/${paymentKey}/checkout`);
		expect(after.text).toContain("결제가 완료되었습니다");
		expect((await choose(paymentKey, "method=CARD&choice=approve")).text).toContain("결제가 완료되었습니다");
	});

	it.each([
		["decline", "REJECT_CARD_COMPANY", "order-0001", "ABORTED"],
		["timeout", "PAY_PROCESS_ABORTED", "order-0001", "EXPIRED"],
		["close", "PAY_PROCESS_CANCELED", null, "READY"],
	])("%s", async (choice, code, orderId, status) => {
		const { paymentKey } = await open(urls());
		const reply = await choose(paymentKey, `choice=${choice}`);
		const target = new URL(String(reply.headers.location));
		expect([target.pathname, target.searchParams.get("code"), target.searchParams.get("orderId")]).toEqual([
			"/fail",
			code,
			orderId,
		]);
		expect(target.searchParams.get("message")).not.toBe("");
		expect((await twin.ask({ path: `/v1/payments/${paymentKey}` })).json.status).toBe(status);
	});

	it("lets a person practise what can go wrong with the confirm", async () => {
		const { paymentKey } = await open(urls());
		await choose(paymentKey, "method=CARD&choice=approve&fault=lost");
		await expect(twin.confirm(paymentKey, "order-0001", 12_000)).rejects.toThrow();
		expect((await twin.ask({ path: `/v1/payments/${paymentKey}` })).json.status).toBe("DONE");
		const other = await open({ orderId: "order-0002", ...urls() });
		await choose(other.paymentKey, "method=CARD&choice=approve&fault=nonsense");
		expect((await twin.confirm(other.paymentKey, "order-0002", 12_000)).status).toBe(200);
	});

	it("explains itself when something is wrong or over", async () => {
		const { paymentKey, sessionId } = await open();
		expect((await choose(paymentKey, "choice=everything")).status).toBe(400);
		expect((await choose(paymentKey, "choice=constructor")).status).toBe(400);
		expect((await choose(paymentKey, "choice=approve&method=CASH")).status).toBe(400);
		expect((await page("/v1/payments/nobody/checkout")).status).toBe(404);
		expect((await choose("nobody", "choice=approve")).status).toBe(404);
		const stay = await choose(paymentKey, "choice=approve&method=VIRTUAL_ACCOUNT");
		expect(stay.headers.location).toBe(`/v1/payments/${paymentKey}/checkout`);
		expect((await page(`/v1/payments/${paymentKey}/checkout`)).text).toContain("인증이 끝났습니다");
		await twin.confirm(paymentKey, "order-0001", 12_000);
		expect((await page(`/v1/payments/${paymentKey}/checkout`)).text).toContain("입금을 기다리고 있습니다");
		await twin.ask({ path: `/v1/payments/${paymentKey}/cancel`, body: { cancelReason: "x" } });
		expect((await page(`/v1/payments/${paymentKey}/checkout`)).text).toContain("취소된 결제입니다");
		expect(sessionId).toContain(paymentKey);
	});

	it("has a receipt and an overview", async () => {
		const paymentKey = await twin.paid("order-0001");
		const receipt = await page(`/twin/receipts/${paymentKey}`);
		expect(receipt.text).toContain("결제 완료");
		expect((await page("/twin/receipts/nobody")).status).toBe(404);
		expect((await page("/")).text).toContain("test_sk_payflow_twin_demo_0001");
		for (const path of ["/twin/checkout.css", "/twin/checkout.js", "/twin/icons.svg", "/twin/font.woff2"])
			expect((await page(path)).status).toBe(200);
	});

	it("asks for the agreement to later charges", async () => {
		const { json } = await twin.ask({
			path: "/twin/browser-billing-auths",
			key: null,
			body: { clientKey: "test_ck_payflow_twin_demo_0001", customerKey: "customer-1", ...urls() },
		});
		const { pathname } = new URL(json.checkoutUrl);
		expect((await page(pathname)).text).toContain("자동결제 카드 등록");
		const post = (raw: string) =>
			send(twin.url, {
				path: pathname,
				raw,
				key: null,
				headers: { "content-type": "application/x-www-form-urlencoded" },
			});
		expect((await post("choice=close")).headers.location).toContain("code=PAY_PROCESS_CANCELED");
		const agreed = new URL(String((await post("choice=approve")).headers.location));
		const body = { authKey: agreed.searchParams.get("authKey"), customerKey: "customer-1" };
		expect((await twin.ask({ path: "/v1/billing/authorizations/issue", body })).status).toBe(200);
		expect((await page(pathname)).text).toContain("이미 등록되었습니다");
		expect((await page("/twin/billing-windows/none")).status).toBe(404);
		expect((await send(twin.url, { path: "/twin/billing-windows/none", raw: "", key: null })).status).toBe(404);
	});
});

interface Sdk {
	payment(options: { customerKey: string }): { requestPayment(request: object): Promise<void> };
}

describe("the payment window in a browser", () => {
	let browser: Browser;
	let tab: Page;
	const problems: string[] = [];

	beforeAll(async () => {
		browser = await openBrowser();
	});
	afterAll(() => browser.close());
	beforeEach(async () => {
		problems.length = 0;
		tab = await browser.newPage({ viewport: { width: 360, height: 740 } });
		tab.on("console", (message) => message.type() === "error" && problems.push(message.text()));
		tab.on("pageerror", (error) => problems.push(error.message));
	});
	afterEach(() => tab.close());

	const buy = async (orderName: string, method = "CARD") => {
		await tab.goto(shop.url);
		await tab.evaluate(
			([name, kind, origin]) => {
				const toss = (window as unknown as { TossPayments: (key: string) => Sdk }).TossPayments;
				const request = {
					method: kind,
					amount: { currency: "KRW", value: 12_000 },
					orderId: "order-0001",
					orderName: name,
					successUrl: `${String(origin)}/success`,
					failUrl: `${String(origin)}/fail`,
					customerEmail: "buyer@example.com",
				};
				void toss("test_ck_payflow_twin_demo_0001").payment({ customerKey: "@@ANONYMOUS" }).requestPayment(request);
			},
			[orderName, method, shop.url],
		);
		await tab.waitForURL(/\/checkout$/);
	};

	it("is reached through the browser library, fits a small screen, and keeps a name a text", async () => {
		await buy(PROBE, "TRANSFER");
		expect(await tab.textContent("h1")).toBe(PROBE);
		expect(await tab.title()).toContain("결제하기");
		expect(await tab.isChecked("input[value=TRANSFER]")).toBe(true);
		const overflow = await tab.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
		expect(overflow).toBe(false);
		expect(problems).toEqual([]);
	});

	it("is paid with the keyboard alone", async () => {
		await buy("커피 원두");
		await tab.focus("input[value=CARD]");
		await tab.keyboard.press("ArrowRight");
		await tab.keyboard.press("Tab");
		expect(await tab.evaluate(() => document.activeElement?.tagName)).toBe("SUMMARY");
		await tab.keyboard.press("Tab");
		expect(await tab.evaluate(() => document.activeElement?.textContent)).toContain("결제하기");
		await tab.keyboard.press("Enter");
		await tab.waitForURL(/\/success\?/);
		const query = new URL(tab.url()).searchParams;
		const paymentKey = query.get("paymentKey") ?? "";
		expect([query.get("orderId"), query.get("amount")]).toEqual(["order-0001", "12000"]);
		expect((await twin.confirm(paymentKey, "order-0001", 12_000)).json.method).toBe("간편결제");
		expect(problems).toEqual([]);
	});

	it("tells of a refusal and of a closed window", async () => {
		await buy("커피 원두");
		await tab.getByRole("button", { name: "창 닫기" }).click();
		await tab.waitForURL(/\/fail\?code=PAY_PROCESS_CANCELED/);
		await buy("커피 원두");
		await tab.getByRole("button", { name: "카드사 거절" }).click();
		await tab.waitForURL(/\/fail\?code=REJECT_CARD_COMPANY/);
		expect(new URL(tab.url()).searchParams.get("orderId")).toBe("order-0001");
		expect(problems).toEqual([]);
	});

	it("does not let a page use a secret key", async () => {
		await tab.goto(shop.url);
		const code = await tab.evaluate(() => {
			const toss = (window as unknown as { TossPayments: (key: string) => unknown }).TossPayments;
			try {
				toss("test_sk_payflow_twin_demo_0001");
				return "";
			} catch (error) {
				return (error as { code: string }).code;
			}
		});
		expect(code).toBe("INSECURE_KEY_USAGE");
	});
});
