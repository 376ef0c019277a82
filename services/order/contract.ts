import type { AuditPage, AuditRequest } from "../shared/audit.ts";
import type { HttpStatus } from "../shared/errors.ts";

/** CREATED → PENDING → PAID → CONFIRMED → COMPLETED, or FAILED, or CANCELLED. */
export type OrderStatus = "CREATED" | "PENDING" | "PAID" | "CONFIRMED" | "COMPLETED" | "FAILED" | "CANCELLED";

/** One priced line; `subtotal = unitPrice × quantity`, in won. `productId` is null for an item outside the catalogue. */
export interface OrderItem {
	productId: string | null;
	name: string;
	option?: string;
	unitPrice: number;
	quantity: number;
	subtotal: number;
}

/**
 * An order as its owner sees it; amounts in won, instants ISO 8601. Contact data is what the order was given, else
 * the owner's profile; lists leave it null.
 */
export interface OrderView {
	orderId: string;
	orderName: string;
	amount: number;
	currency: "KRW";
	status: OrderStatus;
	items: readonly OrderItem[];
	userId: string;
	customerEmail: string | null;
	customerName: string | null;
	failureReason?: string;
	createdAt: string;
	updatedAt: string;
	confirmedAt?: string;
	cancelledAt?: string;
	expiresAt: string;
	/** A cancellation is under way and its outcome not known yet. */
	isCancelRequested?: boolean;
}

/** What a payment and a checkout need to know of the order behind them. */
export interface OrderTerms {
	orderId: string;
	userId: string;
	orderName: string;
	/** Won. */
	amount: number;
	expiresAt: string;
	items: readonly OrderItem[];
	status: OrderStatus;
}

/** Who or what asked for the end of an order. */
export type CancelCause = "CUSTOMER" | "EXPIRY";

/** What an order is made from: lines of the catalogue, or a name and an amount in won. */
export interface OrderWish {
	items?: { productId: string; quantity: number; option?: string }[];
	productName?: string;
	orderName?: string;
	amount?: number;
	productId?: string;
	quantity?: number;
	customerEmail?: string;
	customerName?: string;
}

/** One change of an order's state. */
export interface OrderHistoryEntry {
	sequence: number;
	eventType: string;
	fromStatus: OrderStatus | null;
	toStatus: OrderStatus;
	reason: string | null;
	actor: string;
	at: string;
}

/** An order as an audit finds it. `facts` is null where the document is not what was written; amount in won. */
export interface OrderAudit {
	orderId: string;
	facts: {
		userId: string;
		amount: number;
		status: OrderStatus;
		items: readonly OrderItem[];
		paymentId: string | null;
		isCancelRequested: boolean;
	} | null;
	/** One sentence for each thing that does not fit between the document and its events. */
	broken: readonly string[];
}

/** Actions of the order service; see the folder's README for who may call what. */
export interface OrderActions {
	/** Refuses with OUT_OF_STOCK what is obviously not there; binds nothing. */
	"order.create": { params: OrderWish; result: OrderView };
	/** Internal: the same without a look at the stock, for scenarios that have to run into a shortage. */
	"order.place": { params: OrderWish; result: OrderView };
	"order.get": { params: { orderId: string }; result: OrderView };
	"order.list": {
		params: { limit?: number; cursor?: string; status?: OrderStatus; userId?: string };
		result: { items: readonly OrderView[]; nextCursor: string | null };
	};
	"order.history": { params: { orderId: string }; result: { items: readonly OrderHistoryEntry[] } };
	/** Internal: for the payment service, without an owner check. */
	"order.terms": { params: { orderId: string }; result: OrderTerms };
	/** Before payment: CANCELLED at once. Confirmed: the refund is under way (`isCancelRequested`) or done. */
	"order.cancel": { params: { orderId: string; reason: string }; result: OrderView };
	/**
	 * Internal, the point of no return of a checkout: PAID becomes CONFIRMED; an order that has not heard of its payment
	 * yet hears of it here, `amount` in won. INVALID_ORDER_STATE is final, the order has ended. Without a payment an order
	 * that waits for one answers CONFLICT, which is no word of this contract.
	 */
	"order.confirm": {
		params: { orderId: string; payment?: { paymentId: string; amount: number } };
		result: { orderId: string; status: OrderStatus };
	};
	/** Internal: ends an order whose checkout was undone. Nothing confirms it afterwards. */
	"order.abandon": {
		params: { orderId: string; reason: string };
		result: { orderId: string; status: OrderStatus };
	};
	/**
	 * Internal: an order follows a refund of its money, `isFull` when nothing of it is left: then it ends, unless it has.
	 * `wasConfirmed` says whether a checkout has gone through, so that there is something to bring back.
	 */
	"order.followRefund": {
		params: { orderId: string; reason: string; isFull: boolean };
		result: { orderId: string; status: OrderStatus; wasConfirmed: boolean };
	};
	/** Ends orders whose time is over and resumes cancellations that were interrupted; answers how many it looked at. */
	"order.sweep": { params: null; result: { examined: number } };
	/** Internal: orders in the order of their ids, each held against its own events. */
	"order.audit": { params: AuditRequest; result: AuditPage<OrderAudit> };
	/** Counts by status, for the dashboard. At most a few seconds old. */
	"order.counts": { params: null; result: Readonly<Record<OrderStatus, number>> };
}

/** Facts of an order. No personal data: they carry `userId`. */
export interface OrderEvents {
	"order.created": {
		orderId: string;
		userId: string;
		orderName: string;
		amount: number;
		currency: "KRW";
		items: readonly OrderItem[];
		createdAt: string;
		expiresAt: string;
		/** The order has contact data of its own, kept sealed beside it. */
		hasContact: boolean;
	};
	"order.pending": { orderId: string; userId: string; amount: number };
	"order.paid": { orderId: string; userId: string; amount: number; paymentId: string; paidAt: string };
	"order.confirmed": { orderId: string; userId: string; amount: number; confirmedAt: string };
	"order.failed": { orderId: string; userId: string; reason: string; failedAt: string };
	/** The payment is asked first; the order follows what the payment says. */
	"order.cancel-requested": {
		orderId: string;
		userId: string;
		reason: string;
		cause: CancelCause;
		requestedAt: string;
	};
	/** The payment had gone too far, or the money could not be given back. */
	"order.cancel-refused": { orderId: string; userId: string; reason: string; refusedAt: string };
	"order.cancelled": { orderId: string; userId: string; reason: string; cancelledAt: string };
	/** Money arrived for an order that had ended: it is given back. */
	"order.late-refund-requested": { orderId: string; userId: string; paymentId: string; amount: number };
}

/** Every way the order service refuses. */
export const orderErrors = {
	UNAUTHENTICATED: 401,
	ORDER_NOT_FOUND: 404,
	PRODUCT_NOT_FOUND: 404,
	AMOUNT_MISMATCH: 400,
	VALIDATION_ERROR: 400,
	INVALID_ORDER_STATE: 409,
	OUT_OF_STOCK: 409,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `orderErrors`. */
export type OrderErrorCode = keyof typeof orderErrors;
