import { fullEntries, plainEntries } from "../../../services/story/domain/entries.ts";
import { at, ORDER, PAYMENT, Pen, posting, SAGA } from "./support.ts";

const hash = (key: string) => `#${key.length}`;
const full = (pen: Pen, postings = [] as ReturnType<typeof posting>[]) => fullEntries(pen.facts, postings, hash);
const whats = (entries: readonly { what: string }[]) => entries.map(({ what }) => what);

describe("a buyer's entries", () => {
	it("say what happened and what it cost, without internals", () => {
		const pen = new Pen().placed().paid().begins("stock").completed();
		const entries = plainEntries(pen.facts);
		expect(whats(entries)).toEqual([
			"order.created",
			"payment.approved",
			"inventory.reserved",
			"points.awarded",
			"order.confirmed",
		]);
		expect(entries[1]).toMatchObject({ amount: 10_000, flow: "in", lane: "payment", tone: "good" });
		expect(entries[3]).toMatchObject({ points: 100, amount: null });
		expect(JSON.stringify(entries)).not.toMatch(/COR_|CMD_|SAG_|PAY_|USR_|key-/);
		expect(entries.every(({ internals }) => internals === null)).toBe(true);
	});

	it("do not tell of a refund where nothing had been charged", () => {
		const pen = new Pen().placed().write("payment", "payment.cancelled", { amount: 0 });
		expect(whats(plainEntries(pen.facts))).toEqual(["order.created"]);
	});
});

describe("an operator's entries", () => {
	it("hold every event once, as itself or within a step", () => {
		const pen = new Pen().placed().paid().begins("stock").succeeds("stock").completed();
		const events = full(pen)
			.filter(({ lane }) => lane !== "provider")
			.flatMap(({ internals }) => internals?.events ?? []);
		expect(events.map(({ eventId }) => eventId).sort()).toEqual(pen.facts.map(({ eventId }) => eventId).sort());
	});

	it("show each attempt at a step as a stretch, forward and back", () => {
		const pen = new Pen().placed().paid().begins("stock");
		pen.write("saga", "saga.step-unanswered", { errorCode: "TIMEOUT", retryAt: at(1_000) }, { at: at(500) });
		pen.write("saga", "saga.step-started", { saga: "checkout", step: "stock", direction: "forward", attempt: 2 });
		pen.write("saga", "saga.step-failed", { errorCode: "INSUFFICIENT_STOCK" });
		pen.turnsBack("stock", "INSUFFICIENT_STOCK").begins("stock", "compensation").succeeds("stock", "compensation");
		pen.begins("payment", "compensation");
		const steps = full(pen).filter(({ what }) => what === "saga.step");
		const facts = steps.map(({ internals }) => internals?.facts ?? {});
		expect(facts.map(({ direction, attempt, status, error }) => [direction, attempt, status, error])).toEqual([
			["FORWARD", 1, "UNANSWERED", "TIMEOUT"],
			["FORWARD", 2, "REFUSED", "INSUFFICIENT_STOCK"],
			["COMPENSATE", 1, "SUCCEEDED", null],
			["COMPENSATE", 1, "STARTED", null],
		]);
		expect(steps.map(({ tone }) => tone)).toEqual(["bad", "bad", "undone", "wait"]);
		expect(steps[0]).toMatchObject({ durationMs: 493, internals: { facts: { sagaId: SAGA, retryAt: at(1_000) } } });
		expect(steps[3]?.durationMs).toBeNull();
	});

	it("end an attempt that nobody answered where the saga turns back, and tell of that once", () => {
		const pen = new Pen().placed().paid().begins("points", "forward", 4).turnsBack("points", "POINTS_UNAVAILABLE");
		const entries = full(pen);
		expect(entries.find(({ what }) => what === "saga.step")?.internals?.facts["status"]).toBe("UNANSWERED");
		const ids = entries.flatMap(({ internals }) => internals?.events ?? []).map(({ type }) => type);
		expect(ids.filter((type) => type === "saga.compensating")).toHaveLength(1);
	});

	it("show requests to the provider with their outcome, and keys only as a hash", () => {
		const pen = new Pen().placed().paid().undone();
		const calls = full(pen).filter(({ lane }) => lane === "provider");
		expect(calls.map(({ what, amount, internals }) => [what, amount, internals?.facts])).toEqual([
			["provider.confirm", 10_000, { attempt: 1, outcome: "approved", keyHash: "#5", errorCode: null }],
			["provider.cancel", 10_000, { attempt: 1, outcome: "cancelled", keyHash: "#5", errorCode: null }],
		]);
		expect(JSON.stringify(full(pen))).not.toMatch(/key-1|key-2/);
	});

	it("count the provider's refusals and leave an answer to its own request", () => {
		const request = (key: string) => ({ amount: 10_000, providerIdempotencyKey: key });
		const pen = new Pen().placed().paid();
		pen.write("payment", "payment.cancel-requested", request("key-2"));
		pen.write("payment", "payment.cancel-failed", { errorCode: "CANCEL_REFUSED" });
		pen.write("payment", "payment.cancel-requested", request("key-3"));
		const calls = full(pen).filter(({ what }) => what === "provider.cancel");
		expect(
			calls.map(({ internals, tone }) => [internals?.facts["attempt"], internals?.facts["outcome"], tone]),
		).toEqual([
			[1, "refused", "bad"],
			[2, "unknown", "wait"],
		]);
	});

	it("show webhooks and looks at the provider that told something new", () => {
		const pen = new Pen().placed();
		pen.write("payment", "payment.approved", { amount: 10_000 }, { commandId: "CMD_9:noticed" });
		pen.write("payment", "payment.cancelled", { amount: 10_000 }, { commandId: "JOB_1:found" });
		pen.write("order", "order.paid", {}, { commandId: "CMD_9:noticed" });
		expect(whats(full(pen)).slice(3)).toEqual([
			"webhook.noticed",
			"payment.approved",
			"provider.lookup",
			"payment.cancelled",
			"order.paid",
		]);
	});

	it("put postings right behind their cause, with their legs", () => {
		const pen = new Pen().placed().paid();
		const cause = `payment:${PAYMENT}:3`;
		const entries = full(pen, [posting(cause, at(0))]);
		const index = entries.findIndex(({ lane }) => lane === "ledger");
		expect(entries[index - 1]?.what).toBe("payment.approved");
		expect(entries[index]).toMatchObject({ what: "ledger.checkout.charge", amount: 10_000, at: at(4) });
		expect(entries[index]?.internals).toMatchObject({ facts: { entryId: "JNL_1", cause, batch: 7 } });
		expect(entries[index]?.internals?.legs).toHaveLength(2);
	});

	it("stand in causal order where the clock stood still", () => {
		const still = { at: at(0) };
		const pen = new Pen();
		pen.write("saga", "saga.started", {}, { ...still, causationId: `payment:${PAYMENT}:1` });
		pen.write("order", "order.paid", {}, { ...still, causationId: `payment:${PAYMENT}:1` });
		pen.write("payment", "payment.approved", {}, { ...still, causationId: "CMD_1" });
		pen.write("order", "order.confirmed", {}, { ...still, causationId: `saga:${SAGA}:1` });
		const order = whats(full(pen));
		expect(order[0]).toBe("payment.approved");
		expect(order.at(-1)).toBe("order.confirmed");
		expect(order).toHaveLength(4);
	});

	it("survive causes that go round in a circle", () => {
		const pen = new Pen().write("order", "order.created", {}, { causationId: `payment:${PAYMENT}:1` });
		pen.write("payment", "payment.created", {}, { causationId: `order:${ORDER}:1` });
		expect(full(pen)).toHaveLength(2);
	});
});
