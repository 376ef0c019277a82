import type { HttpStatus } from "../shared/errors.ts";

/** What the provider's answer means. `unknown` is resolved by asking, never by guessing. */
export type ProviderOutcome =
	| {
			outcome: "approved";
			payment: ProviderPayment;
	  }
	| { outcome: "declined"; code: string; message: string }
	| {
			outcome: "unknown";
			code: string;
			message: string;
			/** Our own key or settings are wrong. */ isConfiguration: boolean;
	  };

/** The fields of the provider's payment object that PayFlow uses; amounts in won. */
export interface ProviderPayment {
	paymentKey: string;
	orderId: string;
	status: string;
	totalAmount: number;
	balanceAmount: number;
	currency: string;
	method: string | null;
	approvedAt: string | null;
	cancels: readonly { transactionKey: string; cancelAmount: number; cancelReason: string; canceledAt: string }[];
}

/** Money that really moved at the provider, in won. */
export interface ProviderMovement {
	kind: "CHARGE" | "REFUND";
	orderId: string;
	paymentKey: string;
	amount: number;
}

/** Internal doors to the payment provider; none is on the internet. */
export interface TossActions {
	"toss.confirm": {
		params: { paymentKey: string; orderId: string; amount: number; idempotencyKey: string };
		result: ProviderOutcome;
	};
	"toss.cancel": {
		params: { paymentKey: string; cancelReason: string; cancelAmount?: number; idempotencyKey: string };
		result: ProviderOutcome;
	};
	/** By payment key, or by order id; `found: null` when the provider knows no such payment. */
	"toss.lookup": {
		params: { paymentKey?: string; orderId?: string };
		result: { found: ProviderPayment | null; isCertain: boolean; code?: string };
	};
	/** A page of the provider's own books, oldest first. Only the Toss Twin shows them: `isReadable` is false for any other. */
	"toss.books": {
		params: { after?: number };
		result: { isReadable: boolean; movements: readonly ProviderMovement[]; next: number | null };
	};
}

/** The provider service states no facts of its own. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the registry lists every service alike
export interface TossEvents {}

/** The provider service refuses nothing by itself: it answers outcomes. An open circuit is the payment service's GATEWAY_UNAVAILABLE. */
export const tossErrors = {} as const satisfies Record<string, HttpStatus>;
