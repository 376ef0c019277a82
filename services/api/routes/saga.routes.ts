import type { RouteTable } from "./types.ts";

const purchase = {
	productId: "body",
	productName: "body",
	amount: "body",
	quantity: "body",
	customerEmail: "body",
	customerName: "body",
} as const;

/** Checkouts on their way, and scenarios that send one through. */
export const sagaRoutes = {
	"POST /api/saga/test/success": {
		action: "saga.testSuccess",
		auth: "public",
		limit: "api",
		from: purchase,
		answer: "SagaScenario",
		summary: "Buy something that is in stock at the Toss Twin, and wait for the end (outside production)",
		tag: "saga",
	},
	"POST /api/saga/test/failure": {
		action: "saga.testFailure",
		auth: "public",
		limit: "api",
		from: purchase,
		answer: "SagaScenario",
		summary: "Buy something that is out of stock, and wait until everything is undone (outside production)",
		tag: "saga",
	},
	"GET /api/saga/status/:sagaId": {
		action: "saga.get",
		auth: "public",
		limit: "api",
		from: { sagaId: "path" },
		answer: "SagaDetail",
		summary: "How far a checkout or refund is, step by step; in production for its owner and administrators",
		tag: "saga",
	},
	"GET /api/saga/order/:orderId": {
		action: "saga.getByOrder",
		auth: "admin",
		limit: "api",
		from: { orderId: "path" },
		answer: "SagaDetail",
		summary: "The checkout of an order",
		tag: "saga",
	},
	"GET /api/saga/metrics": {
		action: "saga.metrics",
		auth: "admin",
		limit: "api",
		from: { name: "query", hours: "query-integer" },
		answer: "SagaMetrics",
		summary: "Figures of the checkouts of the last hours, or of the refunds",
		tag: "saga",
	},
	"GET /api/saga": {
		action: "saga.list",
		auth: "admin",
		limit: "api",
		from: { name: "query", status: "query", limit: "query-integer", cursor: "query" },
		answer: "SagaList",
		summary: "Checkouts and refunds, newest first",
		tag: "saga",
	},
	"POST /api/saga/:sagaId/retry": {
		action: "saga.retry",
		auth: "admin",
		limit: "api",
		from: { sagaId: "path" },
		status: 202,
		answer: "Saga",
		summary: "Make the next attempt of a waiting checkout now",
		tag: "saga",
	},
} as const satisfies RouteTable;
