import { sagaDecider } from "../../../mixins/saga/decider.ts";
import { checkout } from "../../../services/saga/application/checkout.ts";
import { cursorAfter, sagaIdOf } from "../../../services/saga/application/cursor.ts";
import { stepLog, viewOf } from "../../../services/saga/application/view.ts";
import { linesOf, productsOf, takenFrom } from "../../../services/saga/domain/checkout.ts";
import { metricsOf, NO_FIGURES, sumOf } from "../../../services/saga/domain/metrics.ts";
import { labelOf, messageOf } from "../../../services/saga/domain/steps.ts";
import { createFigures } from "../../../services/saga/infrastructure/figures.projection.ts";
import { isDomainError } from "../../../services/shared/errors.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { createHostileStore } from "../../support/hostile/store.ts";

const now = "2030-01-07T00:00:00.000Z";
const later = "2030-01-07T00:00:01.500Z";
const input = {
	sagaId: "SAG_1",
	orderId: "ORD_1",
	userId: "USR_1",
	paymentId: "PAY_1",
	paymentKey: "key",
	amount: 10_000,
	items: [{ productId: "P-1", quantity: 1 }],
};

/** The events of a checkout whose points nobody gave, and its state after each of them. */
function story() {
	const decider = sagaDecider(checkout);
	let state = decider.initial;
	const envelopes: Envelope[] = [];
	const tell = (command: Parameters<typeof decider.decide>[1]) => {
		for (const event of decider.decide(state, command)) {
			state = decider.evolve(state, event);
			envelopes.push({ ...event, time: command.type === "start" ? now : later } as unknown as Envelope);
		}
		if (state.status === "none") throw new Error("no saga");
		return state;
	};
	tell({ type: "start", sagaId: "SAG_1", input, correlationId: "COR_1", runner: "one", now });
	const begin = () =>
		tell({ type: "begin", runner: "one", now }).call ?? { step: "", direction: "forward", attempt: 0, round: 0 };
	return { tell, begin, envelopes };
}

describe("a checkout as it is shown", () => {
	it("tells how far it is, and what it holds", () => {
		const { tell, begin } = story();
		tell({ type: "succeed", call: begin(), facts: { reservationId: "RSV_1" }, now: later });
		expect(viewOf(tell({ type: "begin", runner: "one", now }), "ko")).toEqual({
			sagaId: "SAG_1",
			name: "checkout",
			orderId: "ORD_1",
			amount: 10_000,
			status: "STARTED",
			currentStep: "INVENTORY_RESERVED",
			completedSteps: ["ORDER_CREATED", "PAYMENT_PROCESSED", "INVENTORY_RESERVED"],
			failedStep: null,
			paymentKey: "key",
			inventoryReservationId: "RSV_1",
			errorCode: null,
			errorMessage: null,
			needsAttention: false,
			createdAt: now,
			updatedAt: now,
			deadlineAt: "2030-01-07T00:05:00.000Z",
			durationMs: null,
		});
	});

	it("tells every attempt, and why it turned back", () => {
		const { tell, begin, envelopes } = story();
		tell({ type: "refuse", call: begin(), errorCode: "INSUFFICIENT_STOCK", now });
		tell({ type: "miss", call: begin(), errorCode: "TIMEOUT", now });
		const [first, second] = stepLog("checkout", envelopes);
		expect(first).toMatchObject({ step: "INVENTORY_RESERVED", status: "REFUSED", error: "INSUFFICIENT_STOCK" });
		expect(second).toMatchObject({ direction: "COMPENSATE", status: "UNANSWERED", endedAt: later, error: "TIMEOUT" });
		const state = tell({ type: "begin", runner: "one", now });
		expect(viewOf(state, "ko").errorMessage).toBe("재고 예약 실패: 재고 부족");
		expect(viewOf(state, "en")).toMatchObject({ status: "COMPENSATING", failedStep: "INVENTORY_RESERVED" });
	});

	it("names a reason without a text by its code, and no step it does not have", () => {
		expect(messageOf("POINTS_AWARDED", "SOMETHING", "en")).toBe("Points failed: SOMETHING");
		expect(() => labelOf("checkout", "nothing")).toThrow("no step nothing");
	});

	it("lists from where a page has ended, and from nowhere else", () => {
		const sagaId = "SAG_01JH0000000000000000000000";
		expect(sagaIdOf(cursorAfter(sagaId))).toBe(sagaId);
		try {
			sagaIdOf("nonsense");
			throw new Error("it was taken");
		} catch (error) {
			expect(isDomainError(error) && error.code).toBe("VALIDATION_ERROR");
		}
	});
});

describe("what a checkout takes", () => {
	it("is what is in the catalogue, each product once", () => {
		const item = { name: "x", unitPrice: 1, subtotal: 1 };
		const taken = takenFrom([
			{ ...item, productId: "A", quantity: 1 },
			{ ...item, productId: null, quantity: 9 },
			{ ...item, productId: "B", quantity: 2 },
			{ ...item, productId: "A", quantity: 3 },
		]);
		expect(linesOf(taken)).toEqual([
			{ productId: "A", quantity: 4 },
			{ productId: "B", quantity: 2 },
		]);
		expect(productsOf(taken)).toEqual(["A", "B"]);
	});
});

describe("the figures", () => {
	it("say 98.5 % of 197 completed and 3 undone, and nothing of nothing", () => {
		const figures = { ...NO_FIGURES, started: 201, completed: 197, compensated: 3, durationMs: 197 * 120 };
		expect(metricsOf("checkout", 24, figures, { inProgress: 1, failed: 0 })).toMatchObject({
			successRate: 98.5,
			compensationRate: 1.5,
			avgDurationMs: 120,
		});
		expect(metricsOf("checkout", 1, NO_FIGURES, { inProgress: 0, failed: 0 })).toMatchObject({
			successRate: null,
			compensationRate: null,
			avgDurationMs: null,
			failuresByStep: [],
		});
	});

	it("name the steps that failed, the most frequent first", () => {
		const one = sumOf(NO_FIGURES, { failures: { POINTS_AWARDED: 1 } });
		const both = sumOf(sumOf(one, { failures: { INVENTORY_RESERVED: 2 } }), { failures: { POINTS_AWARDED: 0 } });
		expect(metricsOf("checkout", 1, both, { inProgress: 0, failed: 2 }).failuresByStep).toEqual([
			{ step: "INVENTORY_RESERVED", count: 2 },
			{ step: "POINTS_AWARDED", count: 1 },
		]);
	});

	it("count every event once, whatever the store does, and by the hour", async () => {
		const store = createHostileStore({ seed: 11, faults: { lostReply: 0.1, lostRace: 0.1, slow: 0.3 } });
		const figures = createFigures(store, "checkout");
		const add = (id: number) => figures.add(`event-${id}`, now, { started: 1 });
		const retried = (id: number): Promise<void> => add(id).catch(() => retried(id));
		await Promise.all(Array.from({ length: 200 }, (_none, index) => retried(index % 100)));
		await figures.add("event-1000", "2030-01-07T05:59:59.000Z", { completed: 1, durationMs: 5 });
		expect(await figures.read(now)).toMatchObject({ started: 100, completed: 1, durationMs: 5 });
		expect(await figures.read("2030-01-07T01:00:00.000Z")).toMatchObject({ started: 0, completed: 1 });
	});
});
