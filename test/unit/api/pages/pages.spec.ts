import { dashboardPage } from "../../../../services/api/pages/dashboard.page.ts";
import { failPage } from "../../../../services/api/pages/fail.page.ts";
import { homePage } from "../../../../services/api/pages/home.page.ts";
import { opsDataPage, opsPage } from "../../../../services/api/pages/ops.page.ts";
import { isOrderId } from "../../../../services/api/pages/order-id.ts";
import { orderPage } from "../../../../services/api/pages/order.page.ts";
import { ordersPage } from "../../../../services/api/pages/orders.page.ts";
import { problemPage } from "../../../../services/api/pages/problem.page.ts";
import { sagaPage, sagasPage } from "../../../../services/api/pages/sagas.page.ts";
import { storyPage } from "../../../../services/api/pages/story.page.ts";
import { successPage } from "../../../../services/api/pages/success.page.ts";
import { contextOf } from "./support.ts";

describe("the frame", () => {
	it("names the page, marks the current menu entry and versions its files", () => {
		const { layout } = ordersPage(contextOf({ path: "/orders" })).model;
		expect(layout.title).toBe("내 주문 · PayFlow");
		expect(layout.navigation.map(({ label, current, role }) => [label, current, role])).toEqual([
			["홈", false, null],
			["상품", false, null],
			["내 주문", true, null],
			["사가", false, "ROLE_ADMIN"],
		]);
		expect(layout.script).toBe("/assets/abc123/js/orders.js");
		for (const href of [...layout.stylesheets, ...layout.preload]) expect(href).toMatch(/^\/assets\/abc123\//);
	});

	it("switches the language without losing the query, and never to another host", () => {
		const { layout } = successPage(contextOf({ path: "/success" }), { orderId: "ORD 1", lang: "ko" }).model;
		expect(layout.otherLanguage).toEqual({ lang: "en", href: "/success?orderId=ORD+1&lang=en" });
		expect(homePage(contextOf({ lang: "en" })).model.layout.otherLanguage).toEqual({ lang: "ko", href: "/?lang=ko" });
		const elsewhere = problemPage(contextOf({ path: "//evil.example/" }), 404).model.layout;
		expect(elsewhere.otherLanguage.href).toBe("/evil.example/?lang=en");
	});

	it("says when no real money moves", () => {
		const label = (mode: "live" | "mock" | "test") => homePage(contextOf({ mode })).model.layout.modeLabel;
		expect([label("mock"), label("test"), label("live")]).toEqual(["모의 결제", "테스트 모드", null]);
	});

	it("gives the browser only the texts of its page", () => {
		const { texts } = ordersPage(contextOf()).model.layout.data;
		expect(Object.keys(texts).sort()).toEqual(["account", "common", "orders", "status"]);
	});
});

describe("the fail page", () => {
	const fail = (query: Record<string, string>) => failPage(contextOf({ path: "/fail" }), query).model;

	it.each([
		["PAY_PROCESS_CANCELED", "결제 취소됨", "구매자가 결제를 취소했습니다."],
		["USER_CANCEL", "결제 취소됨", "구매자가 결제를 취소했습니다."],
		["PAY_PROCESS_ABORTED", "결제 실패", "결제가 중단되었습니다. 카드는 청구되지 않았습니다."],
		["REJECT_CARD_COMPANY", "결제 실패", "카드사에서 승인을 거절했습니다. 다른 카드로 시도해 주세요."],
		["NOT_FOUND_PAYMENT_SESSION", "결제 실패", "결제 시간이 만료되었습니다. 다시 결제해 주세요."],
	])("has its own words for %s", (code, heading, message) => {
		expect(fail({ code, message: "theirs" })).toMatchObject({ heading, message, code: `오류 코드 ${code}` });
	});

	it("shows another code's message, whole characters, at most 200", () => {
		expect(fail({ code: "OTHER", message: " 이유 " }).message).toBe("이유");
		expect(fail({ message: "👍".repeat(300) }).message).toBe("👍".repeat(200));
	});

	it("does not know what happened without a code or message", () => {
		expect(fail({})).toMatchObject({ message: "알 수 없는 오류", code: null, orderId: null });
		expect(fail({ code: "unknown" })).toMatchObject({ message: "알 수 없는 오류", code: null });
		expect(fail({ code: "<script>" }).code).toBeNull();
	});

	it("takes only what can be an order id", () => {
		expect(fail({ orderId: "ORD_123456" }).orderId).toBe("ORD_123456");
		expect(fail({ orderId: "../../x" }).orderId).toBeNull();
	});
});

describe("one order's page", () => {
	it("hands the id to the browser", () => {
		const { view, model } = orderPage(contextOf(), "ORD_123456");
		expect(view).toBe("order/order");
		expect(model.layout.data.page).toEqual({ orderId: "ORD_123456" });
	});

	it.each([undefined, "", "x", "a b c d e f", "<script>", "A".repeat(65)])("is not there for %p", (orderId) => {
		expect(isOrderId(orderId)).toBe(false);
		expect(orderPage(contextOf(), orderId)).toMatchObject({ status: 404, view: "site/problem" });
	});
});

describe("the error page", () => {
	it("tells a missing page from an outage, and nothing more", () => {
		expect(problemPage(contextOf(), 404).model.heading).toBe("페이지를 찾을 수 없습니다");
		expect(problemPage(contextOf({ lang: "en" }), 500)).toMatchObject({
			status: 500,
			model: { heading: "Something went wrong", statusCode: 500 },
		});
	});
});

describe("the pages of sagas and stories", () => {
	it("name the tab of the address, and the first where there is no such tab", () => {
		const current = (query: Record<string, string>) =>
			sagasPage(contextOf({ path: "/sagas" }), query).model.tabs.filter(({ isCurrent }) => isCurrent);
		expect(current({ tab: "COMPENSATED" }).map(({ label }) => label)).toEqual(["보상 완료"]);
		expect(current({ tab: "<script>" }).map(({ name }) => name)).toEqual(["RUNNING"]);
		expect(sagasPage(contextOf(), { order: "ORD_123456" }).model.orderId).toBe("ORD_123456");
		expect(sagasPage(contextOf(), { order: '"><b>' }).model.layout.data.page).toEqual({ tab: "RUNNING", orderId: "" });
	});

	it("are not there for what can be no id", () => {
		expect(sagaPage(contextOf(), "SAG_123456").model.layout.data.page).toEqual({ sagaId: "SAG_123456" });
		expect(storyPage(contextOf(), "ORD_123456").model.layout.data.page).toEqual({ orderId: "ORD_123456" });
		for (const id of [undefined, "x", "../../x", "<script>", "A".repeat(65)]) {
			expect(sagaPage(contextOf(), id).status).toBe(404);
			expect(storyPage(contextOf(), id).status).toBe(404);
		}
	});

	it("stand in the menu of administrators only while they exist, and mark themselves there", () => {
		const menu = (paths: ReadonlySet<string>, path: string) =>
			ordersPage(contextOf({ paths, path }))
				.model.layout.navigation.filter(({ role }) => role === "ROLE_ADMIN")
				.map(({ label, current }) => [label, current]);
		expect(menu(new Set(["/"]), "/")).toEqual([]);
		expect(menu(new Set(["/sagas", "/logs/dashboard", "/ops"]), "/sagas/SAG_123456")).toEqual([
			["사가", true],
			["로그", false],
			["운영", false],
		]);
	});
});

describe("the log dashboard and the operators' pages", () => {
	const menuOf = ({ model }: ReturnType<typeof dashboardPage>) =>
		model.layout.navigation.filter(({ href }) => href === "/logs/dashboard").map(({ role }) => role);

	it("take their hours and id from the address, if they can be ones", () => {
		const page = (query: Record<string, string>) => dashboardPage(contextOf({ path: "/logs/dashboard" }), query).model;
		expect(page({ hours: "72", id: "ORD_123" })).toMatchObject({ hours: 72, id: "ORD_123" });
		expect(page({ hours: "5", id: '"><b>' })).toMatchObject({ hours: 24, id: "" });
		expect(page({}).choices.filter(({ isCurrent }) => isCurrent)).toMatchObject([{ hours: 24, label: "24시간" }]);
	});

	it("show the log to everybody only while it is public", () => {
		const paths = new Set(["/logs/dashboard"]);
		const context = { path: "/logs/dashboard", paths };
		expect(menuOf(dashboardPage(contextOf({ ...context, logsPublic: true })))).toEqual([null]);
		expect(menuOf(dashboardPage(contextOf(context)))).toEqual(["ROLE_ADMIN"]);
	});

	it("browse no documents in production", () => {
		expect(opsPage(contextOf()).model.hasData).toBe(true);
		expect(opsDataPage(contextOf(), { kind: "order", id: "ORD_1" }).model.layout.data.page).toEqual({
			kind: "order",
			id: "ORD_1",
		});
		expect(opsDataPage(contextOf(), { kind: "<b>" }).model.layout.data.page).toEqual({ kind: "", id: "" });
		const live = contextOf({ demo: false });
		expect(opsPage(live).model.hasData).toBe(false);
		expect(opsDataPage(live)).toMatchObject({ status: 404, view: "site/problem" });
	});

	it("mark the nearest entry of the menu only", () => {
		const paths = new Set(["/ops", "/ops/doctor"]);
		const { navigation } = opsPage(contextOf({ path: "/ops/doctor", paths })).model.layout;
		expect(navigation.filter(({ current }) => current).map(({ href }) => href)).toEqual(["/ops/doctor"]);
	});
});
