import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHART_FILE, createAssets, vendorFiles } from "../../../../services/api/pages/assets.ts";
import { contentSecurityPolicy } from "../../../../services/api/pages/csp.ts";
import { chooseLanguage, languageCookie } from "../../../../services/api/pages/language.ts";
import { fontsDir, publicDir } from "./support.ts";

describe("static files", () => {
	const assets = createAssets({ publicDir, fontsDir });

	it("are found by version, for ever, and by an older version for a minute", () => {
		const current = assets.find(`/assets/${assets.version}/css/tokens.css`);
		expect(current).toMatchObject({ type: "text/css; charset=utf-8", file: join(publicDir, "css/tokens.css") });
		expect(current?.cacheControl).toContain("immutable");
		expect(assets.find("/assets/older/js/home.js")?.cacheControl).toBe("public, max-age=60, must-revalidate");
	});

	it("include the font in small parts only", () => {
		expect(assets.find("/assets/fonts/pretendardvariable-dynamic-subset.css")).toBeDefined();
		const part = "/assets/fonts/woff2-dynamic-subset/PretendardVariable.subset.91.woff2";
		expect(assets.find(part)).toMatchObject({ type: "font/woff2" });
	});

	it("include the chart library under its own version, and no other file of it", () => {
		const { version } = JSON.parse(readFileSync("node_modules/chart.js/package.json", "utf8")) as { version: string };
		expect(CHART_FILE).toBe(`chart-${version}.js`);
		const own = createAssets({ publicDir, fontsDir, vendor: vendorFiles(process.cwd()) });
		expect(own.find(`/assets/vendor/${CHART_FILE}`)).toMatchObject({ type: "text/javascript; charset=utf-8" });
		expect(own.find("/assets/vendor/chart.js")).toBeUndefined();
		expect(own.find("/assets/vendor/../package.json")).toBeUndefined();
	});

	it.each([
		"/assets/x/../../package.json",
		"/assets/x/css/../../../package.json",
		"/assets/fonts/../../package.json",
		"/assets/x/",
		"/assets",
		"/other/x/css/tokens.css",
		"/assets/x/__proto__",
		"/assets/x/css/%2e%2e/tokens.css",
	])("are the only files there are: %s", (path) => {
		expect(assets.find(path)).toBeUndefined();
	});

	it("get a new version when one of them changes", () => {
		const directory = mkdtempSync(join(tmpdir(), "assets-"));
		mkdirSync(join(directory, "css"));
		const version = (css: string): string => {
			writeFileSync(join(directory, "css/a.css"), css);
			return createAssets({ publicDir: directory, fontsDir }).version;
		};
		expect(version("a{}")).toMatch(/^[0-9a-f]{12}$/);
		expect(version("a{}")).toBe(version("a{}"));
		expect(version("a{}")).not.toBe(version("b{}"));
	});
});

describe("the content security policy", () => {
	it("lets scripts come from here and the payment provider only", () => {
		const policy = contentSecurityPolicy({ nonce: "n1", sdkOrigin: "http://localhost:3001" });
		expect(policy).toContain("script-src 'self' 'nonce-n1' https://*.tosspayments.com http://localhost:3001;");
		expect(policy).toContain("style-src 'self';");
		expect(policy).not.toContain("unsafe");
		expect(contentSecurityPolicy({ nonce: "n1" })).not.toContain("localhost");
	});
});

describe("the language", () => {
	it.each([
		[{ query: "en", cookie: "ko", acceptLanguage: "ko" }, "en"],
		[{ cookie: "en", acceptLanguage: "ko" }, "en"],
		[{ query: "fr", acceptLanguage: "fr, en;q=0.8, ko;q=0.9" }, "ko"],
		[{ acceptLanguage: "en-GB,en;q=0.9" }, "en"],
		[{ acceptLanguage: "en;q=0, ja" }, "ko"],
		[{ acceptLanguage: "de" }, "ko"],
		[{}, "ko"],
	])("is chosen by query, cookie, browser, then Korean: %j", (wishes, lang) => {
		expect(chooseLanguage(wishes)).toBe(lang);
	});

	it("is remembered for a year", () => {
		expect(languageCookie("en")).toBe("lang=en; Path=/; Max-Age=31536000; SameSite=Lax");
	});
});

describe("the colours", () => {
	const css = readFileSync(join(publicDir, "css/tokens.css"), "utf8");
	const [light = "", dark = ""] = css.split("@media");
	const tokensOf = (part: string): Map<string, string> =>
		new Map([...part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
	const themes = { light: tokensOf(light), dark: new Map([...tokensOf(light), ...tokensOf(dark)]) };
	const luminance = (hex = "#000000"): number => {
		const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
			const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
			return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	const pairs = [
		["ink", "page"],
		["ink-soft", "surface"],
		["ink-soft", "sunken"],
		["ink-faint", "page"],
		["ink-faint", "surface"],
		["accent-ink", "accent"],
		["accent-ink", "accent-hover"],
		["accent-text", "surface"],
		["accent-text", "accent-soft"],
		["good", "good-soft"],
		["bad", "bad-soft"],
		["bad", "surface"],
		["bad-ink", "bad"],
		["wait", "wait-soft"],
	];

	it.each(Object.entries(themes))("reach the contrast of WCAG AA: %s", (_, tokens) => {
		const contrast = (left: string, right: string): number => {
			const [low = 0, high = 0] = [luminance(tokens.get(left)), luminance(tokens.get(right))].sort((a, b) => a - b);
			return (high + 0.05) / (low + 0.05);
		};
		for (const [text = "", ground = ""] of pairs) {
			expect([text, ground, contrast(text, ground) >= 4.5]).toEqual([text, ground, true]);
		}
		expect(contrast("line-strong", "surface")).toBeGreaterThanOrEqual(3);
	});
});
