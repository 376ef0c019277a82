import { maskedState } from "../../../services/ops/domain/masking.ts";

describe("what the browser of documents shows", () => {
	it("are numbers, flags, ids, states and times", () => {
		const state = {
			orderId: "ORD_01ABC",
			status: "PENDING",
			amount: 10_000,
			isDone: false,
			createdAt: "2030-01-07T00:00:00.000Z",
			approvedAt: "2030-01-07T09:00:00+09:00",
			reservation: null,
			seller: "USR_01ABC",
		};
		expect(maskedState(state)).toEqual(state);
	});

	it("is no text that a person could have written", () => {
		expect(
			maskedState({
				orderName: "홍길동의 생일 선물",
				name: "홍길동",
				holder: { name: "Hong Gildong" },
				reason: "문 앞에 두세요",
				status: "call me: 010-1234-5678",
			}),
		).toEqual({
			orderName: "••• (10)",
			name: "••• (3)",
			holder: { name: "••• (12)" },
			reason: "••• (8)",
			status: "••• (22)",
		});
	});

	it.each(["passwordHash", "refreshTokenHash", "wrappedKey", "emailIndex", "phoneNumber", "contact", "clientSecret"])(
		"is nothing at all of %s",
		(field) => {
			expect(maskedState({ [field]: "USR_OPEN", inner: [{ [field]: 4711 }] })).toEqual({
				[field]: "•••",
				inner: [{ [field]: "•••" }],
			});
		},
	);

	it("hides names of fields that are data themselves", () => {
		expect(maskedState({ "mina@example.com": 1, 홍길동: 2 })).toEqual({ "••• (16)": 1, "••• (3)": 2 });
	});

	it("has bounds: long lists, deep trees, long texts", () => {
		const long = maskedState({ items: Array.from({ length: 60 }, (_, index) => index) })["items"] as unknown[];
		expect([long.length, long.at(-1)]).toEqual([51, "… 10"]);
		let deep: object = { end: true };
		for (let level = 0; level < 40; level++) deep = { deep };
		expect(JSON.stringify(maskedState(deep))).toContain("…");
		expect(maskedState({ id: "a".repeat(500) })["id"]).toHaveLength(200);
	});
});
