import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** What a browser complained about while a visitor was there. */
export interface Complaints {
	/** Script errors, console errors and policy violations. */
	readonly complaints: string[];
	/** Answers with an error status, as the browser's console names them. */
	readonly failedLoads: string[];
}

/** A tab of a visitor with cookies of their own. */
export interface Visitor extends Complaints {
	readonly page: Page;
	readonly context: BrowserContext;
}

const PATIENCE_MS = 8_000;

export async function openVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
	const context = await browser.newContext({ locale: "ko-KR", reducedMotion: "reduce", ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(PATIENCE_MS);
	return { page, context, ...(await listen(page)) };
}

async function listen(page: Page): Promise<Complaints> {
	const complaints: string[] = [];
	const failedLoads: string[] = [];
	await page.exposeFunction("reportViolation", (text: string) => complaints.push(text));
	await page.addInitScript(
		'addEventListener("securitypolicyviolation", (event) => reportViolation(`CSP ${event.violatedDirective}`))',
	);
	page.on("pageerror", (error) => complaints.push(error.message));
	page.on("console", (message) => {
		if (message.type() !== "error") return;
		(message.text().startsWith("Failed to load resource") ? failedLoads : complaints).push(message.text());
	});
	return { complaints, failedLoads };
}

/** Logs in through the dialog that is open. */
export async function logIn(page: Page, username = "user", password = "password"): Promise<void> {
	await page.fill("#login-username", username);
	await page.fill("#login-password", password);
	await page.click("#login-form [type=submit]");
	await page.waitForSelector("#login-dialog", { state: "hidden" });
}

/** The visible text of an element. */
export async function textOf(page: Page, selector: string): Promise<string> {
	return (await page.locator(selector).innerText()).trim();
}

/** Waits until the result of a payment reaches `state`. */
export async function result(page: Page, state: string): Promise<void> {
	await page.waitForSelector(`#result[data-state=${state}]`);
}

/** Presses Tab until the focus is on an element. */
export async function tabTo(page: Page, selector: string): Promise<void> {
	for (let step = 0; step < 80; step++) {
		if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
		await page.keyboard.press("Tab");
	}
	throw new Error(`The keyboard does not reach ${selector}`);
}
