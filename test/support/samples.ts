import type { PublicRoute } from "../../services/api/routes.ts";
import { bodyOf, type Facts, type System } from "./system.ts";

/** Somebody with an account, logged in. */
export interface Member {
	readonly userId: string;
	readonly token: string;
}

/** What a sample may use: `owner` has things, which are `orderId` and `paymentKey` of a paid order among others. */
export interface World {
	readonly system: System;
	readonly owner: Member;
	readonly admin: Member;
	/** A paid order of the owner. */
	readonly orderId: string;
	readonly correlationId: string;
	/** A new account; the name is unique. */
	newcomer(): Promise<Member & { readonly username: string; readonly refreshToken: string }>;
}

/** One valid request, ready to be sent by the one whose things it is about. */
export interface Request {
	readonly path: string;
	readonly body?: Facts;
	/** Instead of the world's owner. */
	readonly owner?: Member;
}

/** A valid request of a route, and what becomes of it beyond what the route's policy says. */
export interface Sample {
	/** Makes fresh things, so that every request can succeed. */
	make(world: World): Request | Promise<Request>;
	/** The request is about things of the owner: what others get, and whether administrators are others here. */
	readonly owned?: { readonly others: 403 | 404; readonly admin: boolean };
	/** It ends the caller's own session, so that every caller needs one to lose. */
	readonly endsSession?: true;
	/** Who may pass gets this refusal in this set-up, because the thing is not there. */
	readonly refusal?: { readonly status: number; readonly code: string };
}

const AMOUNT = 10_000;
const OWNED = { others: 404, admin: true } as const;
let count = 0;

const at = (path: string, body?: Facts): Sample => ({ make: () => (body === undefined ? { path } : { path, body }) });
const ofOrder = (suffix: string): Sample => ({
	owned: OWNED,
	make: ({ orderId }) => ({ path: suffix.replace(":id", orderId) }),
});
/** A checkout that has completed. */
const ofSaga = (pathOf: (saga: { sagaId: string; orderId: string }) => string): Sample => ({
	make: async ({ system }) => {
		const body = { productId: "PROD-TEST-001" };
		const answer = bodyOf(await system.platform.ask("POST", "/api/saga/test/success", { body }), 200);
		return { path: pathOf({ sagaId: String(answer["sagaId"]), orderId: String(answer["orderId"]) }) };
	},
});

/** One valid request for every public door. A door without one does not compile, and fails the tests. */
export const samples: Readonly<Record<PublicRoute, Sample>> = {
	"POST /api/auth/signup": {
		make: () => {
			const username = `sample-${process.pid}-${count++}`;
			return {
				path: "/api/auth/signup",
				body: { username, password: "password123", email: `${username}@example.com` },
			};
		},
	},
	"POST /api/auth/login": at("/api/auth/login", { username: "user", password: "password" }),
	"POST /api/auth/refresh": {
		make: async ({ newcomer }) => ({
			path: "/api/auth/refresh",
			body: { refreshToken: (await newcomer()).refreshToken },
		}),
	},
	"POST /api/auth/logout": {
		endsSession: true,
		make: async ({ newcomer }) => ({
			path: "/api/auth/logout",
			body: { refreshToken: (await newcomer()).refreshToken },
		}),
	},
	"POST /api/auth/logout-all": { ...at("/api/auth/logout-all"), endsSession: true },
	"GET /api/auth/sessions": at("/api/auth/sessions"),
	"DELETE /api/auth/sessions/:sessionId": {
		owned: { others: 404, admin: false },
		make: async ({ system, newcomer }) => {
			const owner = await newcomer();
			const { items } = await system.read("/api/auth/sessions", owner.token);
			const [session] = items as readonly { readonly sessionId: string }[];
			return { path: `/api/auth/sessions/${session?.sessionId ?? ""}`, owner };
		},
	},
	"GET /.well-known/jwks.json": at("/.well-known/jwks.json"),
	"GET /api/user/profile": at("/api/user/profile"),
	"DELETE /api/users/:userId": {
		owned: { others: 403, admin: true },
		make: async ({ newcomer }) => {
			const owner = await newcomer();
			return { path: `/api/users/${owner.userId}`, owner };
		},
	},
	"PUT /api/users/:userId/roles": {
		make: async ({ newcomer }) => {
			const owner = await newcomer();
			return { path: `/api/users/${owner.userId}/roles`, body: { roles: ["ROLE_USER", "ROLE_MERCHANT"] }, owner };
		},
	},
	"GET /api/products": at("/api/products"),
	"POST /api/orders": at("/api/orders", {
		productName: "시험 상품",
		amount: AMOUNT,
		customerEmail: "buyer@example.com",
		customerName: "홍길동",
	}),
	"GET /api/orders": at("/api/orders?limit=10"),
	"GET /api/orders/:orderId": ofOrder("/api/orders/:id"),
	"GET /api/orders/:orderId/history": ofOrder("/api/orders/:id/history"),
	"GET /api/orders/:orderId/story": ofOrder("/api/orders/:id/story"),
	"POST /api/orders/:orderId/cancel": {
		owned: OWNED,
		make: async ({ system, owner }) => ({
			path: `/api/orders/${await system.order(owner.token)}/cancel`,
			body: { reason: "변심" },
		}),
	},
	"GET /api/payments/config": at("/api/payments/config"),
	"POST /api/payments/confirm": {
		owned: OWNED,
		make: async ({ system, owner }) => {
			const orderId = await system.order(owner.token);
			const paymentKey = await system.approve(orderId);
			return { path: "/api/payments/confirm", body: { paymentKey, orderId, amount: AMOUNT } };
		},
	},
	"GET /api/payments/:orderId": ofOrder("/api/payments/:id"),
	"POST /api/payments/:orderId/cancel": {
		owned: OWNED,
		make: async ({ system, owner }) => {
			const { orderId } = await system.purchase(owner.token);
			return { path: `/api/payments/${orderId}/cancel`, body: { cancelReason: "변심", cancelAmount: 1_000 } };
		},
	},
	"POST /api/payments/webhook/toss": {
		make: ({ orderId }) => ({
			path: "/api/payments/webhook/toss",
			body: { eventType: "PAYMENT_STATUS_CHANGED", data: { orderId, paymentKey: "key", status: "DONE" } },
		}),
	},
	"GET /api/logs/events/trace/:correlationId": {
		make: ({ correlationId }) => ({ path: `/api/logs/events/trace/${correlationId}` }),
	},
	"GET /api/logs/events/recent": at("/api/logs/events/recent?limit=5&minutes=60"),
	"GET /api/logs/events/user/:userId": at("/api/logs/events/user/me?limit=5"),
	"GET /api/logs/search": { make: ({ orderId }) => ({ path: `/api/logs/search?id=${orderId}` }) },
	"GET /api/logs/dashboard/metrics": at("/api/logs/dashboard/metrics?hours=24&fill=true"),
	"GET /api/logs/stream": at("/api/logs/stream?follow=false&after=0"),
	"GET /api/streams/:kind/:id/events": ofOrder("/api/streams/order/:id/events?limit=5"),
	"GET /api/streams/:kind/:id/state": ofOrder("/api/streams/order/:id/state?sequence=1"),
	"GET /api/logs/payments/:paymentId/history": ofOrder("/api/logs/payments/:id/history"),
	"GET /api/logs/payments/:paymentId/state": ofOrder("/api/logs/payments/:id/state?sequence=1"),
	"GET /api/ledger/accounts": at("/api/ledger/accounts?limit=5"),
	"GET /api/ledger/entries": { make: ({ orderId }) => ({ path: `/api/ledger/entries?orderId=${orderId}` }) },
	"GET /api/ledger/balance": at("/api/ledger/balance?account=checkout:cash"),
	"POST /api/ledger/verify": at("/api/ledger/verify", {}),
	"GET /api/inventory": at("/api/inventory?limit=5"),
	"POST /api/inventory": {
		make: () => ({
			path: "/api/inventory",
			body: { productId: `SAMPLE-${process.pid}-${count++}`, productName: "시험 상품", quantity: 5 },
		}),
	},
	"GET /api/inventory/:productId": at("/api/inventory/PROD-TEST-001"),
	"PATCH /api/inventory/:productId": at("/api/inventory/PROD-TEST-001", { delta: 1 }),
	"GET /api/points/my": at("/api/points/my"),
	"POST /api/saga/test/success": at("/api/saga/test/success", { productId: "PROD-TEST-001", amount: 10_000 }),
	"POST /api/saga/test/failure": at("/api/saga/test/failure", { productId: "PROD-TEST-003", amount: 20_000 }),
	"GET /api/saga/status/:sagaId": ofSaga(({ sagaId }) => `/api/saga/status/${sagaId}`),
	"GET /api/saga/order/:orderId": ofSaga(({ orderId }) => `/api/saga/order/${orderId}`),
	"GET /api/saga/metrics": at("/api/saga/metrics?hours=1"),
	"GET /api/saga": at("/api/saga?limit=5&status=COMPLETED"),
	"POST /api/saga/:sagaId/retry": {
		...ofSaga(({ sagaId }) => `/api/saga/${sagaId}/retry`),
		refusal: { status: 409, code: "SAGA_ENDED" },
	},
	"GET /api/admin/dashboard": at("/api/admin/dashboard"),
	"GET /api/admin/bus": at("/api/admin/bus"),
	"GET /api/admin/nodes": at("/api/admin/nodes"),
	"GET /api/admin/services": at("/api/admin/services"),
	"GET /api/admin/breakers": at("/api/admin/breakers"),
	"POST /api/admin/breakers": at("/api/admin/breakers", { action: "toss.books", state: "AUTO" }),
	"GET /api/admin/jobs": at("/api/admin/jobs"),
	"GET /api/admin/data": at("/api/admin/data"),
	"GET /api/admin/data/:kind": at("/api/admin/data/order?limit=5"),
	"GET /api/admin/data/:kind/:id": ofOrder("/api/admin/data/order/:id"),
	"GET /api/admin/data/:kind/:id/events": ofOrder("/api/admin/data/order/:id/events?limit=5"),
	"POST /api/admin/doctor": at("/api/admin/doctor", {}),
	"GET /api/admin/doctor": at("/api/admin/doctor"),
	"GET /api/admin/parked": at("/api/admin/parked?group=payment&limit=5"),
	"POST /api/admin/parked/replay": {
		...at("/api/admin/parked/replay", { parkedId: "payment:order:ORD_0000000000:1" }),
		refusal: { status: 404, code: "PARKED_EVENT_NOT_FOUND" },
	},
	"POST /api/admin/parked/skip": {
		...at("/api/admin/parked/skip", { parkedId: "payment:order:ORD_0000000000:1" }),
		refusal: { status: 404, code: "PARKED_EVENT_NOT_FOUND" },
	},
	"POST /api/clock/advance": {
		...at("/api/clock/advance", { ms: 1 }),
		refusal: { status: 404, code: "NOT_FOUND" },
	},
	"GET /": at("/"),
	"GET /success": at("/success?paymentKey=k&orderId=ORD_0000000000&amount=1000"),
	"GET /fail": at("/fail?code=PAY_PROCESS_CANCELED&message=x"),
	"GET /orders": at("/orders"),
	"GET /orders/:orderId/story": { make: ({ orderId }) => ({ path: `/orders/${orderId}/story` }) },
	"GET /ops": at("/ops"),
	"GET /ops/data": at("/ops/data"),
	"GET /ops/doctor": at("/ops/doctor"),
	"GET /logs/dashboard": at("/logs/dashboard"),
	"GET /sagas": at("/sagas"),
	"GET /sagas/:sagaId": at("/sagas/SAG_1234567890"),
	"GET /orders/:orderId": { make: ({ orderId }) => ({ path: `/orders/${orderId}` }) },
	"GET /assets/*path": at("/assets/any/css/tokens.css"),
	"GET /api/docs": at("/api/docs"),
	"GET /api/docs/:file": at("/api/docs/start.js"),
	"GET /api/openapi.json": at("/api/openapi.json"),
	"GET /health": at("/health"),
	"GET /ready": at("/ready"),
	"GET /metrics": at("/metrics"),
};

/** A system with an owner who has paid for something, and an administrator. */
export async function worldOf(system: System): Promise<World> {
	const newcomer: World["newcomer"] = async () => {
		const username = `w-${process.pid}-${count++}`;
		const { userId } = await system.member(username);
		const { accessToken, refreshToken } = await system.loginAnswer(username, "correct horse battery");
		return { username, userId, token: String(accessToken), refreshToken: String(refreshToken) };
	};
	const [owner, admin] = await Promise.all([newcomer(), system.loginAnswer("admin", "admin")]);
	const { orderId } = await system.purchase(owner.token);
	return {
		system,
		owner,
		admin: { userId: String(admin["userId"]), token: String(admin["accessToken"]) },
		orderId,
		correlationId: `flow-${orderId}`,
		newcomer,
	};
}
