import {
	ATTENTION_ATTEMPTS,
	FORWARD_ATTEMPTS_MAX,
	LEASE_MARGIN_MS,
	sagaDecider,
} from "../../../mixins/saga/decider.ts";
import type { BegunCall, RunningSaga, Saga, SagaCommand } from "../../../mixins/saga/model.ts";
import { commandIdFor } from "../../../mixins/saga/next.ts";
import { isDomainError } from "../../../services/shared/errors.ts";
import { purchase } from "../../support/saga/purchase.ts";

type Input = { readonly orderId: string; readonly amount: number };
type Command = SagaCommand<Input>;

const START = Date.parse("2030-01-07T00:00:00.000Z");
const at = (ms: number) => new Date(START + ms).toISOString();
const decider = sagaDecider(purchase);
const start: Command = {
	type: "start",
	sagaId: "SAG_1",
	input: { orderId: "ORD_1", amount: 1_000 },
	correlationId: "COR_1",
	runner: "one",
	now: at(0),
};

/** A saga that is told one thing after another; it remembers what each came to. */
class Told {
	state: Saga<Input> = decider.initial;
	last: readonly string[] = [];

	tell(command: Command): this {
		const events = decider.decide(this.state, command);
		this.state = events.reduce(decider.evolve, this.state);
		this.last = events.map(({ type }) => type);
		return this;
	}

	begin(now = at(0), runner = "one"): this {
		return this.tell({ type: "begin", runner, now });
	}

	answer(type: "succeed" | "refuse" | "miss", now = at(0)): this {
		const call = this.call();
		return this.tell(type === "succeed" ? { type, call, facts: {}, now } : { type, call, errorCode: "NO", now });
	}

	/** The same by somebody who goes on. */
	answerAndGoOn(type: "succeed" | "refuse" | "miss", now = at(0), runner = "one"): this {
		const command = { call: this.call(), going: { runner }, now };
		return this.tell(type === "succeed" ? { ...command, type, facts: {} } : { ...command, type, errorCode: "NO" });
	}

	/** Begins and answers the next steps. */
	through(...steps: readonly string[]): this {
		for (const step of steps) {
			this.begin();
			expect(this.call().step).toBe(step);
			this.answer("succeed");
		}
		return this;
	}

	saga(): RunningSaga<Input> {
		if (this.state.status === "none") throw new Error("no saga");
		return this.state;
	}

	call(): BegunCall {
		const { call } = this.saga();
		if (call === null) throw new Error("no call");
		return call;
	}
}

const begun = () => new Told().tell(start);
const beforePivot = ["charge", "terms", "stock"];

function codeOf(decide: () => unknown): string | null {
	try {
		decide();
		return null;
	} catch (error) {
		if (isDomainError(error)) return error.code;
		throw error;
	}
}

describe("a saga", () => {
	it("begins once, with the steps it adopts done", () => {
		const told = begun();
		expect(told.saga()).toMatchObject({ status: "STARTED", done: ["order"], begun: ["order"], reference: "ORD_1" });
		expect(told.tell(start).last).toEqual([]);
	});

	it("is refused when there is none", () => {
		expect(codeOf(() => new Told().begin())).toBe("SAGA_NOT_FOUND");
	});

	it("records the intent of each step before its call and completes with the last result", () => {
		const told = begun().begin();
		expect(told.last).toEqual(["saga.step-started"]);
		expect(told.saga()).toMatchObject({
			begun: ["order", "charge"],
			done: ["order"],
			dueAt: at(5_000 + LEASE_MARGIN_MS),
		});
		told.answer("succeed").through("terms", "stock", "confirm").begin().answer("succeed", at(1_234));
		expect(told.last).toEqual(["saga.step-succeeded", "saga.completed"]);
		expect(told.saga()).toMatchObject({ status: "COMPLETED", dueAt: null, endedAt: at(1_234) });
		expect(told.begin().last).toEqual([]);
	});

	it("records the next intent together with a result for the one who goes on, forwards and backwards", () => {
		const told = begun().begin().answerAndGoOn("succeed", at(7));
		expect(told.last).toEqual(["saga.step-succeeded", "saga.step-started"]);
		expect(told.call()).toMatchObject({ step: "terms", attempt: 1 });
		expect(told.saga()).toMatchObject({ done: ["order", "charge"], begun: ["order", "charge", "terms"] });
		told.answerAndGoOn("refuse");
		expect(told.last).toEqual(["saga.step-failed", "saga.compensating", "saga.step-started"]);
		expect(told.call()).toMatchObject({ step: "charge", direction: "compensation" });
		told.answerAndGoOn("succeed");
		expect(told.call()).toMatchObject({ step: "order", direction: "compensation" });
		expect(told.answerAndGoOn("succeed").last).toEqual(["saga.step-succeeded", "saga.compensated"]);
	});

	it("goes on with nothing that has to wait, that is over, or that another has taken up", () => {
		expect(begun().begin().answerAndGoOn("miss").last).toEqual(["saga.step-unanswered"]);
		expect(begun().begin().answerAndGoOn("succeed", at(300_000)).last).toEqual([
			"saga.step-succeeded",
			"saga.compensating",
			"saga.step-started",
		]);
		const taken = begun().begin().begin(at(10_000), "two").answerAndGoOn("succeed", at(10_001));
		expect(taken.last).toEqual(["saga.step-succeeded"]);
		expect(taken.saga()).toMatchObject({ runner: "two", call: null });
	});

	it("turns back on a refusal, undoes the refused step too, and goes in reverse", () => {
		const told = begun().through("charge", "terms").begin().answer("refuse");
		expect(told.last).toEqual(["saga.step-failed", "saga.compensating"]);
		told.through("stock", "charge", "order");
		expect(told.last).toEqual(["saga.step-succeeded", "saga.compensated"]);
		expect(told.saga()).toMatchObject({ status: "COMPENSATED", failedStep: "stock", errorCode: "NO" });
	});

	it("asks a step again that nobody answers, later each time, and then turns back", () => {
		const told = begun();
		for (const [attempt, wait] of [1_000, 2_000, 4_000].entries()) {
			told.begin(at(attempt * 10_000)).answer("miss", at(attempt * 10_000));
			expect(told.saga()).toMatchObject({ dueAt: at(attempt * 10_000 + wait), runner: null, trouble: "NO" });
		}
		told.begin(at(50_000)).answer("miss", at(50_000));
		expect(FORWARD_ATTEMPTS_MAX).toBe(4);
		expect(told.last).toEqual(["saga.compensating"]);
	});

	it("is not taken up before its time, nor by another while the lease holds", () => {
		const told = begun().begin();
		expect(told.begin(at(9_999), "two").last).toEqual([]);
		expect(told.begin(at(10_000), "two").last).toEqual(["saga.step-started"]);
		expect(told.call()).toMatchObject({ attempt: 2 });
		told.answer("miss", at(11_000));
		expect(told.begin(at(12_000), "two").last).toEqual([]);
		expect(told.begin(at(13_000), "one").last).toEqual(["saga.step-started"]);
	});

	it("takes a late success, and no late refusal or miss, of an earlier attempt", () => {
		const told = begun().begin();
		const first = told.call();
		told.begin(at(10_000), "two");
		expect(told.tell({ type: "miss", call: first, errorCode: "NO", now: at(10_001) }).last).toEqual([]);
		expect(told.tell({ type: "refuse", call: first, errorCode: "NO", now: at(10_001) }).last).toEqual([]);
		expect(told.tell({ type: "succeed", call: first, facts: { a: 1 }, now: at(10_001) }).last).toEqual([
			"saga.step-succeeded",
		]);
		expect(told.saga().facts).toEqual({ a: 1 });
		expect(told.tell({ type: "succeed", call: first, facts: {}, now: at(10_002) }).last).toEqual([]);
	});

	it("turns back at its deadline, but not once the point of no return is begun", () => {
		expect(begun().through("charge").begin(at(300_000)).last).toEqual(["saga.compensating", "saga.step-started"]);
		const late = begun()
			.through(...beforePivot)
			.begin()
			.answer("miss", at(300_000));
		expect(late.last).toEqual(["saga.step-unanswered"]);
		expect(late.begin(at(400_000)).call()).toMatchObject({ step: "confirm", attempt: 2 });
	});

	it("turns back when the point of no return is refused, and never after it", () => {
		const told = begun()
			.through(...beforePivot)
			.begin();
		expect(told.answer("refuse").last).toEqual(["saga.step-failed", "saga.compensating"]);
		const beyond = begun()
			.through(...beforePivot, "confirm")
			.begin();
		expect(beyond.answer("refuse").last).toEqual(["saga.step-unanswered"]);
		expect(beyond.begin(at(1_000)).call()).toMatchObject({ step: "announce", direction: "forward", round: 2 });
	});

	it("asks a refused compensation under a new command id, an unanswered one under the same", () => {
		const told = begun().begin().answer("refuse").begin().answer("miss");
		expect(told.begin(at(1_000)).call()).toMatchObject({ step: "charge", attempt: 2, round: 1 });
		told.answer("refuse", at(1_000));
		expect(told.begin(at(3_000)).call()).toMatchObject({ attempt: 3, round: 2 });
		expect(commandIdFor("SAG_1", "charge", "compensation")).toBe("SAG_1:charge:compensation");
		expect(commandIdFor("SAG_1", "charge", "compensation", 2)).toBe("SAG_1:charge:compensation:2");
	});

	it("calls for attention after ten attempts, once, and goes on for a thousand more until it is answered", () => {
		const told = begun().begin().answer("refuse");
		let now = 0;
		let calls = 0;
		for (let attempt = 1; attempt <= 1_000; attempt++) {
			told.begin(at(now)).answer("miss", at(now));
			if (told.last.includes("saga.needs-attention")) calls++;
			expect(told.saga().needsAttention).toBe(attempt >= ATTENTION_ATTEMPTS);
			now = Date.parse(told.saga().dueAt ?? "") - START;
		}
		expect(calls).toBe(1);
		told.begin(at(now)).answer("succeed", at(now));
		expect(told.saga().needsAttention).toBe(false);
		expect(told.through("order").saga().status).toBe("COMPENSATED");
	});

	it("calls for attention also when its processes die instead of answering", () => {
		const told = begun().begin().answer("refuse");
		for (let death = 1; death <= ATTENTION_ATTEMPTS + 1; death++) told.begin(at(death * 20_000), `process-${death}`);
		expect(told.last).toEqual(["saga.step-started", "saga.needs-attention"]);
	});

	it("is tried at once when an administrator asks, unless a call is under way or it has ended", () => {
		const told = begun().begin().answer("refuse").begin();
		expect(told.tell({ type: "retry", now: at(1) }).last).toEqual([]);
		told.answer("miss", at(1)).tell({ type: "retry", now: at(2) });
		expect(told.last).toEqual(["saga.retry-requested"]);
		expect(told.begin(at(2)).call()).toMatchObject({ attempt: 1 });
		told.answer("succeed").through("order");
		expect(codeOf(() => told.tell({ type: "retry", now: at(3) }))).toBe("SAGA_ENDED");
	});

	it("forgets a call for which the process died, but not for ever: the fifth attempt turns it back", () => {
		const told = begun();
		for (let attempt = 1; attempt <= FORWARD_ATTEMPTS_MAX; attempt++) told.begin(at(attempt * 20_000), `p${attempt}`);
		expect(told.begin(at(200_000), "last").last).toEqual(["saga.compensating", "saga.step-started"]);
		expect(told.saga().errorCode).toBe("NO_ANSWER");
	});
});
