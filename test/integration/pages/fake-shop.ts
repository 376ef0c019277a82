import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiCall, ApiReply } from "../../support/page-server.ts";

type Handler = (call: ApiCall, ...parts: string[]) => ApiReply;

interface FakeOrder {
	orderId: string;
	orderName: string;
	amount: number;
	status: string;
	items: Record<string, unknown>[];
	history: { sequence: number; toStatus: string; actor: string; at: string; reason: string | null }[];
	[field: string]: unknown;
}

const AT = "2025-06-10T03:04:05.000Z";
const sdk = readFileSync(join(process.cwd(), "test/integration/pages/sdk.js"), "utf8");

const product = (productId: string, ko: string, en: string, price: number, rest: Record<string, unknown>) => ({
	productId,
	name: { ko, en },
	price,
	currency: "KRW",
	quantityMax: 5,
	description: { ko: "출시 전 점검부터 보고서까지 한 번에 제공합니다.", en: "From first check to final report." },
	emoji: "◆",
	category: "service",
	...rest,
});

const colours = [
	{ code: "space-black", label: { ko: "스페이스 블랙", en: "Space Black" } },
	{ code: "titanium-blue", label: { ko: "티타늄 블루", en: "Titanium Blue" } },
	{ code: "desert-titanium", label: { ko: "데저트 티타늄", en: "Desert Titanium" } },
];

/** The API as the pages see it: accounts, products, orders, payments; every test sets what it needs. */
export class FakeShop {
	readonly calls: ApiCall[] = [];
	readonly orders: FakeOrder[] = [];
	readonly payments = new Map<string, Record<string, unknown>>();
	products = [
		product("dev-tools", "프리미엄 개발자 도구", "Premium developer tools", 1000, {}),
		product("code-review", "코드 리뷰 서비스", "Code review", 5000, {}),
		product("cloud", "클라우드 호스팅", "Cloud hosting", 10000, {}),
		product("iphone-16-pro", "아이폰 16 Pro", "iPhone 16 Pro", 1550000, { category: "device", options: colours }),
		product("galaxy-s25-ultra", "갤럭시 S25 Ultra", "Galaxy S25 Ultra", 1490000, {
			category: "device",
			options: colours.slice(0, 2),
		}),
		product("test", "테스트 상품", "Test product", 10000, { category: "test" }),
	];
	/** Answers of the next confirms, first in first out; the default approves. */
	confirms: (ApiReply | "drop")[] = [];
	/** How many looks at a payment still see it approving. */
	approvingLooks = 0;
	/** How many looks at an order still see it paid and not confirmed. */
	paidLooks = 0;
	/** Whether access tokens are refused until the next refresh. */
	expired = false;
	refreshable = true;
	username = "user";
	/** What the history calls the reason of a cancellation. */
	readonly tokens = { issued: 0 };

	private readonly routes: [string, RegExp, Handler][] = [
		["GET", /^\/twin\/sdk\.js$/, () => ({ status: 200, body: sdk })],
		["GET", /^\/api\/products$/, () => ({ status: 200, body: { items: this.products, nextCursor: null } })],
		["GET", /^\/api\/payments\/config$/, () => this.config()],
		["POST", /^\/api\/auth\/login$/, (call) => this.login(call)],
		["POST", /^\/api\/auth\/signup$/, (call) => this.signup(call)],
		["POST", /^\/api\/auth\/refresh$/, (call) => this.refresh(call)],
		[
			"POST",
			/^\/api\/auth\/logout$/,
			() => ({ status: 204, headers: { "set-cookie": "refresh=; Path=/; Max-Age=0" } }),
		],
		["GET", /^\/api\/user\/profile$/, () => this.profile()],
		["POST", /^\/api\/orders$/, (call) => this.order(call)],
		["GET", /^\/api\/orders$/, (call) => this.list(call)],
		["GET", /^\/api\/orders\/([^/]+)$/, (_, orderId) => this.shown(this.orderOf(orderId))],
		["GET", /^\/api\/orders\/([^/]+)\/history$/, (_, orderId) => this.history(orderId)],
		["POST", /^\/api\/orders\/([^/]+)\/cancel$/, (call, orderId) => this.cancel(call, orderId)],
		["POST", /^\/api\/payments\/confirm$/, (call) => this.confirm(call)],
		["GET", /^\/api\/payments\/([^/]+)$/, (_, orderId) => this.payment(orderId)],
	];

	/** Answers one call. */
	readonly answer = (call: ApiCall): ApiReply => {
		this.calls.push(call);
		const isOpen = /^\/(twin|api\/(products|auth|payments\/config))/.test(call.path);
		const isKnown = call.headers.authorization === `Bearer token-${this.tokens.issued}` && !this.expired;
		if (!isOpen && !isKnown) return problem(401, "UNAUTHENTICATED", "log in");
		for (const [method, path, handler] of this.routes) {
			const match = path.exec(call.path);
			if (method === call.method && match !== null) return handler(call, ...match.slice(1));
		}
		return problem(404, "NOT_FOUND", "no such route");
	};

	/** The calls of one route. */
	made(method: string, path: string): ApiCall[] {
		return this.calls.filter((call) => call.method === method && call.path === path);
	}

	/** Puts an order into the books without the browser. */
	addOrder(fields: Partial<FakeOrder>): FakeOrder {
		const number = String(this.orders.length + 1).padStart(4, "0");
		const order: FakeOrder = {
			orderId: `ORD_01JX0000000000000000${number}`,
			orderName: "코드 리뷰 서비스",
			amount: 5000,
			currency: "KRW",
			status: "PENDING",
			items: [{ productId: "code-review", name: "코드 리뷰 서비스", unitPrice: 5000, quantity: 1, subtotal: 5000 }],
			userId: "USR_1",
			customerName: "user",
			customerEmail: "user@example.com",
			createdAt: AT,
			updatedAt: AT,
			expiresAt: "2999-01-01T00:00:00.000Z",
			history: [
				{ sequence: 1, toStatus: "CREATED", actor: "USER", at: AT, reason: null },
				{ sequence: 2, toStatus: "PENDING", actor: "SYSTEM", at: AT, reason: null },
			],
			...fields,
		};
		this.orders.unshift(order);
		this.payments.set(order.orderId, paymentOf(order, order.status === "CONFIRMED" ? "APPROVED" : "PENDING"));
		return order;
	}

	private session(): ApiReply {
		this.expired = false;
		this.tokens.issued += 1;
		const accessToken = `token-${this.tokens.issued}`;
		return {
			status: 200,
			headers: { "set-cookie": "refresh=secret; Path=/; HttpOnly; SameSite=Strict" },
			body: {
				accessToken,
				tokenType: "Bearer",
				expiresIn: 300,
				username: this.username,
				userId: "USR_1",
				roles: ["ROLE_USER"],
			},
		};
	}

	private login({ body }: ApiCall): ApiReply {
		if (body["password"] !== "password") return problem(401, "BAD_CREDENTIALS", "wrong");
		return this.session();
	}

	private signup({ body }: ApiCall): ApiReply {
		if (body["username"] === "taken") return problem(409, "USERNAME_TAKEN", "taken");
		this.username = String(body["username"]);
		return { status: 201, body: { username: this.username } };
	}

	private refresh({ headers }: ApiCall): ApiReply {
		const known = headers.cookie?.includes("refresh=secret") ?? false;
		return known && this.refreshable ? this.session() : problem(401, "INVALID_REFRESH_TOKEN", "over");
	}

	private config(): ApiReply {
		return { status: 200, body: { clientKey: "test_ck_1", mode: "mock", sdkUrl: "/twin/sdk.js" } };
	}

	private profile(): ApiReply {
		return { status: 200, body: { username: this.username, email: "user@example.com", roles: [], createdAt: AT } };
	}

	private order({ body }: ApiCall): ApiReply {
		const [item] = body["items"] as { productId: string; quantity: number; option?: string }[];
		const found = this.products.find(({ productId }) => productId === item?.productId);
		if (item === undefined || found === undefined) return problem(404, "PRODUCT_NOT_FOUND", "no such product");
		const subtotal = found.price * item.quantity;
		const order = this.addOrder({
			orderName: found.name.ko,
			amount: subtotal,
			items: [{ ...item, name: found.name.ko, unitPrice: found.price, subtotal }],
		});
		return { status: 201, body: order };
	}

	private list({ query }: ApiCall): ApiReply {
		const start = Number(query.get("cursor") ?? 0);
		const limit = Number(query.get("limit"));
		const status = query.get("status");
		const all = this.orders.filter((order) => status === null || order.status === status);
		const nextCursor = start + limit < all.length ? String(start + limit) : null;
		return { status: 200, body: { items: all.slice(start, start + limit), nextCursor } };
	}

	private orderOf(orderId: string | undefined): FakeOrder | undefined {
		return this.orders.find((order) => order.orderId === orderId);
	}

	private found(order: FakeOrder | undefined): ApiReply {
		return order === undefined ? problem(404, "ORDER_NOT_FOUND", "no such order") : { status: 200, body: order };
	}

	private shown(order: FakeOrder | undefined): ApiReply {
		if (order === undefined || this.paidLooks <= 0) return this.found(order);
		this.paidLooks -= 1;
		return { status: 200, body: { ...order, status: "PAID" } };
	}

	private history(orderId: string | undefined): ApiReply {
		return { status: 200, body: { items: this.orderOf(orderId)?.history ?? [] } };
	}

	private cancel({ body }: ApiCall, orderId: string | undefined): ApiReply {
		const order = this.orderOf(orderId);
		if (order === undefined) return this.found(order);
		order.status = "CANCELLED";
		const reason = String(body["reason"]);
		order.history.push({ sequence: 3, toStatus: "CANCELLED", actor: "USER", at: AT, reason });
		return { status: 200, body: order };
	}

	private confirm({ body }: ApiCall): ApiReply {
		const order = this.orderOf(String(body["orderId"]));
		const scripted = this.confirms.shift();
		if (scripted !== undefined && scripted !== "drop") return scripted;
		if (order === undefined) return problem(404, "PAYMENT_NOT_FOUND", "no such payment");
		const payment = this.approve(order);
		if (scripted === "drop") return problem(503, "OUTCOME_UNKNOWN", "not known");
		return { status: 200, body: payment };
	}

	private approve(order: FakeOrder): Record<string, unknown> {
		order.status = "CONFIRMED";
		order.history.push(
			{ sequence: 3, toStatus: "PAID", actor: "TOSS_PAYMENTS", at: AT, reason: null },
			{ sequence: 4, toStatus: "CONFIRMED", actor: "SAGA", at: AT, reason: null },
		);
		const payment = { ...paymentOf(order, "APPROVED"), method: "카드", approvedAt: AT };
		this.payments.set(order.orderId, payment);
		return payment;
	}

	private payment(orderId = ""): ApiReply {
		const payment = this.payments.get(orderId);
		if (payment === undefined) return problem(404, "PAYMENT_NOT_FOUND", "no such payment");
		if (this.approvingLooks > 0) {
			this.approvingLooks -= 1;
			return { status: 200, body: { ...payment, status: "APPROVING" } };
		}
		return { status: 200, body: payment };
	}
}

/** A problem+json answer. */
export function problem(status: number, code: string, message: string): ApiReply {
	return {
		status,
		body: { title: code, status, code, message, detail: message, correlationId: "COR_test", errors: [] },
	};
}

function paymentOf(order: FakeOrder, status: string): Record<string, unknown> {
	const { orderId, orderName, amount } = order;
	return { orderId, orderName, amount, status, method: null, approvedAt: null, cancelledAmount: 0, createdAt: AT };
}
