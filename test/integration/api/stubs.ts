import { Errors, type Context, type ServiceSchema } from "moleculer";
import type { ActionName, ParamsOf, ResultOf } from "../../../services/contracts.ts";
import { id as idRule, limit, cursor } from "../../../mixins/rules.ts";
import type { Meta } from "../../../mixins/typed.ts";
import { DOCTOR_EXAMPLES } from "./doctor-stubs.ts";
import { OPS_EXAMPLES } from "./ops-stubs.ts";
import { SAGA_EXAMPLES } from "./saga-stubs.ts";

/** A call that reached a stub. */
export interface Call {
	readonly action: string;
	readonly params: Record<string, unknown>;
	readonly meta: Meta;
	readonly commandId: string | undefined;
}

type Answer<Name extends ActionName> = (
	params: ParamsOf<Name>,
	ctx: Context<ParamsOf<Name>, Meta>,
) => ResultOf<Name> | Promise<ResultOf<Name>>;

/** What a test lets an action answer; others answer their example. */
export type Answers = { [Name in ActionName]?: Answer<Name> };

/** A refusal as a service's error mixin makes it. */
export function refuse(status: number, code: string, data: object = {}): never {
	throw new Errors.MoleculerClientError(code, status, code, data);
}

const text = { type: "string", min: 1, max: 100, optional: true };
const won = { type: "number", integer: true, min: 1, max: 100_000_000 };

const RULES: Partial<Record<ActionName, object>> = {
	"auth.session": { sessionId: idRule, userId: idRule },
	"auth.signup": {
		username: { type: "string", min: 3, max: 30 },
		password: { type: "string", min: 8 },
		email: { type: "email" },
	},
	"auth.login": { username: text, email: text, password: { type: "string", min: 1, max: 128 } },
	"auth.refresh": { refreshToken: { type: "string", min: 10, max: 512 } },
	"auth.logout": { refreshToken: { ...text, max: 512 } },
	"auth.revokeSession": { sessionId: idRule },
	"auth.erase": { userId: idRule },
	"auth.setRoles": { userId: idRule, roles: { type: "array", max: 9, items: { type: "string" } } },
	"order.create": {
		items: {
			type: "array",
			optional: true,
			min: 1,
			max: 50,
			items: { type: "object", strict: "remove", props: { productId: idRule, quantity: { ...won, max: 99 } } },
		},
		productName: text,
		orderName: text,
		amount: { ...won, optional: true },
		customerName: text,
	},
	"order.get": { orderId: idRule },
	"order.list": { limit, cursor, status: { ...text }, userId: { ...idRule, optional: true } },
	"order.history": { orderId: idRule },
	"story.get": { orderId: idRule, view: { ...text } },
	"order.cancel": { orderId: idRule, reason: { type: "string", min: 1, max: 200 } },
	"payment.confirm": { paymentKey: { type: "string", min: 1, max: 200 }, orderId: idRule, amount: won },
	"payment.get": { orderId: idRule },
	"payment.cancel": {
		orderId: idRule,
		cancelReason: { type: "string", min: 1, max: 200 },
		cancelAmount: { ...won, optional: true },
	},
	"payment.webhook": {
		eventType: text,
		createdAt: text,
		data: {
			type: "object",
			strict: "remove",
			optional: true,
			props: { paymentKey: text, orderId: text, status: text },
		},
	},
	"ledger.entries": { orderId: { ...idRule, optional: true } },
	"ledger.balance": { account: text },
	"saga.testSuccess": { productId: idRule },
	"saga.testFailure": { productId: idRule },
	"saga.get": { sagaId: idRule },
	"saga.getByOrder": { orderId: idRule },
	"saga.retry": { sagaId: idRule },
	"inventory.create": { productId: idRule, productName: { type: "string", min: 1 }, quantity: { ...won, min: 0 } },
	"inventory.list": { limit, cursor },
	"inventory.get": { productId: idRule },
	"inventory.adjust": { productId: idRule, delta: { ...won, min: -1_000 } },
	"logging.trace": { correlationId: { type: "string", max: 128 } },
	"logging.recent": { limit: { ...won, max: 500, optional: true }, minutes: { ...won, max: 1_440, optional: true } },
	"logging.paymentHistory": { paymentId: idRule },
	"logging.paymentState": { paymentId: idRule, sequence: { ...won, optional: true } },
};

const AT = "2030-01-07T00:00:00.000Z";
const order = (orderId: string, userId: string): ResultOf<"order.get"> => ({
	orderId,
	orderName: "Code review",
	amount: 5_000,
	currency: "KRW",
	status: "PENDING",
	items: [],
	userId,
	customerEmail: "mina@example.com",
	customerName: "Mina",
	createdAt: AT,
	updatedAt: AT,
	expiresAt: AT,
});
const story = ({ orderId, orderName, amount }: ResultOf<"order.get">): ResultOf<"story.get"> => ({
	...{ orderId, orderName, amount, currency: "KRW", view: "plain", hasEnded: false, isComplete: true },
	...{ milestones: [], entries: [], sagaIds: [] },
	totals: { charged: 0, refunded: 0, pointsEarned: 0, pointsTaken: 0 },
});
const payment = (orderId: string): ResultOf<"payment.get"> => ({
	paymentId: "PAY_1",
	orderId,
	orderName: "Code review",
	amount: 5_000,
	currency: "KRW",
	status: "APPROVED",
	paymentKey: "tgen_1",
	method: "카드",
	approvedAt: AT,
	cancelledAmount: 0,
	createdAt: AT,
});
const tokens = (): ResultOf<"auth.login"> => ({
	accessToken: "access",
	refreshToken: "refresh-token-0001",
	tokenType: "Bearer",
	expiresIn: 300,
	refreshExpiresIn: 2_592_000,
	userId: "USR_MINA",
	username: "mina",
	roles: ["ROLE_USER"],
});

const METRICS: ResultOf<"logging.metrics"> = {
	timeRange: "24 hours",
	hours: 24,
	windowStart: AT,
	totalEvents: 0,
	failedEvents: 0,
	overallSuccessRate: null,
	avgProcessingTimeMs: null,
	p95ProcessingTimeMs: null,
	hourlyEventCounts: [],
	eventTypeCounts: [],
	serviceSuccessRates: [],
	serviceProcessingTimes: [],
	saga: null,
	generatedAt: AT,
};

/** Example answers; an order belongs to the user its id names (`ORD_OF_<user>`), as an owner check would have it. */
function stock(productId: string, quantity: number) {
	return { productId, productName: "테스트 상품", quantity, reservedQuantity: 0, available: quantity };
}

const EXAMPLES: Answers = {
	"auth.signup": ({ username, email }) => ({
		id: "USR_NEW",
		userId: "USR_NEW",
		username,
		email,
		roles: ["ROLE_USER"],
		createdAt: AT,
	}),
	"auth.login": tokens,
	"auth.refresh": tokens,
	"auth.logout": () => null,
	"auth.logoutAll": () => null,
	"auth.sessions": () => ({ items: [] }),
	"auth.revokeSession": () => null,
	"auth.profile": (_params, { meta }) => ({
		userId: meta.userId ?? "",
		username: "mina",
		email: null,
		name: null,
		phoneNumber: null,
		roles: ["ROLE_USER"],
		authorities: [{ authority: "ROLE_USER" }],
		createdAt: AT,
	}),
	"auth.erase": ({ userId }, { meta }) => {
		if (meta.userId !== userId && meta.roles?.includes("ROLE_ADMIN") !== true) refuse(403, "FORBIDDEN");
		return null;
	},
	"auth.setRoles": ({ userId, roles }) => ({ userId, roles }),
	"auth.figures": () => ({ users: 3 }),
	"catalog.products": () => ({ items: [], nextCursor: null }),
	"order.create": (_params, { meta }) => order("ORD_1", meta.userId ?? ""),
	"order.get": ({ orderId }, { meta }) => owned(orderId, meta),
	"order.list": () => ({ items: [], nextCursor: null }),
	"order.history": ({ orderId }, { meta }) => (owned(orderId, meta), { items: [] }),
	"story.get": ({ orderId }, { meta }) => story(owned(orderId, meta)),
	"order.cancel": ({ orderId }, { meta }) => owned(orderId, meta),
	"order.counts": () => ({ CREATED: 0, PENDING: 1, PAID: 0, CONFIRMED: 4, COMPLETED: 0, FAILED: 1, CANCELLED: 0 }),
	"payment.config": () => ({ clientKey: "test_ck", mode: "mock", sdkUrl: "http://127.0.0.1/sdk" }),
	"payment.confirm": ({ orderId }, { meta }) => (owned(orderId, meta, "PAYMENT_NOT_FOUND"), payment(orderId)),
	"payment.get": ({ orderId }, { meta }) => (owned(orderId, meta, "PAYMENT_NOT_FOUND"), payment(orderId)),
	"payment.cancel": ({ orderId }, { meta }) => (owned(orderId, meta, "PAYMENT_NOT_FOUND"), payment(orderId)),
	"payment.webhook": () => ({ received: true }),
	"payment.figures": () => ({ approvedCount: 4, approvedAmount: 61_000, cancelledAmount: 0 }),
	"ledger.accounts": () => ({ items: [], nextCursor: null }),
	"ledger.entries": () => ({ items: [], nextCursor: null }),
	"ledger.balance": () => ({
		account: "checkout:cash",
		name: "checkout_cash",
		type: "liability",
		normalSide: "credit",
		hasOwners: false,
		debits: 0,
		credits: 5_000,
		balance: 5_000,
		currency: "KRW",
		at: AT,
		sequence: 1,
	}),
	"ledger.verify": () => ({
		book: "main",
		isIntact: true,
		batches: 0,
		entries: 0,
		head: null,
		trialBalance: { debits: 0, credits: 0, difference: 0 },
		firstBreak: null,
		verifiedAt: AT,
		durationMs: 0,
	}),
	...SAGA_EXAMPLES,
	...DOCTOR_EXAMPLES,
	...OPS_EXAMPLES,
	"inventory.create": ({ productId, quantity }) => stock(productId, quantity),
	"inventory.adjust": ({ productId, delta }) => stock(productId, 100 + delta),
	"inventory.get": ({ productId }) => stock(productId, 100),
	"inventory.list": () => ({ items: [stock("PROD-TEST-001", 100)], nextCursor: null }),
	"points.my": (_params, { meta }) => ({ userId: meta.userId ?? "", username: "hong", balance: 0, history: [] }),
	"logging.trace": () => [],
	"logging.recent": () => [],
	"logging.paymentHistory": () => [],
	"logging.userEvents": () => ({ items: [], nextCursor: null }),
	"logging.search": ({ id }) => ({ id, matches: [] }),
	"logging.metrics": () => METRICS,
	"logging.tail": ({ after = 7 }) => ({ items: [], last: after, isAtEnd: true }),
	"logging.streamEvents": () => ({ items: [], nextAfter: null }),
	"logging.streamState": ({ kind, id }) => ({
		kind,
		id,
		requestedSequence: null,
		sequence: 1,
		lastSequence: 1,
		eventType: "order.created",
		occurredAt: AT,
		state: {},
	}),
	"logging.paymentState": ({ paymentId }) => ({
		paymentId,
		requestedSequence: null,
		sequence: 1,
		state: "PENDING",
		eventType: "payment.created",
		occurredAt: AT,
		snapshot: {},
	}),
};

function owned(orderId: string, meta: Meta, code = "ORDER_NOT_FOUND"): ResultOf<"order.get"> {
	const owner = orderId.replace("ORD_OF_", "");
	if (meta.userId !== owner && meta.roles?.includes("ROLE_ADMIN") !== true) refuse(404, code);
	return order(orderId, owner);
}

/** Services of which every public action answers its example or what the test says. */
export function stubServices(answers: Answers, calls: Call[]): ServiceSchema[] {
	const names = [...new Set([...Object.keys(EXAMPLES), ...Object.keys(answers)])] as ActionName[];
	const services = new Map<string, ServiceSchema>();
	for (const name of names) {
		const [service = "", local = ""] = name.split(".");
		const schema = services.get(service) ?? { name: service, actions: {} };
		services.set(service, schema);
		const actions = schema.actions ?? {};
		actions[local] = {
			params: { $$strict: "remove", ...RULES[name] },
			handler(ctx: Context<Record<string, unknown>, Meta>) {
				const headers = ctx.headers as { commandId?: string };
				calls.push({ action: name, params: { ...ctx.params }, meta: { ...ctx.meta }, commandId: headers.commandId });
				const answer = (answers[name] ?? EXAMPLES[name]) as (params: unknown, ctx: unknown) => unknown;
				return answer(ctx.params, ctx);
			},
		};
	}
	return [...services.values()];
}
