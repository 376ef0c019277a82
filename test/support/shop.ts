import { SAGA_KIND } from "../../mixins/saga/aggregate.ts";
import catalog from "../../services/catalog/catalog.service.ts";
import inventory from "../../services/inventory/inventory.service.ts";
import order from "../../services/order/order.service.ts";
import type { OrderView } from "../../services/order/contract.ts";
import payment from "../../services/payment/payment.service.ts";
import type { PaymentView } from "../../services/payment/contract.ts";
import points from "../../services/points/points.service.ts";
import saga from "../../services/saga/saga.service.ts";
import toss from "../../services/toss/toss.service.ts";
import { startPlatform, type PlatformOptions, type TestPlatform } from "./broker.ts";
import { startScriptedProvider, type ScriptedProvider } from "./scripted-provider.ts";

export const USER = { userId: "USR_HONG", roles: ["ROLE_USER"] };
export const STRANGER = { userId: "USR_KIM", roles: ["ROLE_USER"] };
export const ADMIN = { userId: "USR_ADMIN", roles: ["ROLE_ADMIN"] };
export const SECRET_KEY = "test_sk_never_shown_anywhere";
/** What confirms a paid order: `startShop({ services: CHECKOUT })`. */
export const CHECKOUT: readonly unknown[] = [inventory, points, saga];

const PATIENCE_MS = 10_000;

/** Order, payment and catalogue on a provider over real HTTP, with an auth service that only pretends to seal. */
export interface Shop extends TestPlatform {
	readonly provider: ScriptedProvider;
	place(amount?: number, meta?: typeof USER): Promise<OrderView>;
	pay(order: OrderView, options?: { paymentKey?: string; amount?: number; commandId?: string }): Promise<PaymentView>;
	/** The code of a refusal. */
	refusal(promise: Promise<unknown>): Promise<string>;
	order(orderId: string): Promise<OrderView>;
	/** The order when it is neither waiting for its payment nor for its checkout. */
	settled(orderId: string): Promise<OrderView>;
	/** Resolves when every saga has ended and every event is delivered. */
	calm(): Promise<void>;
	payment(orderId: string): Promise<PaymentView>;
	/** Event types of a payment, in order. */
	story(orderId: string): Promise<string[]>;
}

export async function startShop(
	options: Partial<PlatformOptions> & { provider?: ScriptedProvider } = {},
): Promise<Shop> {
	const provider = options.provider ?? (await startScriptedProvider());
	const platform = await startPlatform({
		...options,
		services: [authStub(), catalog, order, payment, toss, ...(options.services ?? [])],
		env: {
			TOSS_API_URL: provider.url,
			TOSS_CLIENT_KEY: "test_ck_1",
			TOSS_SECRET_KEY: SECRET_KEY,
			TOSS_TOTAL_TIMEOUT_MS: "400",
			TOSS_CONNECT_TIMEOUT_MS: "200",
			...options.env,
		},
	});
	return { ...platform, provider, ...shopCalls(platform), stop: () => stopBoth(platform, provider) };
}

function shopCalls({ call, drained, runtime }: TestPlatform): Omit<Shop, keyof TestPlatform | "provider"> {
	const order = (orderId: string) => call("order.get", { orderId }, { meta: ADMIN });
	const isBusy = async () => {
		const found = await runtime.store.find<{ dueAt: string | null }>(SAGA_KIND, { direction: "asc", limit: 1_000 });
		return found.some(({ state }) => state.dueAt !== null);
	};
	return {
		order,
		async settled(orderId) {
			await patiently(drained, async () => !["PENDING", "PAID"].includes((await order(orderId)).status));
			return order(orderId);
		},
		async calm() {
			await patiently(drained, async () => !(await isBusy()));
			await drained();
		},
		place: (amount = 10_000, meta = USER) => call("order.create", { productName: "테스트 상품", amount }, { meta }),
		pay: ({ orderId, amount: due }, { paymentKey = `key-${orderId}`, amount = due, commandId } = {}) =>
			call(
				"payment.confirm",
				{ paymentKey, orderId, amount },
				{ meta: USER, ...(commandId === undefined ? {} : { commandId }) },
			),
		refusal: (promise) =>
			promise.then(
				(answer) => `answered ${JSON.stringify(answer)}`,
				(error: unknown) => String((error as { type?: string }).type),
			),
		payment: (orderId) => call("payment.get", { orderId }, { meta: ADMIN }),
		story: async (paymentId) => (await call("payment.history", { paymentId })).map(({ eventType }) => eventType),
	};
}

async function patiently(drained: () => Promise<void>, isSo: () => Promise<boolean>): Promise<void> {
	for (const deadline = Date.now() + PATIENCE_MS; ;) {
		await drained();
		if (await isSo()) return;
		if (Date.now() > deadline) throw new Error("the shop does not come to rest");
		await new Promise((resolve) => setImmediate(resolve));
	}
}

async function stopBoth(platform: TestPlatform, provider: ScriptedProvider): Promise<void> {
	await platform.stop();
	await provider.stop();
}

/** Pretends to seal what the real service encrypts. */
export function authStub() {
	type Fields = { params: { fields: { name: string; value: string }[] } };
	const map = ({ params }: Fields, turn: (text: string) => string) =>
		Object.fromEntries(params.fields.map(({ name, value }) => [name, turn(value)]));
	return {
		name: "auth",
		actions: {
			contact: () => ({ email: "hong@example.com", name: "홍길동" }),
			seal: (ctx: Fields) => ({ sealed: map(ctx, (text) => Buffer.from(text).toString("base64url")) }),
			open: (ctx: Fields) => ({ opened: map(ctx, (text) => Buffer.from(text, "base64url").toString()) }),
		},
	};
}
