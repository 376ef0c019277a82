import {
	CONFIGURATION_CODES,
	FINAL_REFUSALS,
	foundIn,
	isProviderFailure,
	outcomeOf,
	type ProviderAnswer,
} from "../../../services/toss/domain/outcomes.ts";

const payment = {
	paymentKey: "key-1",
	orderId: "ORD_1",
	status: "DONE",
	totalAmount: 1000,
	balanceAmount: 1000,
	currency: "KRW",
	method: "카드",
	approvedAt: "2030-01-07T09:00:00+09:00",
	cancels: null,
	card: { issuerCode: "41" },
};
const answer = (status: number, body: unknown): ProviderAnswer => ({ kind: "answer", status, body });
const refusal = (status: number, code: string) => answer(status, { code, message: "secret text" });

describe("what an answer of the provider means", () => {
	it.each([
		["confirm", answer(200, payment), "approved"],
		["confirm", refusal(403, "REJECT_CARD_PAYMENT"), "declined"],
		["confirm", refusal(404, "NOT_FOUND_PAYMENT_SESSION"), "declined"],
		["confirm", refusal(400, "EXCEED_MAX_DAILY_PAYMENT_COUNT"), "declined"],
		["confirm", refusal(403, "FORBIDDEN_REQUEST"), "declined"],
		["confirm", refusal(400, "ALREADY_PROCESSED_PAYMENT"), "unknown"],
		["confirm", refusal(400, "PROVIDER_ERROR"), "unknown"],
		["confirm", refusal(409, "IDEMPOTENT_REQUEST_PROCESSING"), "unknown"],
		["confirm", refusal(429, "TOO_MANY_REQUESTS"), "unknown"],
		["confirm", refusal(500, "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING"), "unknown"],
		["confirm", refusal(500, "REJECT_CARD_PAYMENT"), "unknown"],
		["confirm", refusal(403, "REFUND_REJECTED"), "unknown"],
		["confirm", refusal(400, "A_CODE_FROM_THE_FUTURE"), "unknown"],
		["confirm", refusal(401, "UNAUTHORIZED_KEY"), "unknown"],
		["confirm", answer(302, null), "unknown"],
		["confirm", answer(400, "<html>"), "unknown"],
		["confirm", answer(200, { ...payment, totalAmount: "1000" }), "unknown"],
		["confirm", answer(200, null), "unknown"],
		["confirm", { kind: "lost", code: "TIMEOUT" }, "unknown"],
		["cancel", answer(200, { ...payment, status: "CANCELED", balanceAmount: 0 }), "approved"],
		["cancel", refusal(400, "REFUND_REJECTED"), "declined"],
		["cancel", refusal(400, "ALREADY_CANCELED_PAYMENT"), "unknown"],
		["cancel", refusal(403, "NOT_CANCELABLE_AMOUNT"), "unknown"],
	] as const)("to a %s: %j is %s", (operation, given, expected) => {
		expect(outcomeOf(operation, given).outcome).toBe(expected);
	});

	it.each(CONFIGURATION_CODES)("%s is unknown and our own fault", (code) => {
		expect(outcomeOf("confirm", refusal(400, code))).toMatchObject({ outcome: "unknown", code, isConfiguration: true });
	});

	it.each(["confirm", "cancel"] as const)("every final refusal of a %s has a text of ours", (operation) => {
		for (const code of FINAL_REFUSALS[operation]) {
			const outcome = outcomeOf(operation, refusal(400, code));
			expect(outcome).toMatchObject({ outcome: "declined", code });
			expect(JSON.stringify(outcome)).not.toContain("secret text");
		}
	});

	it("no code is both final and a matter of configuration", () => {
		const final = [...FINAL_REFUSALS.confirm, ...FINAL_REFUSALS.cancel];
		expect(final.filter((code) => CONFIGURATION_CODES.includes(code))).toEqual([]);
	});
});

describe("a lookup", () => {
	it("finds a payment and keeps only the fields that are used", () => {
		const { found, isCertain } = foundIn(answer(200, payment));
		expect(isCertain).toBe(true);
		expect(found).toEqual({
			paymentKey: "key-1",
			orderId: "ORD_1",
			status: "DONE",
			totalAmount: 1000,
			balanceAmount: 1000,
			currency: "KRW",
			method: "카드",
			approvedAt: "2030-01-07T09:00:00+09:00",
			cancels: [],
		});
	});

	it("is certain that there is none only when the provider says so", () => {
		expect(foundIn(refusal(404, "NOT_FOUND_PAYMENT"))).toMatchObject({ found: null, isCertain: true });
		expect(foundIn(refusal(401, "UNAUTHORIZED_KEY"))).toMatchObject({ found: null, isCertain: false });
		expect(foundIn(answer(404, "<html>"))).toMatchObject({ found: null, isCertain: false, code: "HTTP_404" });
		expect(foundIn(answer(200, "garbage"))).toMatchObject({ found: null, isCertain: false });
		expect(foundIn({ kind: "lost", code: "TIMEOUT" })).toEqual({ found: null, isCertain: false, code: "TIMEOUT" });
	});
});

describe("a payment object", () => {
	it.each([
		["a negative amount", { totalAmount: -1 }],
		["a fraction", { totalAmount: 10.5 }],
		["more left than there was", { balanceAmount: 1001 }],
		["no key", { paymentKey: "" }],
		["a method that is no text", { method: 7 }],
		["an approval at no time", { approvedAt: "yesterday" }],
		["cancellations that are no list", { cancels: {} }],
		[
			"a cancellation of nothing",
			{ cancels: [{ transactionKey: "t", cancelAmount: 0, canceledAt: payment.approvedAt }] },
		],
		["a cancellation without a key", { cancels: [{ cancelAmount: 1, canceledAt: payment.approvedAt }] }],
		["a cancellation at no time", { cancels: [{ transactionKey: "t", cancelAmount: 1, canceledAt: "x" }] }],
		["a cancellation that is no object", { cancels: [1] }],
	])("with %s is not believed", (_name, change) => {
		expect(outcomeOf("confirm", answer(200, { ...payment, ...change }))).toMatchObject({
			outcome: "unknown",
			code: "ANSWER_UNREADABLE",
		});
	});
});

describe("a failure of the provider", () => {
	it("is a lost answer or a 5xx, never a refusal", () => {
		expect(isProviderFailure({ kind: "lost", code: "CONNECTION_LOST" })).toBe(true);
		expect(isProviderFailure(refusal(503, "ANY"))).toBe(true);
		expect(isProviderFailure(refusal(403, "REJECT_CARD_PAYMENT"))).toBe(false);
		expect(isProviderFailure(answer(200, "garbage"))).toBe(false);
	});
});
