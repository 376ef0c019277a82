import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { lowContrast } from "./contrast.ts";
import { ROOT } from "./documents.ts";

const PICTURES = join(ROOT, "test-artifacts");
/** Long pages take their time where a processor has to draw them. */
const PICTURE_MS = 30_000;
export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 360, height: 740 };

/**
 * Light and dark, wide and narrow, of the whole page or one part: nothing sticks out, every text can be read. Leaves the
 * page wide and light.
 */
export async function takePictures(page: Page, name: string, part?: string): Promise<void> {
	mkdirSync(PICTURES, { recursive: true });
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme });
		await page.evaluate(styleAnew);
		expect([name, colorScheme, await lowContrast(page)]).toEqual([name, colorScheme, []]);
		for (const viewport of [WIDE, NARROW]) {
			await page.setViewportSize(viewport);
			const width = await page.evaluate(() => document.documentElement.scrollWidth);
			const path = join(PICTURES, `${name}-${colorScheme}-${viewport.width}.png`);
			if (part === undefined) await page.screenshot({ path, fullPage: true, timeout: PICTURE_MS });
			else await page.locator(part).screenshot({ path, timeout: PICTURE_MS });
			expect([name, width]).toEqual([name, viewport.width]);
		}
		await page.setViewportSize(WIDE);
	}
	await page.emulateMedia({ colorScheme: "light" });
}

/** Inherited colours may be those of the scheme before, until the browser styles the page anew. */
function styleAnew(): void {
	const { style } = document.documentElement;
	style.display = "none";
	document.body.getBoundingClientRect();
	style.display = "";
}
