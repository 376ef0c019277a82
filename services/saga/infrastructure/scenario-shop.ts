import type { Runtime } from "../../../mixins/runtime.ts";
import type { Saga } from "../../../mixins/saga/model.ts";
import type { SagaRunner } from "../../../mixins/saga/runner.ts";
import { asCommand, commandIdOf, contextOf, type Broker, type Ctx } from "../../../mixins/typed.ts";
import type { ScenarioShop } from "../application/scenario.ts";
import type { Checkout } from "../domain/checkout.ts";
import { twinWindow } from "./twin.gateway.ts";

/** Who buys when nobody is signed in. */
const TEST_BUYER = "USR_SAGA_TEST";
const END_WAIT_MS = 15_000;
const LOOK_EVERY_MS = 100;

/** The platform as a scenario uses it: everything in the buyer's name, under command ids of the one request. */
export function scenarioShop(
	ctx: Ctx,
	{ runtime, broker, sagas }: { runtime: Runtime; broker: Broker; sagas: SagaRunner<Checkout> },
): ScenarioShop {
	const { settings, clock, ids } = runtime;
	const { correlationId } = contextOf(ctx);
	const given = commandIdOf(ctx);
	// A call without a name of its own is never repeated; a fresh id keeps orders and sagas in order of time.
	const commandId = given === ctx.id ? ids.next("CMD") : given;
	const meta = { correlationId, userId: ctx.meta.userId ?? TEST_BUYER, roles: ["ROLE_USER"] };
	const as = (suffix: string) => ({ ...asCommand(commandId + suffix), meta });

	return {
		async isAvailable(line) {
			const { shortages } = await broker.call("inventory.check", { items: [line] }, { meta });
			if (shortages.length === 0) return true;
			return broker.call("inventory.get", { productId: line.productId }, { meta }).then(
				() => false,
				(error: unknown) => unlessUnknown(error),
			);
		},
		order({ productId, productName, amount, quantity }) {
			const name = productName === undefined ? {} : { productName };
			const price = amount === undefined ? {} : { amount };
			return broker.call("order.place", { productId, quantity: quantity ?? 1, ...name, ...price }, as(""));
		},
		payment: (orderId) => broker.call("payment.get", { orderId }, { meta }),
		async pay({ orderId, amount, orderName }) {
			const paymentKey = await twinWindow(settings.toss.apiUrl).pay({ orderId, amount, orderName });
			return broker.call("payment.confirm", { paymentKey, orderId, amount }, as(":payment"));
		},
		terms: (orderId) => broker.call("order.terms", { orderId }, { meta }),
		async start(input) {
			const sagaId = ids.derive("SAG", input.orderId);
			const context = { ...contextOf(ctx), commandId: `${input.orderId}:checkout` };
			await sagas.start(sagaId, { sagaId, ...input }, context);
			return sagaId;
		},
		async ended(sagaId) {
			const until = clock.now() + END_WAIT_MS;
			for (;;) {
				await sagas.settled(sagaId);
				const state = await sagas.read(sagaId);
				// A virtual clock stands still while somebody waits for it.
				if (isOver(state) || clock.now() >= until || settings.clock === "virtual") return state;
				await clock.sleep(LOOK_EVERY_MS);
			}
		},
	};
}

function isOver(state: Saga<Checkout>): boolean {
	return state.status === "COMPLETED" || state.status === "COMPENSATED";
}

function unlessUnknown(error: unknown): null {
	const { type } = error as { readonly type?: unknown };
	if (type === "PRODUCT_NOT_FOUND") return null;
	throw error;
}
