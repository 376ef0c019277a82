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

/** An order as its owner sees it; amounts in won, instants ISO 8601. */
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

/** Actions of the order service; see the folder's README for who may call what. */
export interface OrderActions {
	"order.create": {
		params: {
			items?: { productId: string; quantity: number; option?: string }[];
			productName?: string;
			orderName?: string;
			amount?: number;
			productId?: string;
			quantity?: number;
			customerEmail?: string;
			customerName?: string;
		};
		result: OrderView;
	};
	"order.get": { params: { orderId: string }; result: OrderView };
	"order.list": {
		params: { limit?: number; cursor?: string; status?: OrderStatus; userId?: string };
		result: { items: readonly OrderView[]; nextCursor: string | null };
	};
	"order.history": { params: { orderId: string }; result: { items: readonly OrderHistoryEntry[] } };
	"order.cancel": { params: { orderId: string; reason: string }; result: OrderView };
	/** Counts by status, for the dashboard. */
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
		expiresAt: string;
	};
	"order.pending": { orderId: string; userId: string; amount: number };
	"order.paid": { orderId: string; userId: string; amount: number; paymentId: string };
	"order.confirmed": { orderId: string; userId: string; amount: number };
	"order.failed": { orderId: string; userId: string; reason: string };
	"order.cancel-requested": { orderId: string; userId: string; reason: string };
	"order.cancelled": { orderId: string; userId: string; reason: string };
}

/** Every way the order service refuses. */
export const orderErrors = {
	ORDER_NOT_FOUND: 404,
	PRODUCT_NOT_FOUND: 404,
	AMOUNT_MISMATCH: 400,
	VALIDATION_ERROR: 400,
	INVALID_ORDER_STATE: 409,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `orderErrors`. */
export type OrderErrorCode = keyof typeof orderErrors;
