import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { Broker } from "../../../mixins/typed.ts";
import { carryCancel } from "../application/ending.ts";
import { placed } from "../application/view.ts";
import type { PlacedOrder } from "../domain/model.ts";
import { orderAggregate } from "./order.aggregate.ts";
import { orderPayment } from "./order-payment.ts";

/** Ends orders whose time is over, and resumes endings that were interrupted. */
export interface Sweeper {
	/** Looks at everything that is due now; answers how many orders it looked at. */
	run(signal?: AbortSignal): Promise<{ examined: number }>;
}

const PAGE = 200;
/** The reason an order is cancelled with when nobody paid in time. */
export const EXPIRED_REASON = "EXPIRED";

/** One order's trouble never stops the others: it stays due and is tried again in the next run. */
export function createSweeper(runtime: Runtime, broker: Broker): Sweeper {
	const { clock, store, actors } = runtime;

	async function endDue(due: PlacedOrder): Promise<void> {
		const { orderId } = due;
		const context = await contextOf(runtime, orderId);
		const now = clock.iso();
		const tell = async (step: string, command: Parameters<typeof orderAggregate.decider.decide>[1]) =>
			placed(
				(await actors.tell(orderAggregate, orderId, command, { ...context, commandId: context.commandId + step }))
					.state,
			);
		const requested =
			due.cancelRequest === null
				? await tell(":expire", { type: "request-cancel", reason: EXPIRED_REASON, cause: "EXPIRY", now })
				: due;
		await carryCancel(requested, orderPayment(broker, context), tell, now);
	}

	return {
		async run(signal) {
			const range = { field: "dueAt", to: clock.iso() };
			let after: readonly string[] | undefined;
			let examined = 0;
			while (signal?.aborted !== true) {
				const from = after === undefined ? {} : { after };
				const page = await store.find<PlacedOrder>("order", { range, direction: "asc", limit: PAGE, ...from });
				await Promise.allSettled(page.map(({ state }) => endDue(state)));
				examined += page.length;
				const last = page.at(-1);
				if (last === undefined || page.length < PAGE) break;
				after = [last.state.dueAt ?? "", last.id];
				await clock.turn();
			}
			return { examined };
		},
	};
}

/** What the sweep does belongs to the story of the request behind the order's last event. */
async function contextOf({ actors, ids }: Runtime, orderId: string): Promise<CommandContext> {
	const last = (await actors.history(orderAggregate, orderId)).at(-1);
	const commandId = ids.next("CMD");
	return {
		commandId,
		correlationId: last?.correlationid ?? commandId,
		causationId: last?.id ?? commandId,
		actor: "SYSTEM",
	};
}
