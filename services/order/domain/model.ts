import type { EventsFrom } from "../../shared/events.ts";
import { DomainError } from "../../shared/errors.ts";
import type { CancelCause, OrderErrorCode, OrderEvents, OrderItem, OrderStatus } from "../contract.ts";

/** Every fact of an order. */
export type OrderEvent = EventsFrom<OrderEvents>;

/** An end that was asked for and waits for the payment's word. */
export interface CancelRequest {
	readonly reason: string;
	readonly cause: CancelCause;
}

/** An order that exists; amounts in won, instants ISO 8601. */
export interface PlacedOrder {
	readonly status: OrderStatus;
	readonly orderId: string;
	readonly userId: string;
	readonly orderName: string;
	readonly amount: number;
	readonly currency: "KRW";
	readonly items: readonly OrderItem[];
	readonly hasContact: boolean;
	readonly createdAt: string;
	readonly updatedAt: string;
	readonly expiresAt: string;
	/** The status once it is no longer pending, for counting without a cost to new orders; null before. */
	readonly settledStatus: OrderStatus | null;
	/** When the sweep looks at it next; null when nothing is left to do. */
	readonly dueAt: string | null;
	readonly cancelRequest: CancelRequest | null;
	readonly paymentId?: string;
	readonly failureReason?: string;
	readonly confirmedAt?: string;
	readonly cancelledAt?: string;
}

/** An order, or the place where one may come to be. */
export type Order = { readonly status: "none" } | PlacedOrder;

/** What can be asked of an order; `now` is ISO 8601. */
export type OrderCommand =
	| {
			readonly type: "create";
			readonly orderId: string;
			readonly userId: string;
			readonly orderName: string;
			readonly items: readonly OrderItem[];
			readonly hasContact: boolean;
			readonly now: string;
			readonly expiresAt: string;
	  }
	| { readonly type: "request-cancel"; readonly reason: string; readonly cause: CancelCause; readonly now: string }
	| { readonly type: "refuse-cancel"; readonly reason: string; readonly now: string }
	| { readonly type: "record-payment"; readonly paymentId: string; readonly amount: number; readonly now: string }
	/** With `payment`, an order that has not heard of it yet is paid and confirmed at once. */
	| {
			readonly type: "confirm";
			readonly payment: { readonly paymentId: string; readonly amount: number } | null;
			readonly now: string;
	  }
	| { readonly type: "fail"; readonly reason: string; readonly now: string }
	| { readonly type: "end"; readonly reason: string; readonly now: string };

/** One command of a kind. */
export type Of<Type extends OrderCommand["type"]> = Extract<OrderCommand, { type: Type }>;

/** A rule of the order said no. */
export class OrderRejected extends DomainError<OrderErrorCode> {}
