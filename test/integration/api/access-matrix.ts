import type { PublicRoute } from "../../../services/api/routes.ts";
import type { Who } from "./gateway-bed.ts";

/** What each kind of caller gets. `owner` asks for what is theirs, `other` for somebody else's. */
export interface Row {
	readonly anonymous: number;
	readonly owner: number;
	readonly other: number;
	readonly admin: number;
	/** A request that would succeed for the owner: path parameters and body. */
	readonly path?: string;
	readonly body?: object;
}

/** Callers of the matrix and the users they are; everything asked for belongs to mina. */
export const CALLERS = {
	anonymous: "anonymous",
	owner: "mina",
	other: "jun",
	admin: "admin",
} as const satisfies Record<string, Who>;

const everybody = (status: number) => ({ anonymous: status, owner: status, other: status, admin: status });
const users = (status: number) => ({ anonymous: 401, owner: status, other: status, admin: status });
const own = (status: number) => ({ anonymous: 401, owner: status, other: 404, admin: status });
const admins = (status: number) => ({ anonymous: 401, owner: 403, other: 403, admin: status });

const ORDER = "ORD_OF_USR_MINA";

/** Every public door × every kind of caller, with the logs protected and a real clock. A route without a row does not compile. */
export const accessMatrix: Readonly<Record<PublicRoute, Row>> = {
	"POST /api/auth/signup": {
		...everybody(201),
		body: { username: "newuser", password: "password123", email: "n@example.com" },
	},
	"POST /api/auth/login": { ...everybody(200), body: { username: "mina", password: "password123" } },
	"POST /api/auth/refresh": { ...everybody(200), body: { refreshToken: "refresh-token-0001" } },
	"POST /api/auth/logout": { ...everybody(204), body: {} },
	"POST /api/auth/logout-all": users(204),
	"GET /api/auth/sessions": users(200),
	"DELETE /api/auth/sessions/:sessionId": { ...users(204), path: "/api/auth/sessions/SES_1" },
	"GET /.well-known/jwks.json": everybody(200),
	"GET /api/user/profile": users(200),
	"DELETE /api/users/:userId": { anonymous: 401, owner: 204, other: 403, admin: 204, path: "/api/users/USR_MINA" },
	"PUT /api/users/:userId/roles": { ...admins(200), path: "/api/users/USR_MINA/roles", body: { roles: ["ROLE_USER"] } },
	"GET /api/products": everybody(200),
	"POST /api/orders": { ...users(201), body: { productName: "Code review", amount: 5_000 } },
	"GET /api/orders": users(200),
	"GET /api/orders/:orderId": { ...own(200), path: `/api/orders/${ORDER}` },
	"GET /api/orders/:orderId/history": { ...own(200), path: `/api/orders/${ORDER}/history` },
	"GET /api/orders/:orderId/story": { ...own(200), path: `/api/orders/${ORDER}/story` },
	"POST /api/orders/:orderId/cancel": {
		...own(200),
		path: `/api/orders/${ORDER}/cancel`,
		body: { reason: "changed my mind" },
	},
	"GET /api/payments/config": everybody(200),
	"POST /api/payments/confirm": { ...own(200), body: { paymentKey: "tgen_1", orderId: ORDER, amount: 5_000 } },
	"GET /api/payments/:orderId": { ...own(200), path: `/api/payments/${ORDER}` },
	"POST /api/payments/:orderId/cancel": {
		...own(200),
		path: `/api/payments/${ORDER}/cancel`,
		body: { cancelReason: "changed my mind" },
	},
	"POST /api/payments/webhook/toss": {
		...everybody(200),
		body: { eventType: "PAYMENT_STATUS_CHANGED", data: { orderId: ORDER } },
	},
	"GET /api/logs/events/trace/:correlationId": { ...admins(200), path: "/api/logs/events/trace/flow-1" },
	"GET /api/logs/events/recent": admins(200),
	"GET /api/logs/events/user/:userId": { ...users(200), path: "/api/logs/events/user/me" },
	"GET /api/logs/search": { ...admins(200), path: `/api/logs/search?id=${ORDER}` },
	"GET /api/logs/dashboard/metrics": admins(200),
	"GET /api/logs/stream": { ...admins(200), path: "/api/logs/stream?follow=false" },
	"GET /api/streams/:kind/:id/events": { ...users(200), path: `/api/streams/order/${ORDER}/events` },
	"GET /api/streams/:kind/:id/state": { ...users(200), path: `/api/streams/order/${ORDER}/state` },
	"GET /api/logs/payments/:paymentId/history": { ...users(200), path: `/api/logs/payments/${ORDER}/history` },
	"GET /api/logs/payments/:paymentId/state": { ...users(200), path: `/api/logs/payments/${ORDER}/state` },
	"GET /api/ledger/accounts": admins(200),
	"GET /api/ledger/entries": { ...admins(200), path: "/api/ledger/entries?orderId=ORD_1" },
	"GET /api/ledger/balance": { ...admins(200), path: "/api/ledger/balance?account=checkout:cash" },
	"POST /api/ledger/verify": { ...admins(200), body: {} },
	"POST /api/saga/test/success": { ...everybody(200), body: { productId: "PROD-TEST-001" } },
	"POST /api/saga/test/failure": { ...everybody(200), body: { productId: "PROD-TEST-003" } },
	"GET /api/saga/status/:sagaId": { ...everybody(200), path: "/api/saga/status/SAG_1" },
	"GET /api/saga/order/:orderId": { ...admins(200), path: `/api/saga/order/${ORDER}` },
	"GET /api/saga/metrics": admins(200),
	"GET /api/saga": admins(200),
	"POST /api/saga/:sagaId/retry": { ...admins(202), path: "/api/saga/SAG_1/retry", body: {} },
	"GET /api/inventory": users(200),
	"POST /api/inventory": { ...admins(201), body: { productId: "NEW-1", productName: "New", quantity: 5 } },
	"GET /api/inventory/:productId": { ...users(200), path: "/api/inventory/PROD-TEST-001" },
	"PATCH /api/inventory/:productId": { ...admins(200), path: "/api/inventory/PROD-TEST-001", body: { delta: 5 } },
	"GET /api/points/my": users(200),
	"GET /api/admin/dashboard": admins(200),
	"GET /api/admin/bus": admins(200),
	"GET /api/admin/nodes": admins(200),
	"GET /api/admin/services": admins(200),
	"GET /api/admin/breakers": admins(200),
	"POST /api/admin/breakers": { ...admins(200), body: { action: "toss.confirm", state: "AUTO" } },
	"GET /api/admin/jobs": admins(200),
	"GET /api/admin/data": admins(200),
	"GET /api/admin/data/:kind": { ...admins(200), path: "/api/admin/data/order" },
	"GET /api/admin/data/:kind/:id": { ...admins(200), path: `/api/admin/data/order/${ORDER}` },
	"GET /api/admin/data/:kind/:id/events": { ...admins(200), path: `/api/admin/data/order/${ORDER}/events` },
	"POST /api/admin/doctor": { ...admins(202), body: {} },
	"GET /api/admin/doctor": admins(200),
	"GET /api/admin/parked": { ...admins(200), path: "/api/admin/parked?group=payment" },
	"POST /api/admin/parked/replay": { ...admins(404), body: { parkedId: "payment:order:ORD_1:1" } },
	"POST /api/admin/parked/skip": { ...admins(404), body: { parkedId: "payment:order:ORD_1:1" } },
	"POST /api/clock/advance": { ...everybody(404), body: { ms: 1_000 } },
	"GET /": everybody(200),
	"GET /success": everybody(200),
	"GET /fail": everybody(200),
	"GET /orders": everybody(200),
	"GET /orders/:orderId/story": { ...everybody(200), path: "/orders/ORD_1234567890/story" },
	"GET /ops": everybody(200),
	"GET /ops/data": everybody(200),
	"GET /ops/doctor": everybody(200),
	"GET /logs/dashboard": everybody(200),
	"GET /sagas": everybody(200),
	"GET /sagas/:sagaId": { ...everybody(200), path: "/sagas/SAG_1234567890" },
	"GET /orders/:orderId": { ...everybody(200), path: "/orders/ORD_1234567890" },
	"GET /assets/*path": { ...everybody(200), path: "/assets/any/css/tokens.css" },
	"GET /api/docs": everybody(200),
	"GET /api/docs/:file": { ...everybody(200), path: "/api/docs/start.js" },
	"GET /api/openapi.json": everybody(200),
	"GET /health": everybody(200),
	"GET /ready": everybody(200),
	"GET /metrics": everybody(200),
};
