import type { ApiActions } from "./api/contract.ts";
import type { AuthActions, AuthEvents } from "./auth/contract.ts";
import type { CatalogActions } from "./catalog/contract.ts";
import type { DoctorActions } from "./doctor/contract.ts";
import type { InventoryActions, InventoryEvents } from "./inventory/contract.ts";
import type { LedgerActions } from "./ledger/contract.ts";
import type { LoggingActions } from "./logging/contract.ts";
import type { NodeActions } from "./node/contract.ts";
import type { OpsActions } from "./ops/contract.ts";
import type { OrderActions, OrderEvents } from "./order/contract.ts";
import type { PaymentActions, PaymentEvents } from "./payment/contract.ts";
import type { PointsActions, PointsEvents } from "./points/contract.ts";
import type { SagaActions, SagaEvents } from "./saga/contract.ts";
import type { StoryActions } from "./story/contract.ts";
import type { TossActions, TossEvents } from "./toss/contract.ts";
import type { Envelope } from "./shared/events.ts";

/** Every action of the platform; two services that claim one name do not compile. */
export interface Actions
	extends
		ApiActions,
		AuthActions,
		CatalogActions,
		DoctorActions,
		InventoryActions,
		LedgerActions,
		LoggingActions,
		NodeActions,
		OpsActions,
		OrderActions,
		PaymentActions,
		PointsActions,
		SagaActions,
		StoryActions,
		TossActions {}
/** Every domain event of the platform. */
export interface Events
	extends AuthEvents, InventoryEvents, OrderEvents, PaymentEvents, PointsEvents, SagaEvents, TossEvents {}
/** Name of an action. */
export type ActionName = keyof Actions;
/** Name of a domain event. */
export type EventName = keyof Events;
/** What an action takes; `null` means nothing. */
export type ParamsOf<Name extends ActionName> = Actions[Name]["params"];
/** What an action answers. */
export type ResultOf<Name extends ActionName> = Actions[Name]["result"];
/** What a handler receives: a union over its names, so that `type` narrows `data`. */
export type EventMessage<Name extends EventName = EventName> = { [E in Name]: Envelope<E, Events[E] & object> }[Name];
/** A call written down as data, for sagas. */
export type Call = { [Name in ActionName]: { readonly action: Name; readonly params: ParamsOf<Name> } }[ActionName];
