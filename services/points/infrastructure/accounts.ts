import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { Accounts } from "../application/ports.ts";
import type { PointsEvent } from "../domain/model.ts";
import { accountAggregate } from "./account.aggregate.ts";

/** Accounts behind their actors, changed in the name of one call. */
export function createAccounts(
	{ actors, store }: Pick<Runtime, "actors" | "store">,
	context: CommandContext,
): Accounts {
	const { kind } = accountAggregate;
	return {
		async tell(userId, commandId, command) {
			return (await actors.tell(accountAggregate, userId, command, { ...context, commandId })).state;
		},
		async eventOf(userId, commandId) {
			const sequence = await store.findCommand(kind, userId, commandId);
			if (sequence === null) return null;
			const [event] = await store.events(kind, userId, { from: sequence, upTo: sequence });
			if (event === undefined) throw new Error(`event ${sequence} of ${userId} is missing`);
			return event as unknown as PointsEvent;
		},
		async balanceOf(userId) {
			return (await actors.read(accountAggregate, userId)).state.balance;
		},
	};
}
