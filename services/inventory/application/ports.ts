import type { ReservationView } from "../contract.ts";
import type { StockCommand, StockEvent } from "../domain/model.ts";
import type { ReservationKey } from "../domain/reservation.ts";

/** Products' stock, as commands see it. */
export interface Shelf {
	/** The event the command led to; for a command id that was used before, the event it led to then. */
	tell(productId: string, commandId: string, command: StockCommand): Promise<StockEvent>;
	/** The event a command id led to; null if it was never used. */
	eventOf(productId: string, commandId: string): Promise<StockEvent | null>;
}

/**
 * What may be reserved, written down before it is: the way from an order to its reservations, and from the clock to
 * those that nobody closes. It decides nothing; what became of a reservation stands in the product's events.
 */
export interface Intents {
	/** Durable when it resolves; repeating it is harmless. */
	open(intent: ReservationKey & Pick<Intent, "expiresAt">): Promise<void>;
	/** Nothing is to be watched any more. */
	settle(key: ReservationKey): Promise<void>;
}

/** A record of `Intents`. */
export interface Intent extends ReservationKey {
	/** When it is looked at, ISO 8601; null once it is settled. */
	readonly expiresAt: string | null;
}

/** What the operations on reservations stand on. */
export interface Desk {
	readonly shelf: Shelf;
	readonly intents: Intents;
	/** The caller's command. */
	readonly commandId: string;
	/** Clock milliseconds. */
	readonly now: () => number;
}

/** Whether the saga behind a reservation is still at work; `true` also when nobody can tell. */
export type IsRunning = (reservation: ReservationView) => Promise<boolean>;
