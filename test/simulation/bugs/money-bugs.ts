import type { Bug } from "./bug.ts";

const OBSERVATION = "services/payment/domain/observation.ts";

/** Mistakes with a payment provider and with other people's money. */
export const moneyBugs: readonly Bug[] = [
	{
		name: "new-provider-key-on-timeout",
		what: "A refund that was not answered is sent again under another key.",
		checks: ["intent-first"],
		patches: [
			{
				file: "services/payment/application/provider-calls.ts",
				find: "const refund = { paymentKey, cancelReason, idempotencyKey,",
				put: "const refund = { paymentKey, cancelReason, idempotencyKey: `${idempotencyKey}-${counter.desk.now()}`,",
			},
		],
		seed: 1,
	},
	{
		name: "unknown-taken-for-declined",
		what: "No answer from the provider counts as a refusal.",
		checks: ["refusal-was-said", "agreement"],
		patches: [
			{
				file: "services/payment/infrastructure/toss.provider.ts",
				find: 'return { outcome: "unknown", code: codeOf(data), message: "", isConfiguration: false };',
				put: 'return { outcome: "declined", code: codeOf(data), message: "" };',
			},
		],
		seed: 5,
	},
	{
		name: "wrong-amount-accepted",
		what: "A charge over another amount than was asked for approves the payment.",
		checks: ["agreement"],
		patches: [
			{
				file: OBSERVATION,
				find: "if (payment.totalAmount !== state.amount || payment.currency !== state.currency) return mismatch",
				put: "if (payment.currency !== state.currency) return mismatch",
			},
		],
		seed: 32,
	},
	{
		name: "wrong-charge-kept",
		what: "A charge that does not fit fails the payment and is not sent back.",
		checks: ["agreement"],
		patches: [
			{
				file: OBSERVATION,
				find: ', reversalRequested(state, state.paymentKey ?? "", GATEWAY_MISMATCH, now)];',
				put: "];",
			},
		],
		seed: 32,
	},
	{
		name: "notice-believed",
		what: "What a notice says is taken for the provider's word.",
		checks: ["agreement", "lawful-change", "refund-within-charge", "charged-once", "refusal-was-said"],
		patches: [
			{
				file: "services/payment/application/reconcile.ts",
				find: 'const { found } = await provider.lookup(typeof paymentKey === "string" ? { paymentKey } : { orderId });',
				put: 'const found: never = { ...noticed, orderId, totalAmount: payment.amount, balanceAmount: payment.amount, currency: "KRW", method: null, approvedAt: null, cancels: [] } as never; void [provider, paymentKey];',
			},
		],
		seed: 7,
	},
	{
		name: "refund-without-cap",
		what: "More may be asked back than is left of the charge.",
		checks: ["refund-within-charge"],
		patches: [
			{
				file: "services/saga/application/refunds.ts",
				find: "if (cancelAmount !== null && cancelAmount > left)",
				put: "if (cancelAmount !== null && cancelAmount < left && cancelAmount > left)",
			},
			{
				file: "services/payment/domain/refund.ts",
				find: 'if (amount > left) return [refused(state, command, "CANCEL_AMOUNT_EXCEEDED")];',
				put: "",
			},
		],
		seed: 5,
	},
	{
		name: "deferred-cancellation-forgotten",
		what: "A cancellation that was accepted while the approval was open is not carried out.",
		checks: ["ended", "acknowledged"],
		patches: [
			{
				file: "services/payment/domain/approval.ts",
				find: "if (deferredCancel === null) return [fact];",
				put: "if (deferredCancel !== undefined) return [fact];",
			},
		],
		seed: 28,
	},
	{
		name: "expires-while-approving",
		what: "A payment runs out of time while the provider is deciding about it.",
		checks: ["lawful-change"],
		patches: [
			{
				file: "services/payment/domain/cancellation.ts",
				find: 'export function expire(state: KnownPayment): PaymentEvent[] {\n\tif (state.status === "CANCELLED" || state.status === "EXPIRED") return [];\n\tif (state.status !== "PENDING") throw wrongState(state);\n',
				put: 'export function expire(state: KnownPayment): PaymentEvent[] {\n\tif (state.status === "CANCELLED" || state.status === "EXPIRED") return [];\n',
			},
		],
		seed: 10,
	},
	{
		name: "order-ends-without-its-payment",
		what: "A cancelled order ends without asking its payment first.",
		checks: ["agreement", "acknowledged", "lawful-change", "ended"],
		patches: [
			{
				file: "services/order/application/ending.ts",
				find: "const { status } = await askPayment(state, cause, reason, payment);",
				put: 'const status: string = "CANCELLED"; void askPayment; void cause; void payment;',
			},
		],
		seed: 1,
	},
	{
		name: "ledger-legs-not-balanced",
		what: "The legs of an entry need not sum to zero.",
		checks: ["ledger-balanced"],
		patches: [
			{
				file: "services/ledger/domain/entry.ts",
				find: "\tcheckBalance(cause, legs);\n",
				put: "\tvoid checkBalance;\n",
			},
			{
				file: "services/ledger/domain/rules.ts",
				find: '{ account: credit, side: "credit", amount },',
				put: '{ account: credit, side: "credit", amount: amount + 1 },',
			},
		],
		seed: 1,
	},
];
