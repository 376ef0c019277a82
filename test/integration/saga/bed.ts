import { SAGA_KIND } from "../../../mixins/saga/aggregate.ts";
import type { RunningSaga } from "../../../mixins/saga/model.ts";
import type { OrderView } from "../../../services/order/contract.ts";
import type { PaymentView } from "../../../services/payment/contract.ts";
import type { SagaView } from "../../../services/saga/contract.ts";
import type { Twin } from "../../../services/toss-twin/running.ts";
import { createTwin } from "../../../services/toss-twin/twin.ts";
import { ADMIN, CHECKOUT, startShop, USER, type Shop } from "../../support/shop.ts";

/** The shop with stock, points and sagas, at a Toss Twin. */
export interface SagaBed {
	readonly shop: Shop;
	readonly twinUrl: string;
	/** Something will go wrong at the provider, once. */
	fault(operation: string, kind: string, more?: object): Promise<void>;
	/** Won the provider holds for an order. */
	held(orderId: string): Promise<number>;
	/** Won of every charge and of every refund of an order, in the provider's own books. */
	books(orderId: string): Promise<{ readonly charges: readonly number[]; readonly refunds: readonly number[] }>;
	/** A purchase of a product as a buyer makes it who saw it in stock a moment ago; answers the order. */
	buy(productId: string, quantity?: number): Promise<string>;
	/** All of a charge goes back at the provider's own console, unknown to us. */
	console(paymentKey: string): Promise<void>;
	pay(order: OrderView): Promise<PaymentView>;
	/** The order's saga when it has ended; with a virtual clock time passes whenever it waits. */
	ended(orderId: string): Promise<SagaView>;
	/** Pieces that can be bought. */
	available(productId: string): Promise<number>;
	balance(): Promise<number>;
	stop(): Promise<void>;
}

interface Books {
	readonly charges: readonly { readonly orderId: string; readonly amount: number }[];
	readonly refunds: readonly { readonly orderId: string; readonly amount: number }[];
}

const TWIN_KEY = "test_sk_payflow_twin_demo_0001";
const PATIENCE_MS = 15_000;
const BOOKS_MAX = 1_000;

export async function startSagas(
	env: Readonly<Record<string, string>> = {},
	clock: "virtual" | "system" = "system",
	services: readonly unknown[] = CHECKOUT,
): Promise<SagaBed> {
	const twin = createTwin({ port: 0 });
	const { url: twinUrl } = await twin.start();
	const shop = await startShop({
		services,
		clock,
		env: {
			TOSS_API_URL: twinUrl,
			TOSS_SECRET_KEY: "",
			TOSS_CLIENT_KEY: "",
			TOSS_TOTAL_TIMEOUT_MS: "1000",
			RECONCILE_AFTER_SECONDS: "1",
			RECONCILE_EVERY_SECONDS: "1",
			...env,
		},
	});
	return { shop, twinUrl, ...calls(shop, twinUrl), stop: () => stopBoth(shop, twin) };
}

function calls(shop: Shop, twinUrl: string): Omit<SagaBed, "shop" | "twinUrl" | "stop"> {
	const post = async <Answer>(path: string, body: object): Promise<Answer> => {
		const headers = { "content-type": "application/json" };
		const response = await fetch(twinUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
		expect(response.status).toBeLessThan(300);
		return (await response.json()) as Answer;
	};
	const books = async (orderId: string) => {
		const all = (await (await fetch(`${twinUrl}/twin/books?limit=${BOOKS_MAX}`)).json()) as Books;
		const of = (movements: Books["charges"]) =>
			movements.filter((movement) => movement.orderId === orderId).map(({ amount }) => amount);
		return { charges: of(all.charges), refunds: of(all.refunds) };
	};
	const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

	const pay = async (order: OrderView): Promise<PaymentView> => {
		const { orderId, amount, orderName } = order;
		const { sessionId } = await post<{ sessionId: string }>("/twin/sessions", { orderId, amount, orderName });
		const { paymentKey } = await post<{ paymentKey: string }>(`/twin/sessions/${sessionId}/approve`, {});
		return shop.pay(order, { paymentKey });
	};

	return {
		async fault(operation, kind, more = {}) {
			await post("/twin/faults", [{ match: { operation }, fault: kind, times: 1, ...more }]);
		},
		books,
		async console(paymentKey) {
			const authorization = `Basic ${Buffer.from(`${TWIN_KEY}:`).toString("base64")}`;
			const headers = { "content-type": "application/json", authorization };
			const body = JSON.stringify({ cancelReason: "console" });
			const response = await fetch(`${twinUrl}/v1/payments/${paymentKey}/cancel`, { method: "POST", headers, body });
			expect(response.status).toBe(200);
		},
		async held(orderId) {
			const { charges, refunds } = await books(orderId);
			return sum(charges) - sum(refunds);
		},
		pay,
		async buy(productId, quantity = 1) {
			return (await pay(await shop.call("order.place", { productId, quantity }, { meta: USER }))).orderId;
		},
		async ended(orderId) {
			for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
				await shop.drained();
				const view = await shop.call("saga.getByOrder", { orderId }, { meta: ADMIN }).catch(() => null);
				if (view !== null && view.durationMs !== null) return view;
				if (view !== null) await passTime(shop, view);
				await new Promise((resolve) => setImmediate(resolve));
			}
			throw new Error(`the saga of ${orderId} did not end`);
		},
		available: async (productId) => (await shop.call("inventory.get", { productId }, { meta: ADMIN })).available,
		balance: async () => (await shop.call("points.my", null, { meta: USER })).balance,
	};
}

/** To the next attempt, if the saga waits for one. */
async function passTime({ runtime, advance }: Shop, { sagaId }: SagaView): Promise<void> {
	const stored = await runtime.store.load<RunningSaga<object>>(SAGA_KIND, sagaId);
	if (stored === null || stored.state.runner !== null || stored.state.dueAt === null) return;
	await advance(Math.max(0, Date.parse(stored.state.dueAt) - runtime.clock.now()));
}

async function stopBoth(shop: Shop, twin: Twin): Promise<void> {
	await shop.stop();
	await twin.stop();
}
