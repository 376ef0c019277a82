/** How the buyer pays; the browser's names, the answers carry their Korean ones. */
export type Method =
	| "CARD"
	| "EASY_PAY"
	| "TRANSFER"
	| "VIRTUAL_ACCOUNT"
	| "MOBILE_PHONE"
	| "CULTURE_GIFT_CERTIFICATE"
	| "BOOK_GIFT_CERTIFICATE"
	| "GAME_GIFT_CERTIFICATE";

/** Korean wire names of the methods. */
export const methodNames: Readonly<Record<Method, string>> = {
	CARD: "카드",
	EASY_PAY: "간편결제",
	TRANSFER: "계좌이체",
	VIRTUAL_ACCOUNT: "가상계좌",
	MOBILE_PHONE: "휴대폰",
	CULTURE_GIFT_CERTIFICATE: "문화상품권",
	BOOK_GIFT_CERTIFICATE: "도서문화상품권",
	GAME_GIFT_CERTIFICATE: "게임문화상품권",
};

export type PaymentStatus =
	"READY" | "IN_PROGRESS" | "WAITING_FOR_DEPOSIT" | "DONE" | "CANCELED" | "PARTIAL_CANCELED" | "ABORTED" | "EXPIRED";

export interface RefundAccount {
	readonly bankCode: string;
	readonly accountNumber: string;
	readonly holderName: string;
}

export interface VirtualAccountRecord {
	readonly accountType: "일반" | "고정";
	readonly accountNumber: string;
	readonly bankCode: string;
	readonly customerName: string;
	readonly dueAt: number;
	readonly refundStatus: "NONE" | "PENDING" | "FAILED" | "PARTIAL_FAILED" | "COMPLETED";
	readonly refundAccount: RefundAccount | null;
	readonly depositorName: string | null;
}

export interface CardRecord {
	readonly issuerCode: string;
	readonly number: string;
	readonly installmentPlanMonths: number;
	readonly approveNo: string;
	readonly cardType: "신용" | "체크" | "기프트" | "미확인";
	readonly ownerType: "개인" | "법인" | "미확인";
}

export interface CancelRecord {
	readonly transactionKey: string;
	readonly amount: number;
	readonly reason: string;
	readonly taxFreeAmount: number;
	readonly taxExemptionAmount: number;
	readonly balanceAfter: number;
	readonly at: number;
	readonly cancelRequestId: string | null;
}

/** One payment as the Twin keeps it; amounts in won, times in milliseconds. `mId` is "" until a secret key claims it. */
export interface PaymentRecord {
	readonly paymentKey: string;
	readonly mId: string;
	readonly clientKey: string | null;
	readonly type: "NORMAL" | "BILLING";
	readonly orderId: string;
	readonly orderName: string;
	readonly method: Method | null;
	readonly status: PaymentStatus;
	readonly amount: number;
	readonly balance: number;
	readonly taxFreeAmount: number;
	readonly taxExemptionAmount: number;
	readonly requestedAt: number;
	readonly approvedAt: number | null;
	readonly expiresAt: number | null;
	readonly lastTransactionKey: string | null;
	readonly cancels: readonly CancelRecord[];
	readonly isPartialCancelable: boolean;
	readonly useEscrow: boolean;
	readonly secret: string | null;
	readonly card: CardRecord | null;
	readonly easyPayProvider: string | null;
	readonly virtualAccount: VirtualAccountRecord | null;
	readonly failureCode: string | null;
	readonly metadata: Readonly<Record<string, string>> | null;
	readonly customerKey: string | null;
	readonly customerName: string | null;
	readonly successUrl: string | null;
	readonly failUrl: string | null;
}

/** One movement inside a payment. `charge` and `refund` are real money; `issue` and `void` are virtual accounts without any. */
export interface Movement {
	readonly kind: "charge" | "refund" | "issue" | "void";
	readonly transactionKey: string;
	readonly paymentKey: string;
	readonly orderId: string;
	readonly mId: string;
	readonly method: Method;
	readonly customerKey: string | null;
	readonly useEscrow: boolean;
	readonly status: PaymentStatus;
	readonly amount: number;
	readonly at: number;
}

/** What a rule decided: the payment after it, the movement it made, and whether the merchant is told. */
export interface Outcome {
	readonly payment: PaymentRecord;
	readonly movement: Movement | null;
	readonly notify: boolean;
}

/** Makes the values a payment needs; injected so that a seed replays them. */
export interface Mint {
	paymentKey(mId: string, at: number): string;
	transactionKey(): string;
	depositSecret(): string;
	digits(count: number): string;
	/** Letters, digits, `-` and `_`, unguessable from twenty on. */
	token(length: number): string;
}

/** A fresh payment record in READY with everything that does not apply left empty. */
export function newPayment(
	given: Pick<PaymentRecord, "paymentKey" | "mId" | "orderId" | "orderName" | "amount" | "requestedAt"> &
		Partial<PaymentRecord>,
): PaymentRecord {
	return {
		clientKey: null,
		type: "NORMAL",
		method: null,
		status: "READY",
		balance: given.amount,
		taxFreeAmount: 0,
		taxExemptionAmount: 0,
		approvedAt: null,
		expiresAt: null,
		lastTransactionKey: null,
		cancels: [],
		isPartialCancelable: true,
		useEscrow: false,
		secret: null,
		card: null,
		easyPayProvider: null,
		virtualAccount: null,
		failureCode: null,
		metadata: null,
		customerKey: null,
		customerName: null,
		successUrl: null,
		failUrl: null,
		...given,
	};
}

/** Whether the order behind it is taken: approved once, or an account number was issued for it. */
export function isTaken(payment: PaymentRecord): boolean {
	return payment.approvedAt !== null || payment.virtualAccount !== null;
}

/** The movement that brings a payment to its present state. */
export function movementOf(
	payment: PaymentRecord,
	kind: Movement["kind"],
	transactionKey: string,
	amount: number,
	at: number,
): Movement {
	return {
		kind,
		transactionKey,
		paymentKey: payment.paymentKey,
		orderId: payment.orderId,
		mId: payment.mId,
		method: payment.method ?? "CARD",
		customerKey: payment.customerKey,
		useEscrow: payment.useEscrow,
		status: payment.status,
		amount,
		at,
	};
}

/** Tax arithmetic: one eleventh of the taxable part, rounded half up, is value-added tax. */
export function taxOf(
	amount: number,
	taxFreeAmount: number,
	taxExemptionAmount: number,
): { vat: number; suppliedAmount: number } {
	const taxable = Math.max(0, amount - taxFreeAmount - taxExemptionAmount);
	const vat = Math.round(taxable / 11);
	return { vat, suppliedAmount: taxable - vat };
}
