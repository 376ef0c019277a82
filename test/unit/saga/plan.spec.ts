import { answered, failed } from "../../../mixins/saga/answers.ts";
import { defineSaga, faultPointsOf } from "../../../mixins/saga/plan.ts";
import type { SagaStep } from "../../../mixins/saga/port.ts";
import { createWaitingRoom } from "../../../mixins/saga/waiting-room.ts";
import { purchase } from "../../support/saga/purchase.ts";

type Step = SagaStep<object>;

const call = { action: "payment.config", params: () => null, refusals: {}, timeoutMs: 1_000 } as const;
const pivot: Step = { name: "pivot", pivot: true, ...call, noCompensation: "It is the point of no return." };
const other: Step = { name: "other", ...call, compensation: call };
const adopted: Step = { name: "adopted", adopts: "order.created", compensation: call };

function problemOf(steps: readonly Step[], change: { name?: string; deadlineMs?: number } = {}): string {
	try {
		defineSaga({ name: "test", deadlineMs: 1_000, reference: () => "x", steps, ...change });
		return "none";
	} catch (error) {
		return (error as Error).message;
	}
}

describe("a definition", () => {
	it("is taken when it can end", () => {
		expect(problemOf([adopted, other, pivot])).toBe("none");
		expect(problemOf([pivot])).toBe("none");
	});

	it("is not taken when it cannot, and says why", () => {
		expect(problemOf([other])).toContain("exactly one step");
		expect(problemOf([pivot, { ...pivot, name: "second" }])).toContain("exactly one step");
		expect(problemOf([other, other, pivot])).toContain("one name");
		expect(problemOf([{ ...other, name: "No:Name" }, pivot])).toContain("no name");
		expect(problemOf([pivot], { name: "" })).toContain("no name");
		expect(problemOf([other, adopted, pivot])).toContain("adopted steps come first");
		expect(problemOf([pivot, other])).toContain("nothing is undone");
		expect(problemOf([pivot], { deadlineMs: 0 })).toContain("has an end");
		expect(problemOf([{ ...other, timeoutMs: Number.NaN }, pivot])).toContain("has an end");
	});

	it("has four fault points around each call, in the order in which they are passed", () => {
		const points = faultPointsOf(purchase).map(({ step, direction, moment }) => `${step}/${direction}/${moment}`);
		expect(points).toHaveLength(4 * (5 + 3));
		expect(points.slice(0, 4)).toEqual(
			["before-intent", "after-intent", "after-call", "after-result"].map((moment) => `charge/forward/${moment}`),
		);
		expect(points.at(-1)).toBe("order/compensation/after-result");
	});
});

describe("an answer", () => {
	const refusals = { SOLD_OUT: 409, VALIDATION_ERROR: 400, GATEWAY_UNAVAILABLE: 503 } as const;
	const reading = { refusals, keep: (result: unknown) => ({ seen: String(result) }), isDone: Boolean } as never;

	it("is a refusal only if the callee has declared it", () => {
		expect(failed(reading, { type: "SOLD_OUT" })).toEqual({ type: "refuse", errorCode: "SOLD_OUT" });
		expect(failed(reading, { type: "VALIDATION_ERROR" })).toEqual({ type: "refuse", errorCode: "VALIDATION_ERROR" });
	});

	it.each([
		[{ type: "VALIDATION_ERROR", name: "ValidationError" }, "VALIDATION_ERROR"],
		[{ type: "GATEWAY_UNAVAILABLE" }, "GATEWAY_UNAVAILABLE"],
		[{ type: "SERVICE_NOT_FOUND", name: "ServiceNotFoundError" }, "SERVICE_NOT_FOUND"],
		[{ type: "toString" }, "toString"],
		[new TypeError("a bug"), "TypeError"],
		[undefined, "UNKNOWN"],
		[{ name: "x".repeat(200) }, "x".repeat(64)],
	])("is unknown otherwise: %j", (error, errorCode) => {
		expect(failed(reading, error)).toEqual({ type: "miss", errorCode });
	});

	it("that says that it is not done is asked again; one that is done is kept", () => {
		expect(answered(reading, "")).toEqual({ type: "miss", errorCode: "NOT_DONE" });
		expect(answered(reading, "yes")).toEqual({ type: "succeed", facts: { seen: "yes" } });
	});
});

describe("the room in which sagas wait", () => {
	it("lets each in once, a few at a time, and the others when somebody leaves", async () => {
		const leave = new Map<string, () => void>();
		const room = createWaitingRoom(2, (id) => new Promise((resolve) => void leave.set(id, resolve)));
		expect(["a", "b", "c", "a", "c"].map((id) => room.enter(id))).toEqual([true, true, true, false, false]);
		expect([...leave.keys()]).toEqual(["a", "b"]);
		const left = room.left("c");
		leave.get("a")?.();
		await room.left("a");
		expect([...leave.keys()]).toEqual(["a", "b", "c"]);
		leave.get("c")?.();
		await left;
		const closed = room.close();
		leave.get("b")?.();
		await closed;
		expect(room.enter("d")).toBe(false);
		expect(room.hasRoom()).toBe(false);
	});
});
