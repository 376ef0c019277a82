import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homePage } from "../../../../services/api/pages/home.page.ts";
import { createRenderer, jsonBlock } from "../../../../services/api/pages/render.ts";
import type { PageRoute } from "../../../../services/api/pages/routes.ts";
import { createPages } from "../../../../services/api/pages/routes.ts";
import { contextOf, requestOf, viewsDir } from "./support.ts";

const pages = createPages({ viewsDir, assetVersion: "abc123", mode: "mock", demo: true });

const labels: Record<PageRoute, [string, string]> = {
	"GET /": ["구매자 정보", "Your details"],
	"GET /success": ["결제 승인 중", "Approving your payment"],
	"GET /fail": ["결제 실패", "Payment failed"],
	"GET /orders": ["내 주문", "My orders"],
	"GET /orders/:orderId": ["주문 상세", "Order details"],
	"GET /orders/:orderId/story": ["주문의 모든 기록", "Everything about the order"],
	"GET /ops": ["회로 차단기", "Circuit breakers"],
	"GET /ops/data": ["저장된 문서", "Stored documents"],
	"GET /ops/doctor": ["점검 항목", "Checks"],
	"GET /logs/dashboard": ["실시간 이벤트 스트림", "Live events"],
	"GET /sagas": ["확인 필요", "Needs attention"],
	"GET /sagas/:sagaId": ["지금 다시 시도할까요?", "Retry now?"],
};

describe("every page", () => {
	it.each(Object.entries(labels))("is whole HTML in both languages: %s", (route, [korean, english]) => {
		const params = { orderId: "ORD_123456", sagaId: "SAG_123456" };
		for (const [lang, label] of [["ko", korean] as const, ["en", english] as const]) {
			const { status, html } = pages.pageRoutes[route as PageRoute](requestOf({ lang, params }));
			expect(status).toBe(200);
			expect(html).toMatch(/^<!doctype html>\s*<html lang="(ko|en)">/);
			expect(html).toContain(`lang="${lang}"`);
			expect(html).toContain(label);
			expect(html).toContain("COR_1");
			expect(html).not.toMatch(/undefined|\[object|NaN|_sk_/);
		}
	});

	it("has one script with a source, the data block, and nothing inline", () => {
		const { html } = pages.pageRoutes["GET /"](requestOf());
		expect(html.match(/<script[^>]*>/g)).toEqual([
			'<script type="application/json" id="page-data" nonce="bm9uY2U=">',
			'<script type="module" src="/assets/abc123/js/home.js" nonce="bm9uY2U=">',
		]);
		expect(html).not.toMatch(/\son\w+=|style=|javascript:/);
	});

	it("labels every field and ties its hint and error to it", () => {
		const { html } = pages.pageRoutes["GET /orders/:orderId"](requestOf({ params: { orderId: "ORD_123456" } }));
		const ids = [...html.matchAll(/<input[^>]*\sid="([\w-]+)"/g)].map(([, id = ""]) => id);
		expect(ids).toContain("cancel-reason");
		for (const id of ids) {
			expect(html).toContain(`<label for="${id}">`);
			expect(html).toContain(`id="${id}-hint"`);
			expect(html).toContain(`id="${id}-error"`);
		}
	});

	it("escapes whatever a request brings", () => {
		const probe = `"><script>alert(1)</script>`;
		const query = { code: "X1", message: probe, orderId: probe, [probe]: probe };
		const request = requestOf({ path: `/fail${probe}`, query, correlationId: probe });
		for (const { html } of [pages.pageRoutes["GET /fail"](request), pages.problem(500, request)]) {
			expect(html).not.toContain("<script>alert");
			expect(html).not.toContain('"><script');
		}
	});

	it("names the demo users only where they exist", () => {
		const live = createPages({ viewsDir, assetVersion: "abc123", mode: "live", demo: false });
		expect(pages.pageRoutes["GET /"](requestOf()).html).toContain("체험 계정</strong>");
		expect(live.pageRoutes["GET /"](requestOf()).html).not.toContain("체험 계정</strong>");
	});

	it("has an error page with the status of the error", () => {
		expect(pages.problem(404, requestOf()).status).toBe(404);
		expect(pages.problem(500, requestOf()).html).toContain("잠시 문제가 생겼습니다");
		expect(pages.pageRoutes["GET /orders/:orderId"](requestOf({ params: { orderId: "?" } })).status).toBe(404);
	});
});

describe("the renderer", () => {
	it("puts unescaped output only where templates and JSON come from", () => {
		const files = readdirSync(viewsDir, { recursive: true, encoding: "utf8" }).filter(
			(file) => file.endsWith(".ejs") && !file.includes("toss-twin"),
		);
		expect(files.length).toBeGreaterThan(8);
		for (const file of files) {
			for (const [, code = ""] of readFileSync(join(viewsDir, file), "utf8").matchAll(/<%-(.*?)-?%>/gs)) {
				expect(code.trim()).toMatch(/^(partial\(|json\(|body$)/);
			}
		}
	});

	it("refuses a broken template at start and a view it does not have", () => {
		const directory = mkdtempSync(join(tmpdir(), "views-"));
		writeFileSync(join(directory, "broken.ejs"), "<% if ( %>");
		expect(() => createRenderer({ viewsDir: directory })).toThrow();
		const { model } = homePage(contextOf());
		expect(() => createRenderer({ viewsDir }).render("no/such", model)).toThrow("No such view: no/such");
	});

	it("cannot be left through a data block", () => {
		const value = { a: "</script><!--\u2028&" };
		expect(jsonBlock(value)).not.toMatch(/[<>&\u2028]/);
		expect(JSON.parse(jsonBlock(value))).toEqual(value);
	});
});
