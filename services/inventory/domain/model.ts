import { DomainError } from "../../shared/errors.ts";
import type { EventsFrom } from "../../shared/events.ts";
import type { InventoryErrorCode, InventoryEvents, ReleaseCause, ReservationFailure } from "../contract.ts";

/** Every fact of a product's stock. */
export type StockEvent = EventsFrom<InventoryEvents>;

/** A product that has stock; pieces. */
export interface StockedProduct {
	readonly status: "STOCKED";
	readonly productId: string;
	readonly productName: string;
	readonly quantity: number;
	readonly reservedQuantity: number;
	/** What happened last: the answer of the command that made it happen. */
	readonly last: StockEvent | null;
}

/** Stock, or the place where some may come to be. Its size never depends on how many reservations there are. */
export type Stock = { readonly status: "none"; readonly last: StockEvent | null } | StockedProduct;

/** An open or confirmed reservation, as its own event tells of it. */
export interface HeldPieces {
	readonly orderId: string;
	readonly quantity: number;
}

/** What can be asked of a product's stock; `now` and `expiresAt` are ISO 8601. */
export type StockCommand =
	| {
			readonly type: "create";
			readonly productId: string;
			readonly productName: string;
			readonly quantity: number;
			readonly now: string;
	  }
	| { readonly type: "adjust"; readonly delta: number; readonly now: string }
	| {
			readonly type: "reserve";
			readonly orderId: string;
			readonly quantity: number;
			readonly sagaId: string | null;
			readonly now: string;
			readonly expiresAt: string;
	  }
	| {
			readonly type: "report-failure";
			readonly productId: string;
			readonly orderId: string;
			readonly quantity: number;
			readonly reason: ReservationFailure;
			readonly now: string;
	  }
	/** Ends a reservation that does not exist, so that it never will. */
	| {
			readonly type: "cancel-unmade";
			readonly productId: string;
			readonly orderId: string;
			readonly cause: ReleaseCause;
			readonly now: string;
	  }
	| { readonly type: "confirm"; readonly held: HeldPieces; readonly now: string }
	| { readonly type: "release"; readonly held: HeldPieces; readonly cause: ReleaseCause; readonly now: string }
	| { readonly type: "restock"; readonly held: HeldPieces; readonly now: string };

/** One command of a kind. */
export type Of<Type extends StockCommand["type"]> = Extract<StockCommand, { type: Type }>;

/** A rule of the stock said no. */
export class InventoryRejected extends DomainError<InventoryErrorCode> {}
