import { kindOf } from "../../../services/shared/events.ts";
import logging from "../../../services/logging/logging.service.ts";
import { ADMIN, CHECKOUT, USER } from "../../support/shop.ts";
import { HERE, metaOf, startAuth } from "../auth/support.ts";
import { startSagas, type SagaBed } from "../saga/bed.ts";

const LOG_MAX = 1_000;

describe("the states of an account", () => {
	it("can be looked at, and tell nothing that could not be told", async () => {
		const platform = await startAuth({ services: [logging] });
		const account = { username: "minkyung", password: "correct horse battery", email: "minkyung@example.com" };
		await platform.call("auth.signup", account, { meta: HERE });
		const { userId, sessionId } = metaOf(await platform.call("auth.login", account, { meta: HERE }));
		await platform.drained();
		const stateOf = (kind: string, id = "") => platform.call("logging.streamState", { kind, id }, { meta: ADMIN });
		const states = [await stateOf("user", userId), await stateOf("session", sessionId)];
		expect(states.map(({ state }) => state["status"])).toEqual(["ACTIVE", "ACTIVE"]);
		expect(JSON.stringify(states)).not.toMatch(/minkyung|argon2|correct horse/);
		await platform.stop();
	});
});

describe("the states of a whole purchase", () => {
	let bed: SagaBed;
	beforeAll(async () => void (bed = await startSagas({}, "system", [...CHECKOUT, logging])));
	afterAll(() => bed.stop());

	it("can be looked at for every kind of aggregate that has events, and end as they are stored", async () => {
		const orderId = await bed.buy("PROD-TEST-001");
		await bed.ended(orderId);
		await bed.shop.drained();
		const entries = await bed.shop.runtime.log.read(0, LOG_MAX);
		const last = new Map(entries.map(({ event }) => [`${kindOf(event)} ${event.subject}`, event]));
		const kinds = new Set([...last.values()].map(kindOf));
		expect([...kinds]).toEqual(expect.arrayContaining(["order", "payment", "saga", "stock", "points-account"]));
		for (const event of last.values()) {
			const [kind, id] = [kindOf(event), event.subject];
			const told = await bed.shop.call("logging.streamState", { kind, id }, { meta: ADMIN });
			expect([kind, told.sequence, told.eventType]).toEqual([kind, event.sequence, event.type]);
			expect(Object.keys(told.state).length).toBeGreaterThan(0);
		}
	});

	it("show the buyer the own order and payment, step by step, and nothing else", async () => {
		const orderId = await bed.buy("PROD-TEST-001");
		await bed.ended(orderId);
		const statusAt = async (sequence: number) =>
			(await bed.shop.call("logging.streamState", { kind: "order", id: orderId, sequence }, { meta: USER })).state[
				"status"
			];
		expect(await Promise.all([1, 2, 3, 4].map(statusAt))).toEqual(["CREATED", "PENDING", "PAID", "CONFIRMED"]);
		const history = await bed.shop.call("logging.paymentHistory", { paymentId: orderId }, { meta: USER });
		const id = history[0]?.paymentId ?? "";
		const payment = await bed.shop.call("logging.streamEvents", { kind: "payment", id }, { meta: USER });
		expect(payment.items.map(({ eventType }) => eventType)).toEqual(history.map(({ eventType }) => eventType));
		const { sagaId } = await bed.shop.call("saga.getByOrder", { orderId }, { meta: ADMIN });
		const saga = bed.shop.call("logging.streamState", { kind: "saga", id: sagaId }, { meta: USER });
		await expect(saga).rejects.toMatchObject({ type: "STREAM_NOT_FOUND", code: 404 });
	});

	it("are one trace: every event of the purchase once, a cause before its effects", async () => {
		const orderId = await bed.buy("PROD-TEST-001");
		await bed.ended(orderId);
		await bed.shop.drained();
		const search = await bed.shop.call("logging.search", { id: orderId }, { meta: ADMIN });
		expect(search.matches).toMatchObject([{ type: "STREAM", kind: "order", id: orderId }]);
		const correlationId = search.matches[0]?.correlationId ?? "";
		const rows = await bed.shop.call("logging.trace", { correlationId }, { meta: ADMIN });
		const ids = rows.map(({ eventId }) => eventId);
		expect(new Set(ids).size).toBe(ids.length);
		const all = (await bed.shop.runtime.log.read(0, LOG_MAX)).filter(
			({ event }) => event.correlationid === correlationId,
		);
		expect(new Set(ids)).toEqual(new Set(all.map(({ event }) => event.id)));
		for (const [index, { causationId }] of rows.entries()) expect(ids.indexOf(causationId)).toBeLessThan(index);
	});
});
