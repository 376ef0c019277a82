import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Saga } from "../../../mixins/saga/model.ts";
import type { SagaRunner } from "../../../mixins/saga/runner.ts";
import type { OrderTerms } from "../../order/contract.ts";
import type { SagaActions } from "../contract.ts";
import { takenFrom } from "../domain/checkout.ts";
import type { Refund } from "../domain/refund.ts";

type Request = SagaActions["saga.refund"]["params"];
type Answer = SagaActions["saga.refund"]["result"];

/** What refunds stand on. */
export interface RefundDesk {
	readonly sagas: SagaRunner<Refund>;
	/** The saga's id from whatever asks for it: one request, one saga. */
	readonly sagaIdOf: (cause: string) => string;
	readonly termsOf: (orderId: string) => Promise<OrderTerms>;
}

/** Money that went back without a saga: by the payment's own doing, or at the provider's console. */
export interface GivenBack {
	readonly eventId: string;
	readonly orderId: string;
	readonly paymentKey: string;
	readonly amount: number;
	readonly cancelReason: string;
}

const EXCEEDED = "CANCEL_AMOUNT_EXCEEDED";

/** Begins the refund of a request, or finds it, and waits until it has nothing to do now. */
export async function requestRefund(desk: RefundDesk, request: Request, context: CommandContext): Promise<Answer> {
	const { orderId, requestId, paymentKey, cancelReason, cancelAmount = null, left } = request;
	const { sagas } = desk;
	const sagaId = desk.sagaIdOf(requestId);
	const before = await sagas.read(sagaId);
	if (before.status === "none") {
		// What cannot be is not begun; a request that has a saga already is answered by it, whatever is left now.
		if (cancelAmount !== null && cancelAmount > left) return { sagaId, outcome: "REFUSED", errorCode: EXCEEDED };
		await begin(desk, sagaId, { orderId, paymentKey, cancelAmount, cancelReason, cancelledBy: null }, context);
	}
	await sagas.settled(sagaId);
	return { sagaId, ...outcomeOf(await sagas.read(sagaId)) };
}

/** Takes back what went with money that is back already. */
export async function followGivenBack(
	desk: RefundDesk,
	{ eventId, amount, ...given }: GivenBack,
	context: CommandContext,
): Promise<void> {
	await begin(desk, desk.sagaIdOf(eventId), { ...given, cancelAmount: amount, cancelledBy: eventId }, context);
}

async function begin(
	{ sagas, termsOf }: RefundDesk,
	sagaId: string,
	wish: Omit<Refund, "sagaId" | "userId" | "items">,
	context: CommandContext,
): Promise<void> {
	const { userId, items } = await termsOf(wish.orderId);
	const input = { sagaId, userId, items: takenFrom(items), ...wish };
	await sagas.start(sagaId, input, { ...context, commandId: `${sagaId}:start` });
}

function outcomeOf(state: Saga<Refund>): Pick<Answer, "outcome" | "errorCode"> {
	if (state.status === "none") return { outcome: "OPEN", errorCode: null };
	if (state.status === "COMPENSATED") return { outcome: "REFUSED", errorCode: state.errorCode };
	return { outcome: state.done.includes("money") ? "DONE" : "OPEN", errorCode: null };
}
