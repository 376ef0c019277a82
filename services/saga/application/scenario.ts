import type { RunningSaga, Saga } from "../../../mixins/saga/model.ts";
import type { ScenarioRequest, ScenarioResult, SagaStatus } from "../contract.ts";
import { takenFrom, type Checkout } from "../domain/checkout.ts";
import { SagaRejected } from "../domain/rejected.ts";
import { viewOf } from "./view.ts";
import type { OrderTerms, OrderView } from "../../order/contract.ts";
import type { PaymentView } from "../../payment/contract.ts";

/** What a scenario needs of the platform, in the name of one buyer; repeating a step of the same request changes nothing. */
export interface ScenarioShop {
	/** Whether all of it is in stock now; null for a product nobody knows. */
	isAvailable(line: { readonly productId: string; readonly quantity: number }): Promise<boolean | null>;
	order(request: ScenarioRequest): Promise<OrderView>;
	payment(orderId: string): Promise<PaymentView>;
	/** Pays in the provider's window and has the payment approved. */
	pay(order: OrderView): Promise<PaymentView>;
	terms(orderId: string): Promise<OrderTerms>;
	start(input: Omit<Checkout, "sagaId">): Promise<string>;
	/** Waits for an end, for a bounded time. */
	ended(sagaId: string): Promise<Saga<Checkout>>;
}

/** Makes a purchase that must end as `wanted`; refuses one that cannot, before anything is made. */
export async function runScenario(
	shop: ScenarioShop,
	request: ScenarioRequest,
	wanted: "COMPLETED" | "COMPENSATED",
	lang: "ko" | "en",
): Promise<ScenarioResult> {
	const { productId, quantity = 1 } = request;
	const isAvailable = await shop.isAvailable({ productId, quantity });
	if (isAvailable === null)
		throw new SagaRejected("VALIDATION_ERROR", { errors: [{ field: "productId", code: "unknown" }] });
	if (isAvailable !== (wanted === "COMPLETED")) throw new SagaRejected("SCENARIO_NOT_APPLICABLE", { isAvailable });
	const order = await shop.order({ ...request, quantity });
	const paid = await paidOf(shop, order);
	const { userId, amount, items } = await shop.terms(order.orderId);
	const { orderId, paymentId, paymentKey } = paid;
	const sagaId = await shop.start({
		orderId,
		userId,
		paymentId,
		paymentKey: paymentKey ?? "",
		amount,
		items: takenFrom(items),
	});
	const state = await shop.ended(sagaId);
	if (state.status === "none") throw new SagaRejected("SAGA_NOT_FOUND");
	return resultOf(state, wanted, lang);
}

async function paidOf(shop: ScenarioShop, order: OrderView): Promise<PaymentView> {
	const before = await shop.payment(order.orderId);
	return before.status === "PENDING" ? shop.pay(order) : before;
}

const MESSAGES: Readonly<Record<SagaStatus, { readonly ko: string; readonly en: string }>> = {
	COMPLETED: { ko: "Saga 정상 완료", en: "The saga has completed" },
	COMPENSATED: { ko: "보상 트랜잭션 완료", en: "Everything has been undone" },
	STARTED: { ko: "Saga 진행 중", en: "The saga is under way" },
	COMPENSATING: { ko: "보상 트랜잭션 진행 중", en: "The saga is being undone" },
};

function resultOf(state: RunningSaga<Checkout>, wanted: SagaStatus, lang: "ko" | "en"): ScenarioResult {
	const { sagaId, orderId, status, currentStep, errorMessage } = viewOf(state, lang);
	const message = MESSAGES[status][lang];
	const outcome = { success: status === wanted, sagaId, orderId, sagaStatus: status, currentStep, message };
	return errorMessage === null ? outcome : { ...outcome, errorMessage };
}
