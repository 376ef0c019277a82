import type { Browser, BrowserContextOptions } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { openVisitor, type Visitor } from "./visitor.ts";

const START_MAX_MS = 60_000;

/** A browser for a file of tests; the visitors that the answer lets in leave after each test. */
export function visits(options: BrowserContextOptions): (address: string) => Promise<Visitor> {
	let browser: Browser;
	const visitors: Visitor[] = [];
	beforeAll(async () => void (browser = await openBrowser()), START_MAX_MS);
	afterEach(async () => {
		for (const { context } of visitors.splice(0)) await context.close();
	});
	afterAll(() => browser.close());
	return async (address) => {
		const visitor = await openVisitor(browser, options);
		visitors.push(visitor);
		await visitor.page.goto(address);
		return visitor;
	};
}
