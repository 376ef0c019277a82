import type { CashReceipt } from "../domain/cash-receipt.ts";
import type { Fault } from "../domain/faults.ts";
import type { StoredAnswer } from "../domain/idempotency.ts";
import type { Movement, PaymentRecord } from "../domain/payment.ts";

/** Payments, their movements and the stored answers. All calls are synchronous and belong inside a commit. */
export interface PaymentStore {
	find(paymentKey: string): PaymentRecord | null;
	/** The payment that took the order's money if there is one, else its latest attempt. */
	findByOrder(orderId: string, mId: string): PaymentRecord | null;
	insert(payment: PaymentRecord): void;
	update(payment: PaymentRecord): void;
	/** Open sessions whose limit has passed, oldest first. */
	overdue(now: number, limit: number): PaymentRecord[];
	/** The earliest limit of an open session; null when none is open. */
	nextExpiry(): number | null;
	addMovement(movement: Movement): void;
	/** Movements of real money with a number above `after`, oldest first. */
	booksAfter(after: number, limit: number): NumberedMovement[];
	/** A merchant's movements in `[from, until)`, oldest first, after `startingAfter`. */
	movements(query: MovementQuery): NumberedMovement[];
	/** Where a movement stands, for paging; null when the merchant has none of that key. */
	movementPlace(mId: string, transactionKey: string): { readonly seq: number; readonly at: number } | null;
	findAnswer(identity: string): StoredAnswer | null;
	saveAnswer(identity: string, answer: StoredAnswer): void;
	/** Forgets up to `limit` of the oldest answers given before `before`. */
	purgeAnswers(before: number, limit: number): void;
}

export interface NumberedMovement extends Movement {
	readonly seq: number;
}

export interface MovementQuery {
	readonly mId: string;
	readonly from: number;
	readonly until: number;
	readonly startingAfter: number;
	readonly skip: number;
	readonly limit: number;
	readonly isMoneyOnly: boolean;
}

export type WebhookStatus = "PENDING" | "DELIVERED" | "GIVEN_UP";

export interface Webhook {
	readonly seq: number;
	readonly id: string;
	readonly url: string;
	readonly event: string;
	readonly body: string;
	readonly attempts: number;
	readonly nextAt: number | null;
	readonly status: WebhookStatus;
	readonly lastAnswer: string | null;
	readonly createdAt: number;
}

export interface WebhookStore {
	add(webhook: Omit<Webhook, "seq">): void;
	update(webhook: Webhook): void;
	find(seq: number): Webhook | null;
	due(now: number, limit: number, except: ReadonlySet<number>): Webhook[];
	nextDue(except: ReadonlySet<number>): number | null;
	list(after: number, limit: number): Webhook[];
}

export interface BillingAuth {
	readonly authKey: string;
	readonly clientKey: string | null;
	readonly customerKey: string;
	readonly method: "CARD" | "TRANSFER";
	readonly usedAt: number | null;
	readonly successUrl: string | null;
	readonly failUrl: string | null;
}

export interface BillingKey {
	readonly billingKey: string;
	readonly mId: string;
	readonly customerKey: string;
	readonly method: "CARD" | "TRANSFER";
	readonly issuedAt: number;
	readonly cardNumber: string | null;
	readonly issuerCode: string | null;
	readonly removedAt: number | null;
}

/** Everything that is not a payment. */
export interface RecordStore {
	setting(name: string): string | null;
	saveSetting(name: string, value: string): void;
	pairedMerchant(clientKey: string): string | null;
	pair(clientKey: string, mId: string): void;
	faults(): Fault[];
	saveFault(fault: Fault): void;
	clearFaults(): void;
	findAuth(authKey: string): BillingAuth | null;
	saveAuth(auth: BillingAuth): void;
	findBillingKey(billingKey: string): BillingKey | null;
	saveBillingKey(key: BillingKey): void;
	findReceipt(receiptKey: string): CashReceipt | null;
	insertReceipt(receipt: CashReceipt): void;
	updateReceipt(receipt: CashReceipt): void;
	receipts(mId: string, day: string, after: number, limit: number): { seq: number; receipt: CashReceipt }[];
}
