import type { RouteTable } from "./types.ts";

/** Pages, static files, documentation, probes. */
export const siteRoutes = {
	"GET /": { site: "page", auth: "public", summary: "Shop and payment page", tag: "pages" },
	"GET /success": { site: "page", auth: "public", summary: "Return from an accepted payment", tag: "pages" },
	"GET /fail": { site: "page", auth: "public", summary: "Return from a refused payment", tag: "pages" },
	"GET /orders": { site: "page", auth: "public", summary: "Own orders", tag: "pages" },
	"GET /orders/:orderId": { site: "page", auth: "public", summary: "One order", tag: "pages" },
	"GET /orders/:orderId/story": { site: "page", auth: "public", summary: "The story of an order", tag: "pages" },
	"GET /sagas": { site: "page", auth: "public", summary: "All sagas, for administrators", tag: "pages" },
	"GET /sagas/:sagaId": { site: "page", auth: "public", summary: "One saga, for administrators", tag: "pages" },
	"GET /ops": { site: "page", auth: "public", summary: "Operations, for administrators", tag: "pages" },
	"GET /ops/data": { site: "page", auth: "public", summary: "Stored documents, masked", tag: "pages" },
	"GET /ops/doctor": { site: "page", auth: "public", summary: "The doctor, for operators", tag: "pages" },
	"GET /logs/dashboard": { site: "page", auth: "public", summary: "Dashboard of the event log", tag: "pages" },
	"GET /assets/*path": { site: "asset", auth: "public", summary: "Styles, scripts, fonts, images", tag: "pages" },
	"GET /api/docs": { site: "docs", auth: "operations", summary: "This documentation", tag: "operations" },
	"GET /api/docs/:file": { site: "docsAsset", auth: "operations", summary: "Files of this page", tag: "operations" },
	"GET /api/openapi.json": { site: "openapi", auth: "operations", summary: "OpenAPI document", tag: "operations" },
	"GET /health": { site: "health", auth: "public", summary: "Whether the process is alive", tag: "operations" },
	"GET /ready": { site: "ready", auth: "public", summary: "Whether requests can be served", tag: "operations" },
	"GET /metrics": { site: "metrics", auth: "operations", summary: "Prometheus metrics", tag: "operations" },
} as const satisfies RouteTable;
