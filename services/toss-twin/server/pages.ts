import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ejs from "ejs";
import type { Core } from "../application/core.ts";
import type { Faults } from "../application/fault-box.ts";
import { approveSession, declineSession } from "../application/sessions.ts";
import { vendorMessage } from "../domain/error-catalogue.ts";
import { ControlRefusal } from "../domain/errors.ts";
import type { Method, PaymentRecord } from "../domain/payment.ts";
import {
	atTime,
	billingFailRedirect,
	billingRedirect,
	failRedirect,
	sessionIdOf,
	successRedirect,
} from "../domain/session.ts";
import type { GroupCommit } from "../infrastructure/group-commit.ts";
import { htmlAnswer, redirectAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { Request } from "./http.ts";
import { billingModel, homeModel, originsOf, PAGE_FAULTS, PAGE_METHODS, paymentModel } from "./page-models.ts";

const VIEWS = new URL("../../../views/toss-twin/", import.meta.url);
const PUBLIC = new URL("../../../public/twin/", import.meta.url);
const FONT = new URL(
	"../../../node_modules/pretendard/dist/web/variable/woff2/PretendardVariable.woff2",
	import.meta.url,
);
const CACHED = { "cache-control": "public, max-age=3600", "cross-origin-resource-policy": "cross-origin" };

/** What a page route does. */
export type PageRoute =
	| { readonly kind: "file"; readonly file: URL; readonly type: string }
	| { readonly kind: "checkout" }
	| { readonly kind: "decide" }
	| { readonly kind: "receipt" }
	| { readonly kind: "billing" }
	| { readonly kind: "agree" }
	| { readonly kind: "home" };

const file = (name: string, type: string): PageRoute => ({ kind: "file", file: new URL(name, PUBLIC), type });

/** Pages for people: the payment window, its receipt, the browser shim. */
export const pageRoutes: readonly { method: string; pattern: string; target: PageRoute }[] = [
	{ method: "GET", pattern: "/", target: { kind: "home" } },
	{ method: "GET", pattern: "/v1/payments/:paymentKey/checkout", target: { kind: "checkout" } },
	{ method: "POST", pattern: "/v1/payments/:paymentKey/checkout", target: { kind: "decide" } },
	{ method: "GET", pattern: "/twin/receipts/:paymentKey", target: { kind: "receipt" } },
	{ method: "GET", pattern: "/twin/billing-windows/:authKey", target: { kind: "billing" } },
	{ method: "POST", pattern: "/twin/billing-windows/:authKey", target: { kind: "agree" } },
	{ method: "GET", pattern: "/twin/sdk.js", target: file("sdk.js", "text/javascript;charset=UTF-8") },
	{ method: "GET", pattern: "/twin/checkout.css", target: file("checkout.css", "text/css;charset=UTF-8") },
	{ method: "GET", pattern: "/twin/checkout.js", target: file("checkout.js", "text/javascript;charset=UTF-8") },
	{ method: "GET", pattern: "/twin/icons.svg", target: file("icons.svg", "image/svg+xml") },
	{ method: "GET", pattern: "/twin/font.woff2", target: { kind: "file", file: FONT, type: "font/woff2" } },
];

export interface PagesDeps {
	readonly core: Core;
	readonly commits: GroupCommit;
	readonly faults: Faults;
}

export interface Pages {
	serve(request: Request, route: PageRoute, params: Readonly<Record<string, string>>): Promise<Answer>;
}

type Choice = "decline" | "timeout" | "close";
/** What the window's buttons mean in the vendor's words: how the payment ends, and what the merchant is told. */
const CHOICES: Readonly<Record<Choice, { readonly ends: string; readonly tells: string }>> = {
	decline: { ends: "REJECT_CARD_COMPANY", tells: "REJECT_CARD_COMPANY" },
	timeout: { ends: "EXPIRED_PAYMENT", tells: "PAY_PROCESS_ABORTED" },
	close: { ends: "PAY_PROCESS_CANCELED", tells: "PAY_PROCESS_CANCELED" },
};

/** Renders the pages; templates are compiled once, text is always escaped. */
export function createPages(deps: PagesDeps): Pages {
	const render = templates();
	const readFile = fileCache();
	return {
		async serve(request, route, params) {
			const { paymentKey = "", authKey = "" } = params;
			switch (route.kind) {
				case "file":
					return { status: 200, type: route.type, body: readFile(route.file), headers: CACHED };
				case "home":
					return htmlAnswer(200, render("home", homeModel(deps.core)));
				case "checkout":
					return checkoutPage(deps.core, render, paymentKey);
				case "receipt":
					return receiptPage(deps.core, render, paymentKey);
				case "decide":
					return decide(deps, render, paymentKey, request.body ?? "");
				case "billing":
					return billingPage(deps.core, render, authKey);
				case "agree":
					return agree(deps.core, render, authKey, request.body ?? "");
			}
		},
	};
}

const PAGES = ["checkout", "message", "receipt", "home", "billing"] as const;
type Render = (name: (typeof PAGES)[number], model: Record<string, unknown>) => string;

function templates(): Render {
	const compiled = new Map<string, ejs.TemplateFunction>();
	for (const name of PAGES) {
		const filename = fileURLToPath(new URL(`${name}.ejs`, VIEWS));
		compiled.set(name, ejs.compile(readFileSync(filename, "utf8"), { filename }));
	}
	return (name, model) => compiled.get(name)?.(model) ?? "";
}

function fileCache(): (from: URL) => Buffer {
	const files = new Map<string, Buffer>();
	return (from) => {
		const body = files.get(from.href) ?? readFileSync(from);
		files.set(from.href, body);
		return body;
	};
}

function notFound(render: Render): Answer {
	const text = "주소를 다시 확인하거나 상점에서 결제를 다시 시작해 주세요.";
	return htmlAnswer(404, render("message", { title: "결제 정보를 찾을 수 없습니다", text }));
}

function currentPayment(core: Core, paymentKey: string): PaymentRecord | null {
	const payment = core.payments.find(paymentKey);
	return payment === null ? null : atTime(payment, core.clock.now());
}

function checkoutPage(core: Core, render: Render, paymentKey: string): Answer {
	const payment = currentPayment(core, paymentKey);
	if (payment === null) return notFound(render);
	return htmlAnswer(200, render("checkout", paymentModel(payment)), originsOf([payment.successUrl, payment.failUrl]));
}

function receiptPage(core: Core, render: Render, paymentKey: string): Answer {
	const payment = currentPayment(core, paymentKey);
	return payment === null ? notFound(render) : htmlAnswer(200, render("receipt", paymentModel(payment)));
}

/** Carries the buyer's choice out; a window that is over shows how it ended. */
async function decide(deps: PagesDeps, render: Render, paymentKey: string, form: string): Promise<Answer> {
	if (currentPayment(deps.core, paymentKey) === null) return notFound(render);
	try {
		const fields = new URLSearchParams(form);
		const location = await deps.commits.commit(() => decided(deps, paymentKey, fields));
		return redirectAnswer(location ?? `/v1/payments/${encodeURIComponent(paymentKey)}/checkout`);
	} catch (error) {
		if (!(error instanceof ControlRefusal)) throw error;
		if (error.status !== 400) return checkoutPage(deps.core, render, paymentKey);
		return htmlAnswer(400, render("message", { title: "잘못된 요청입니다", text: error.message }));
	}
}

/** The address to go on to, or null when the merchant gave none. */
function decided({ core, faults }: PagesDeps, paymentKey: string, form: URLSearchParams): string | null {
	const sessionId = sessionIdOf(paymentKey);
	const choice = form.get("choice") ?? "";
	if (choice === "approve") {
		const practice = PAGE_FAULTS.find(({ value }) => value === form.get("fault"))?.fault ?? null;
		const payment = approveSession(core, sessionId, methodOf(form.get("method")));
		if (practice !== null) faults.add([{ ...practice, match: { operation: "confirm", paymentKey } }]);
		return successRedirect(payment);
	}
	if (!isChoice(choice)) throw new ControlRefusal(400, "VALIDATION_ERROR", "알 수 없는 선택입니다.", "choice");
	const { ends, tells } = CHOICES[choice];
	return failRedirect(declineSession(core, sessionId, ends), tells, vendorMessage(tells, "ko"));
}

function isChoice(text: string): text is Choice {
	return Object.hasOwn(CHOICES, text);
}

function methodOf(text: string | null): Method {
	const method = PAGE_METHODS.find((candidate) => candidate === text);
	if (method === undefined) throw new ControlRefusal(400, "VALIDATION_ERROR", "결제 수단을 골라 주세요.", "method");
	return method;
}

function billingPage(core: Core, render: Render, authKey: string): Answer {
	const auth = core.records.findAuth(authKey);
	if (auth === null) return notFound(render);
	return htmlAnswer(200, render("billing", billingModel(auth)), originsOf([auth.successUrl, auth.failUrl]));
}

function agree(core: Core, render: Render, authKey: string, form: string): Answer {
	const auth = core.records.findAuth(authKey);
	if (auth === null) return notFound(render);
	const code = "PAY_PROCESS_CANCELED";
	const isAgreed = new URLSearchParams(form).get("choice") === "approve";
	const location = isAgreed
		? billingRedirect(auth)
		: billingFailRedirect(auth.failUrl, code, vendorMessage(code, "ko"));
	return redirectAnswer(location ?? `/twin/billing-windows/${encodeURIComponent(authKey)}`);
}
