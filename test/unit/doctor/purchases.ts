import type { Fact, Setting } from "../../../services/doctor/domain/purchase.ts";

export const ORDER = "ORD_01JD3Z0000000000000000000A";
export const PAYMENT = "PAY_01JD3Z0000000000000000000A";
export const SAGA = "SAG_01JD3Z0000000000000000000A";
export const USER = "USR_1";

export const SETTING: Setting = {
	now: "2030-01-07T01:00:00.000Z",
	unresolvedBefore: "2030-01-07T00:45:00.000Z",
	expiredBefore: "2030-01-07T00:58:00.000Z",
	hasBooks: true,
};

type Order = Extract<Fact, { side: "order" }>["value"]["facts"] & object;
type Payment = Extract<Fact, { side: "payment" }>["value"]["facts"] & object;
type SagaFacts = Extract<Fact, { side: "saga" }>["value"]["facts"] & object;

export const order = (changes: Partial<Order> = {}, broken: string[] = []): Fact => ({
	side: "order",
	value: {
		orderId: ORDER,
		facts: {
			userId: USER,
			amount: 10_000,
			status: "CONFIRMED",
			items: [{ productId: "P-1", name: "상품", unitPrice: 5_000, quantity: 2, subtotal: 10_000 }],
			paymentId: PAYMENT,
			isCancelRequested: false,
			...changes,
		},
		broken,
	},
});

export const payment = (changes: Partial<Payment> = {}, broken: string[] = []): Fact => ({
	side: "payment",
	value: {
		paymentId: PAYMENT,
		facts: {
			orderId: ORDER,
			userId: USER,
			amount: 10_000,
			status: "APPROVED",
			paymentKey: "key",
			isApproved: true,
			cancelledAmount: 0,
			unsettledSince: null,
			...changes,
		},
		broken,
	},
});

export const saga = (changes: Partial<SagaFacts> = {}): Fact => ({
	side: "saga",
	value: {
		sagaId: SAGA,
		facts: {
			saga: "checkout",
			orderId: ORDER,
			status: "COMPLETED",
			needsAttention: false,
			trouble: null,
			dueAt: null,
			deadlineAt: "2030-01-07T00:05:00.000Z",
			points: 100,
			...changes,
		},
		broken: [],
	},
});

export const moved = (kind: "CHARGE" | "REFUND", amount: number, paymentKey = "key"): Fact => ({
	side: "provider",
	value: { kind, amount, orderId: ORDER, paymentKey },
});

export const booked = (
	kind: "checkout.charge" | "checkout.refund" | "points.award" | "points.revoke",
	amount: number,
): Fact => ({
	side: "ledger",
	value: { kind, amount, entries: 1 },
});

export const reserved = (changes: Partial<Extract<Fact, { side: "stock" }>["value"]> = {}): Fact => ({
	side: "stock",
	value: {
		orderId: ORDER,
		productId: "P-1",
		kind: "RESERVED",
		quantity: 2,
		sagaId: SAGA,
		expiresAt: "2030-01-07T00:15:00.000Z",
		hasRecord: true,
		...changes,
	},
});

export const granted = (changes: Partial<Extract<Fact, { side: "points" }>["value"]> = {}): Fact => ({
	side: "points",
	value: { orderId: ORDER, userId: USER, kind: "AWARDED", points: 100, due: 100, amount: 10_000, ...changes },
});

const left = reserved({ kind: "CONFIRMED", sagaId: null, expiresAt: null });
const back = reserved({ kind: "RESTOCKED", sagaId: null, expiresAt: null });
const lost = granted({ kind: "REVOKED", amount: null });
const bought = [moved("CHARGE", 10_000), booked("checkout.charge", 10_000), booked("points.award", 100), granted()];
const open = order({ status: "PENDING", paymentId: null });
const unpaid = { isApproved: false, paymentKey: null } as const;

/** Purchases on which everybody agrees, by what they are. */
export const SOUND: Readonly<Record<string, readonly Fact[]>> = {
	confirmed: [order(), payment(), saga(), reserved(), left, ...bought],
	"of nothing in the catalogue": [
		order({ items: [{ productId: null, name: "x", unitPrice: 10_000, quantity: 1, subtotal: 10_000 }] }),
		payment(),
		saga(),
		...bought,
	],
	"given back": [
		order({ status: "CANCELLED" }),
		payment({ status: "CANCELLED", cancelledAmount: 10_000 }),
		saga(),
		...[reserved(), left, back, ...bought, lost],
		...[moved("REFUND", 10_000), booked("checkout.refund", 10_000), booked("points.revoke", 100)],
	],
	"given back in part": [
		order(),
		payment({ cancelledAmount: 3_333 }),
		saga(),
		...[reserved(), left, ...bought, granted({ kind: "REVOKED", points: 33, due: 33, amount: null })],
		...[moved("REFUND", 3_000), moved("REFUND", 333), booked("checkout.refund", 3_333), booked("points.revoke", 33)],
	],
	"sold out": [
		order({ status: "CANCELLED" }),
		payment({ status: "CANCELLED", cancelledAmount: 10_000 }),
		saga({ status: "COMPENSATED", points: null }),
		reserved({ kind: "UNMADE", quantity: 0, sagaId: null, expiresAt: null, hasRecord: false }),
		...[moved("CHARGE", 10_000), booked("checkout.charge", 10_000)],
		...[moved("REFUND", 10_000), booked("checkout.refund", 10_000)],
	],
	open: [open, payment({ ...unpaid, status: "PENDING" })],
	declined: [order({ status: "FAILED", paymentId: null }), payment({ ...unpaid, status: "FAILED" })],
	"charged and sent back": [
		order({ status: "FAILED", paymentId: null }),
		payment({ isApproved: false, status: "FAILED" }),
		moved("CHARGE", 9_999),
		moved("REFUND", 9_999),
	],
};
