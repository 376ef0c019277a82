import { fold } from "../../../services/shared/decider.ts";
import { DomainError, isDomainError, unreachable } from "../../../services/shared/errors.ts";
import { kindOf, sourceOf } from "../../../services/shared/events.ts";

describe("events", () => {
	it("say in their source which kind they belong to", () => {
		expect(sourceOf("merchant-payment")).toBe("/payflow/merchant-payment");
		expect(kindOf({ source: sourceOf("merchant-payment") })).toBe("merchant-payment");
	});
});

describe("a fold", () => {
	const counter = {
		initial: 0,
		decide: () => [],
		evolve: (state: number, { data }: { data: { by: number } }) => state + data.by,
	};
	const counted = (by: number) => ({ type: "counted", data: { by } });

	it("starts at the beginning, or where it is told to", () => {
		expect(fold(counter, [counted(1), counted(2)])).toBe(3);
		expect(fold(counter, [counted(1)], 10)).toBe(11);
		expect(fold(counter, [])).toBe(0);
	});
});

describe("a domain error", () => {
	it("carries its code and facts, and is told from every other error", () => {
		const error = new DomainError("ORDER_NOT_FOUND", { orderId: "ORD_1" });
		expect(error).toMatchObject({ code: "ORDER_NOT_FOUND", message: "ORDER_NOT_FOUND", details: { orderId: "ORD_1" } });
		expect([error, new Error("x"), { code: "ORDER_NOT_FOUND" }, null].map(isDomainError)).toEqual([
			true,
			false,
			false,
			false,
		]);
		expect(new DomainError("X").details).toEqual({});
	});

	it("of a case that cannot be names the case", () => {
		expect(() => unreachable("surprise" as never)).toThrow('Unreachable: "surprise"');
	});
});
