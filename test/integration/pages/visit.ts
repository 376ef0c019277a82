import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { openBrowser } from "../../support/browser.ts";
import type { PageServer } from "../../support/page-server.ts";
import { startPageServer } from "../../support/page-server.ts";
import { FakeShop } from "./fake-shop.ts";

/** A visitor at the shop, with what the browser complained about. */
export interface Visit {
	readonly page: Page;
	readonly shop: FakeShop;
	readonly origin: string;
	/** Script errors, console errors and policy violations. */
	readonly complaints: string[];
	/** Answers with an error status, as the browser's console names them. */
	readonly failedLoads: string[];
	/** Requests to any other origin. */
	readonly foreign: string[];
}

/** One browser for a test file; `visit` gives every test its own shop, server and cookies. */
export function useBrowser(): { visit(options?: BrowserContextOptions): Promise<Visit> } {
	let browser: Browser | undefined;
	const opened: { close(): Promise<unknown> }[] = [];
	beforeAll(async () => {
		browser = await openBrowser();
	}, 60_000);
	afterEach(async () => {
		for (const thing of opened.splice(0).reverse()) await thing.close();
	});
	afterAll(async () => browser?.close());
	return {
		async visit(options = {}) {
			if (browser === undefined) throw new Error("The browser is not open yet.");
			const shop = new FakeShop();
			const server = await startPageServer({ api: shop.answer });
			const context = await browser.newContext({ locale: "ko-KR", reducedMotion: "reduce", ...options });
			opened.push(server, context);
			const page = await context.newPage();
			page.setDefaultTimeout(8000);
			return { page, shop, origin: server.origin, ...(await listen(page, server)) };
		},
	};
}

async function listen(page: Page, server: PageServer): Promise<Pick<Visit, "complaints" | "failedLoads" | "foreign">> {
	const complaints: string[] = [];
	const failedLoads: string[] = [];
	const foreign: string[] = [];
	await page.exposeFunction("reportViolation", (text: string) => complaints.push(text));
	await page.addInitScript(
		'addEventListener("securitypolicyviolation", (event) => reportViolation(`CSP ${event.violatedDirective}`))',
	);
	page.on("pageerror", (error) => complaints.push(error.message));
	page.on("console", (message) => {
		if (message.type() !== "error") return;
		(message.text().startsWith("Failed to load resource") ? failedLoads : complaints).push(message.text());
	});
	page.on("request", (request) => {
		if (!request.url().startsWith(server.origin)) foreign.push(request.url());
	});
	return { complaints, failedLoads, foreign };
}

/** Logs in through the dialog that is open. */
export async function logIn(page: Page, password = "password"): Promise<void> {
	await page.fill("#login-username", "user");
	await page.fill("#login-password", password);
	await page.click("#login-form [type=submit]");
}

/** Opens a page as somebody who is logged in. */
export async function logInAt({ page, origin }: Visit, path: string): Promise<void> {
	await page.goto(origin + path);
	await page.click("#login-open");
	await logIn(page);
	await page.waitForSelector("#session[data-state=signed-in]");
}

/** Chooses a product as somebody who is logged in. */
export async function choose({ page }: Visit, productId: string): Promise<void> {
	await page.click(`[data-product="${productId}"] button`);
	await page.waitForFunction(() => (document.querySelector("#buyer-email") as HTMLInputElement).value !== "");
}

/** The visible text of an element. */
export async function textOf(page: Page, selector: string): Promise<string> {
	return (await page.locator(selector).innerText()).trim();
}

/** Waits until the result of a payment reaches `state`. */
export async function result(page: Page, state: string): Promise<void> {
	await page.waitForSelector(`#result[data-state=${state}]`);
}
