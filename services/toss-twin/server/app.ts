import type { ServerResponse } from "node:http";
import { languageOf } from "../domain/error-catalogue.ts";
import { jsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { ControlDeps, ControlRoute } from "./control.ts";
import { serveControl } from "./control.ts";
import { accountRoutes } from "./control-accounts.ts";
import { sessionRoutes } from "./control-sessions.ts";
import { toolRoutes } from "./control-tools.ts";
import type { Request } from "./http.ts";
import { send } from "./http.ts";
import type { PageRoute, Pages } from "./pages.ts";
import { pageRoutes } from "./pages.ts";
import { createRouter } from "./router.ts";
import type { Route } from "./router.ts";
import type { VendorServer } from "./vendor.ts";
import type { VendorRoute } from "./vendor-call.ts";
import { refusal } from "./vendor-call.ts";
import { moreRoutes } from "./vendor-more.ts";
import { paymentRoutes } from "./vendor-payments.ts";
import { recordRoutes } from "./vendor-records.ts";

type Target =
	| { readonly door: "vendor"; readonly route: VendorRoute }
	| { readonly door: "control"; readonly route: ControlRoute }
	| { readonly door: "page"; readonly route: PageRoute };

export interface AppDeps {
	readonly vendor: VendorServer;
	readonly control: ControlDeps;
	readonly pages: Pages;
	readonly newTraceId: () => string;
	readonly report: (error: unknown) => void;
}

/** The only doors a page of another origin may knock at. */
const BROWSER_DOORS: ReadonlySet<string> = new Set(["/twin/browser-sessions", "/twin/browser-billing-auths"]);
const PREFLIGHT = {
	"access-control-allow-origin": "*",
	"access-control-allow-methods": "POST",
	"access-control-allow-headers": "content-type",
	"access-control-max-age": "600",
};

/** One handler for everything the Twin serves. */
export function createApp(deps: AppDeps): (request: Request, response: ServerResponse) => Promise<void> {
	const find = createRouter<Target>([
		...labelled("vendor", paymentRoutes),
		...labelled("vendor", moreRoutes),
		...labelled("vendor", recordRoutes),
		...labelled("control", accountRoutes),
		...labelled("control", sessionRoutes),
		...labelled("control", toolRoutes),
		...labelled("page", pageRoutes),
	]);

	const answer = async (request: Request, response: ServerResponse): Promise<Answer | null> => {
		const isHead = request.method === "HEAD";
		const found = find(isHead ? "GET" : request.method, request.path);
		if (found.kind !== "found") return unknownAnswer(deps, request, found.kind);
		const { target, params } = found;
		if (target.door === "control") return serveControl(deps.control, request, target.route, params);
		if (target.door === "page") return deps.pages.serve(request, target.route, params);
		await deps.vendor.serve(request, response, target.route, params);
		return null;
	};

	return async (request, response) => {
		try {
			const ready = await answer(request, response);
			if (ready !== null) send(response, ready, request.method === "HEAD");
		} catch (error) {
			deps.report(error);
			if (!response.headersSent) send(response, jsonAnswer(500, { code: "INTERNAL_ERROR", message: "" }), false);
		}
	};
}

function labelled<Kind extends Target["door"], Inner>(
	door: Kind,
	routes: readonly Route<Inner>[],
): Route<{ door: Kind; route: Inner }>[] {
	return routes.map(({ method, pattern, target }) => ({ method, pattern, target: { door, route: target } }));
}

function unknownAnswer(deps: AppDeps, request: Request, kind: "wrong-method" | "unknown"): Answer {
	if (request.method === "OPTIONS" && BROWSER_DOORS.has(request.path))
		return { status: 204, type: "text/plain", body: "", headers: PREFLIGHT };
	if (/^\/v\d/.test(request.path)) {
		const code = kind === "unknown" ? "NOT_FOUND" : "NOT_FOUND_HTTP_METHOD";
		return refusal(code, languageOf(request.headers["accept-language"]), deps.newTraceId());
	}
	return kind === "unknown"
		? jsonAnswer(404, { code: "NOT_FOUND", message: "There is nothing here." })
		: jsonAnswer(405, { code: "METHOD_NOT_ALLOWED", message: "Not with this method." });
}
