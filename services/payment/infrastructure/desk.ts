import type { Runtime } from "../../../mixins/runtime.ts";
import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Desk } from "../application/ports.ts";
import { eventOf } from "../application/view.ts";
import { PaymentRejected, type PaymentCommand } from "../domain/model.ts";
import { paymentAggregate } from "./payment.aggregate.ts";

const PROVIDER_ACTOR = "TOSS_PAYMENTS";
const OWN_ACTOR = "SYSTEM";

/** Reads and changes payments on behalf of one request. */
export function createDesk({ actors, clock }: Runtime, context: CommandContext): Desk {
	return {
		read: async (paymentId) => (await actors.read(paymentAggregate, paymentId)).state,
		async history(paymentId) {
			const envelopes = await actors.history(paymentAggregate, paymentId);
			return envelopes.map((envelope) => ({ id: envelope.id, event: eventOf(envelope) }));
		},
		async tell(paymentId, step, command) {
			const { state } = await actors.tell(paymentAggregate, paymentId, command, {
				...context,
				commandId: context.commandId + step,
				actor: actorOf(command, context.actor),
			});
			if (state.status === "none") throw new PaymentRejected("PAYMENT_NOT_FOUND");
			return state;
		},
		now: () => clock.iso(),
		sleep: (ms) => clock.sleep(ms),
	};
}

/** A buyer asks; what follows from it is the provider's or the platform's doing. */
function actorOf({ type }: PaymentCommand, asking: string): string {
	switch (type) {
		case "request-approval":
		case "cancel":
		case "refund":
			return asking;
		case "observe":
		case "refuse":
			return PROVIDER_ACTOR;
		case "create":
		case "give-up":
		case "void":
		case "expire":
			return OWN_ACTOR;
	}
}
