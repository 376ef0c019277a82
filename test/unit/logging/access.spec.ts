import { sightOfAll, sightOfPayment } from "../../../services/logging/domain/access.ts";

const anonymous = {};
const user = { userId: "USR_1", roles: ["ROLE_USER"] };
const admin = { userId: "USR_2", roles: ["ROLE_USER", "ROLE_ADMIN"] };
const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;

describe("access to the log", () => {
	it("is masked for everyone but administrators while it is public", () => {
		expect([anonymous, user, admin].map((reader) => sightOfAll(reader, true))).toEqual(["masked", "masked", "full"]);
		expect([anonymous, user, admin].map((reader) => sightOfPayment(reader, true, "USR_1"))).toEqual([
			"masked",
			"masked",
			"full",
		]);
	});

	it("is for administrators only otherwise", () => {
		expect(sightOfAll(admin, false)).toBe("full");
		expect(() => sightOfAll(anonymous, false)).toThrow(refusal("UNAUTHENTICATED"));
		expect(() => sightOfAll(user, false)).toThrow(refusal("FORBIDDEN"));
	});

	it("lets owners see their own payment, and hides that others exist", () => {
		expect(sightOfPayment(user, false, "USR_1")).toBe("full");
		expect(sightOfPayment(admin, false, "USR_1")).toBe("full");
		expect(() => sightOfPayment(user, false, "USR_9")).toThrow(refusal("PAYMENT_NOT_FOUND"));
		expect(() => sightOfPayment(user, false, null)).toThrow(refusal("PAYMENT_NOT_FOUND"));
		expect(() => sightOfPayment(anonymous, false, "USR_1")).toThrow(refusal("UNAUTHENTICATED"));
	});
});
