import { readFileSync } from "node:fs";
import ejs from "ejs";
import type { Core } from "../application/core.ts";
import { approveSession, declineSession } from "../application/sessions.ts";
import { DEMO_CLIENT_KEY, DEMO_SECRET_KEY } from "../domain/auth.ts";
import { vendorMessage } from "../domain/error-catalogue.ts";
import { ControlRefusal } from "../domain/errors.ts";
import { methodNames } from "../domain/payment.ts";
import type { Method, PaymentRecord } from "../domain/payment.ts";
import { atTime, failRedirect, sessionIdOf, successRedirect } from "../domain/session.ts";
import type { GroupCommit } from "../infrastructure/group-commit.ts";
import { htmlAnswer, redirectAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { Request } from "./http.ts";

const VIEWS = new URL("../../../views/toss-twin/", import.meta.url);
const PUBLIC = new URL("../../../public/twin/", import.meta.url);
const FONT = new URL(
	"../../../node_modules/pretendard/dist/web/variable/woff2/PretendardVariable.woff2",
	import.meta.url,
);
const IMMUTABLE = { "cache-control": "public, max-age=3600", "cross-origin-resource-policy": "cross-origin" };

/** What a page route does. */
export type PageRoute =
	| { readonly kind: "file"; readonly file: URL; readonly type: string }
	| { readonly kind: "checkout" }
	| { readonly kind: "decide" }
	| { readonly kind: "receipt" }
	| { readonly kind: "home" };

const file = (name: string, type: string): PageRoute => ({ kind: "file", file: new URL(name, PUBLIC), type });

/** Pages for people: the payment window, its receipt, the browser shim. */
export const pageRoutes: readonly { method: string; pattern: string; target: PageRoute }[] = [
	{ method: "GET", pattern: "/", target: { kind: "home" } },
	{ method: "GET", pattern: "/v1/payments/:paymentKey/checkout", target: { kind: "checkout" } },
	{ method: "POST", pattern: "/v1/payments/:paymentKey/checkout", target: { kind: "decide" } },
	{ method: "GET", pattern: "/twin/receipts/:paymentKey", target: { kind: "receipt" } },
	{ method: "GET", pattern: "/twin/sdk.js", target: file("sdk.js", "text/javascript;charset=UTF-8") },
	{ method: "GET", pattern: "/twin/checkout.css", target: file("checkout.css", "text/css;charset=UTF-8") },
	{ method: "GET", pattern: "/twin/checkout.js", target: file("checkout.js", "text/javascript;charset=UTF-8") },
	{ method: "GET", pattern: "/twin/icons.svg", target: file("icons.svg", "image/svg+xml") },
	{ method: "GET", pattern: "/twin/font.woff2", target: { kind: "file", file: FONT, type: "font/woff2" } },
];

export interface PagesDeps {
	readonly core: Core;
	readonly commits: GroupCommit;
}

export interface Pages {
	serve(request: Request, route: PageRoute, params: Readonly<Record<string, string>>): Promise<Answer>;
}

type Choice = "approve" | "decline" | "timeout" | "close";
/** What the window's buttons mean in the vendor's words. */
const CHOICES: Readonly<Record<Exclude<Choice, "approve">, { ends: string; tells: string }>> = {
	decline: { ends: "REJECT_CARD_COMPANY", tells: "REJECT_CARD_COMPANY" },
	timeout: { ends: "EXPIRED_PAYMENT", tells: "PAY_PROCESS_ABORTED" },
	close: { ends: "PAY_PROCESS_CANCELED", tells: "PAY_PROCESS_CANCELED" },
};
const PAGE_METHODS: readonly Method[] = ["CARD", "EASY_PAY", "TRANSFER", "VIRTUAL_ACCOUNT"];

/** Renders the pages; templates are compiled once, text is always escaped. */
export function createPages(deps: PagesDeps): Pages {
	const render = templates();
	const files = new Map<string, Buffer>();
	const fileAnswer = (from: URL, type: string): Answer => {
		const body = files.get(from.href) ?? readFileSync(from);
		files.set(from.href, body);
		return { status: 200, type, body, headers: IMMUTABLE };
	};
	const checkout = (paymentKey: string): Answer => {
		const payment = currentPayment(deps.core, paymentKey);
		if (payment === null) return notFound(render);
		return htmlAnswer(200, render("checkout", checkoutModel(payment)), originsOf(payment));
	};
	const decide = async (paymentKey: string, form: string): Promise<Answer> => {
		if (currentPayment(deps.core, paymentKey) === null) return notFound(render);
		try {
			const location = await deps.commits.commit(() => decided(deps.core, paymentKey, new URLSearchParams(form)));
			return redirectAnswer(location ?? `/v1/payments/${encodeURIComponent(paymentKey)}/checkout`);
		} catch (error) {
			if (!(error instanceof ControlRefusal)) throw error;
			return error.status === 400
				? htmlAnswer(400, render("message", { title: "잘못된 요청입니다", text: error.message }))
				: checkout(paymentKey);
		}
	};
	const receipt = (paymentKey: string): Answer => {
		const payment = currentPayment(deps.core, paymentKey);
		return payment === null ? notFound(render) : htmlAnswer(200, render("receipt", checkoutModel(payment)));
	};
	return {
		async serve(request, route, params) {
			const paymentKey = params["paymentKey"] ?? "";
			switch (route.kind) {
				case "file":
					return fileAnswer(route.file, route.type);
				case "home":
					return htmlAnswer(200, render("home", homeModel(deps.core)));
				case "checkout":
					return checkout(paymentKey);
				case "receipt":
					return receipt(paymentKey);
				case "decide":
					return decide(paymentKey, request.body ?? "");
			}
		},
	};
}

type Render = (name: "checkout" | "message" | "receipt" | "home", model: Record<string, unknown>) => string;

function templates(): Render {
	const compiled = new Map<string, ejs.TemplateFunction>();
	for (const name of ["checkout", "message", "receipt", "home"]) {
		const source = new URL(`${name}.ejs`, VIEWS);
		compiled.set(name, ejs.compile(readFileSync(source, "utf8"), { filename: source.pathname }));
	}
	return (name, model) => compiled.get(name)?.(model) ?? "";
}

function notFound(render: Render): Answer {
	const text = "주소를 다시 확인하거나 상점에서 결제를 다시 시작해 주세요.";
	return htmlAnswer(404, render("message", { title: "결제 정보를 찾을 수 없습니다", text }));
}

function currentPayment(core: Core, paymentKey: string): PaymentRecord | null {
	const payment = core.payments.find(paymentKey);
	return payment === null ? null : atTime(payment, core.clock.now());
}

/** Carries the buyer's choice out; the address to go on to, or null when the merchant gave none. */
function decided(core: Core, paymentKey: string, form: URLSearchParams): string | null {
	const sessionId = sessionIdOf(paymentKey);
	const choice = form.get("choice");
	if (choice === "approve") return successRedirect(approveSession(core, sessionId, methodOf(form.get("method"))));
	if (choice !== "decline" && choice !== "timeout" && choice !== "close")
		throw new ControlRefusal(400, "VALIDATION_ERROR", "알 수 없는 선택입니다.", "choice");
	const { ends, tells } = CHOICES[choice];
	return failRedirect(declineSession(core, sessionId, ends), tells, vendorMessage(tells, "ko"));
}

function methodOf(text: string | null): Method {
	const method = PAGE_METHODS.find((candidate) => candidate === text);
	if (method === undefined) throw new ControlRefusal(400, "VALIDATION_ERROR", "결제 수단을 골라 주세요.", "method");
	return method;
}

function originsOf(payment: PaymentRecord): string[] {
	const origins = [payment.successUrl, payment.failUrl].flatMap((url) => (url === null ? [] : [new URL(url).origin]));
	return [...new Set(origins)];
}

function homeModel(core: Core): Record<string, unknown> {
	return { baseUrl: core.baseUrl(), clientKey: DEMO_CLIENT_KEY, secretKey: DEMO_SECRET_KEY };
}

function checkoutModel(payment: PaymentRecord): Record<string, unknown> {
	return {
		orderName: payment.orderName,
		orderId: payment.orderId,
		paymentKey: payment.paymentKey,
		amount: `${payment.amount.toLocaleString("ko-KR")}원`,
		status: payment.status,
		method: payment.method === null ? null : methodNames[payment.method],
		chosen: payment.method ?? "CARD",
		methods: PAGE_METHODS.map((value) => ({ value, name: methodNames[value] })),
		failure: payment.failureCode === null ? null : vendorMessage(payment.failureCode, "ko"),
		action: `/v1/payments/${encodeURIComponent(payment.paymentKey)}/checkout`,
	};
}
