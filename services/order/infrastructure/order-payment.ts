import type { CallingOptions } from "moleculer";
import type { CommandContext } from "../../../mixins/actor/port.ts";
import { asCommand, type Caller } from "../../../mixins/typed.ts";
import type { OrderPayment } from "../application/ending.ts";

/** The payment service, asked within a request of its own context (`ctx`) or, with `context`, on the platform's behalf. */
export function orderPayment(
	caller: Caller,
	context: Pick<CommandContext, "commandId"> & Partial<CommandContext>,
): OrderPayment {
	const options: CallingOptions = { ...asCommand(`${context.commandId}:payment`), ...metaOf(context) };
	return {
		void: (orderId, reason) => caller.call("payment.void", { orderId, reason }, options),
		expire: (orderId) => caller.call("payment.expire", { orderId }, options),
		refund: (orderId, cancelReason, requestedAt) => {
			// However often the sweep takes up a wish of the customer, it is one refund.
			const named = context.actor === undefined ? {} : asCommand(`${orderId}:cancel:${requestedAt}`);
			return caller.call("payment.cancel", { orderId, cancelReason }, { ...options, ...named });
		},
	};
}

function metaOf({ correlationId, causationId, actor }: Partial<CommandContext>): Pick<CallingOptions, "meta"> {
	return actor === undefined ? {} : { meta: { correlationId, causationId, actor } };
}
