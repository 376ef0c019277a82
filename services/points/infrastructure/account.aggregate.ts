import type { Aggregate } from "../../../mixins/actor/port.ts";
import { account } from "../domain/account.ts";
import type { PointsAccount, PointsCommand, PointsEvent } from "../domain/model.ts";

/** Accounts as they are stored, by user. A repeat is answered from its own event: an account never ends. */
export const accountAggregate: Aggregate<PointsAccount, PointsCommand, PointsEvent> = {
	kind: "points-account",
	decider: account,
	schemaVersion: 1,
	answerFrom: (event) => ({ ...account.initial, last: event as unknown as PointsEvent }),
};
