import { dashboardPage } from "./dashboard.page.ts";
import { doctorPage } from "./doctor.page.ts";
import { failPage } from "./fail.page.ts";
import { homePage } from "./home.page.ts";
import { opsDataPage, opsPage } from "./ops.page.ts";
import { orderPage } from "./order.page.ts";
import { ordersPage } from "./orders.page.ts";
import type { PageAnswer, PageContext, PageRequest, PageView, PaymentMode } from "./page.ts";
import { problemPage } from "./problem.page.ts";
import { createRenderer } from "./render.ts";
import { sagaPage, sagasPage } from "./sagas.page.ts";
import { storyPage } from "./story.page.ts";
import { successPage } from "./success.page.ts";

type PageOf = (context: PageContext, request: PageRequest) => PageView;

/** Every page of the buyer's journey: route → view model. */
export const pageViews = {
	"GET /": (context, { query }) => homePage(context, query),
	"GET /success": (context, { query }) => successPage(context, query),
	"GET /fail": (context, { query }) => failPage(context, query),
	"GET /orders": (context, { query }) => ordersPage(context, query),
	"GET /orders/:orderId": (context, { params, query }) => orderPage(context, params["orderId"], query),
	"GET /orders/:orderId/story": (context, { params, query }) => storyPage(context, params["orderId"], query),
	"GET /sagas": (context, { query }) => sagasPage(context, query),
	"GET /sagas/:sagaId": (context, { params, query }) => sagaPage(context, params["sagaId"], query),
	"GET /ops": (context, { query }) => opsPage(context, query),
	"GET /ops/data": (context, { query }) => opsDataPage(context, query),
	"GET /ops/doctor": (context, { query }) => doctorPage(context, query),
	"GET /logs/dashboard": (context, { query }) => dashboardPage(context, query),
} as const satisfies Record<string, PageOf>;

/** The routes of the pages. */
export type PageRoute = keyof typeof pageViews;

/** What is the same for every request. */
export interface SiteSettings {
	/** Absolute path of `views/`. */
	readonly viewsDir: string;
	readonly assetVersion: string;
	readonly mode: PaymentMode;
	readonly demo: boolean;
	/** Default false. */
	readonly logsPublic?: boolean;
}

/** The pages, ready to be mounted. */
export interface Pages {
	/** Route → handler; a handler calls no service and fails only if a template is broken. */
	readonly pageRoutes: Readonly<Record<PageRoute, (request: PageRequest) => PageAnswer>>;
	/** The HTML error page for `status`. */
	problem(status: number, request: PageRequest): PageAnswer;
}

/** Compiles the templates and binds every page to the site's settings. */
export function createPages(site: SiteSettings): Pages {
	const renderer = createRenderer({ viewsDir: site.viewsDir });
	const answer = ({ status = 200, view, model }: PageView): PageAnswer => ({
		status,
		html: renderer.render(view, model),
	});
	const bind = (page: PageOf) => (request: PageRequest) => answer(page(contextOf(site, request), request));
	return {
		pageRoutes: {
			"GET /": bind(pageViews["GET /"]),
			"GET /success": bind(pageViews["GET /success"]),
			"GET /fail": bind(pageViews["GET /fail"]),
			"GET /orders": bind(pageViews["GET /orders"]),
			"GET /orders/:orderId": bind(pageViews["GET /orders/:orderId"]),
			"GET /orders/:orderId/story": bind(pageViews["GET /orders/:orderId/story"]),
			"GET /sagas": bind(pageViews["GET /sagas"]),
			"GET /sagas/:sagaId": bind(pageViews["GET /sagas/:sagaId"]),
			"GET /ops": bind(pageViews["GET /ops"]),
			"GET /ops/data": bind(pageViews["GET /ops/data"]),
			"GET /ops/doctor": bind(pageViews["GET /ops/doctor"]),
			"GET /logs/dashboard": bind(pageViews["GET /logs/dashboard"]),
		},
		problem: (status, request) => answer(problemPage(contextOf(site, request), status)),
	};
}

/** `GET /sagas` is at `/sagas`. */
const PATHS: ReadonlySet<string> = new Set(Object.keys(pageViews).map((route) => route.slice("GET ".length)));

function contextOf(site: SiteSettings, request: PageRequest): PageContext {
	const { lang, path, nonce, correlationId } = request;
	const { mode, demo, assetVersion, logsPublic = false } = site;
	return { lang, path, nonce, correlationId, mode, demo, assetVersion, logsPublic, paths: PATHS };
}
