import { masked, withoutSecrets } from "../../../services/logging/domain/masking.ts";

describe("masking", () => {
	it.each([
		["customerEmail", "customer@example.com", "c***@example.com"],
		["reason", "ask me at kim.minsu+a@mail.example.co.kr please", "ask me at k***@mail.example.co.kr please"],
		["customerName", "홍길동", "홍*동"],
		["customerName", "이산", "이*"],
		["holderName", "Alexander", "A*******r"],
		["paymentKey", "tgen_20251110abcdef", "tgen_2***"],
		["phoneNumber", "01012345678", "***5678"],
		["cancelReason", "call 010-1234-5678", "call 010-****-5678"],
		["cancelReason", "call +82 10 1234 5678 or 02-123-4567", "call +82 10-****-5678 or 02-****-4567"],
		["password", "hunter2", "***"],
	])("%s: %s becomes %s", (field, value, expected) => {
		expect(masked({ [field]: value })).toEqual({ [field]: expected });
	});

	it.each([
		["orderId", "ORD_01JD3ZK5T0W4Q8X2V6N9B1C3M7"],
		["orderName", "테스트 상품 외 2건"],
		["productName", "홍삼 세트"],
		["createdAt", "2025-11-10T12:01:03.000Z"],
		["eventType", "payment.approved"],
		["commandid", "payment:PAY_0101234567801012345678:2"],
	])("%s stays as it is: %s", (field, value) => {
		expect(masked({ [field]: value })).toEqual({ [field]: value });
	});

	it("reaches into lists and objects, and leaves numbers, flags and nulls alone", () => {
		const rows = [{ payload: { contacts: ["a@example.com"], amount: 1012345678, isPartial: false, method: null } }];
		expect(masked(rows)).toEqual([
			{ payload: { contacts: ["a***@example.com"], amount: 1012345678, isPartial: false, method: null } },
		]);
		expect(rows[0]?.payload.contacts).toEqual(["a@example.com"]);
	});

	it("hides secrets from everybody, and nothing else", () => {
		const payload = { refreshToken: "r", clientSecret: "s", userId: "USR_1", customerEmail: "c@example.com" };
		expect(withoutSecrets(payload)).toEqual({ ...payload, refreshToken: "***", clientSecret: "***" });
	});
});
