import type { ServiceSchema } from "moleculer";
import { actor } from "../../../mixins/actor/actor.mixin.ts";
import type { Aggregate } from "../../../mixins/actor/port.ts";
import type { Meta } from "../../../mixins/typed.ts";
import type { PaymentHistoryEntry, PaymentStateView } from "../../../services/payment/contract.ts";
import logging from "../../../services/logging/logging.service.ts";
import type { DomainEvent } from "../../../services/shared/events.ts";
import { EPOCH, startPlatform, temporaryFolder, type TestPlatform } from "../../support/broker.ts";

interface Tale {
	readonly length: number;
}

/** Tells whatever it is told. */
const tale = (kind: string): Aggregate<Tale, readonly DomainEvent[], DomainEvent> => ({
	kind,
	schemaVersion: 1,
	decider: {
		initial: { length: 0 },
		decide: (_state, events) => events,
		evolve: ({ length }) => ({ length: length + 1 }),
	},
});
const [order, payment] = [tale("order"), tale("payment")];

const states = ["PENDING", "APPROVING", "APPROVED"] as const;
const history: PaymentHistoryEntry[] = states.map((newState, index) => ({
	id: `payment:PAY_1:${index + 1}`,
	paymentId: "PAY_1",
	sequence: index + 1,
	eventType: ["payment.created", "payment.approval-requested", "payment.approved"][index] ?? "",
	previousState: states[index - 1] ?? null,
	newState,
	eventData: index === 0 ? { userId: "USR_1", amount: 50000 } : { paymentKey: "tgen_20251110abc" },
	occurredAt: new Date(EPOCH + index * 1000).toISOString(),
	actor: "SYSTEM",
	metadata: { correlationId: "COR_1", schemaVersion: 1 },
}));

/** Answers as the payment service does. */
const payments: ServiceSchema = {
	name: "payment",
	mixins: [actor(payment)],
	actions: {
		history: () => history,
		stateAt(ctx: { params: { sequence?: number } }): PaymentStateView {
			const asked = ctx.params.sequence ?? null;
			const entry = history[Math.min(asked ?? Infinity, history.length) - 1] ?? history[0];
			if (entry === undefined) throw new Error("no history");
			const { paymentId, sequence, newState, eventType, occurredAt, eventData } = entry;
			return {
				paymentId,
				requestedSequence: asked,
				sequence,
				state: newState,
				eventType,
				occurredAt,
				snapshot: eventData,
			};
		},
	},
};
const services = [logging, payments, { name: "order", mixins: [actor(order)] }];
const anonymous: Meta = {};
const owner: Meta = { userId: "USR_1", roles: ["ROLE_USER"] };
const stranger: Meta = { userId: "USR_9", roles: ["ROLE_USER"] };
const admin: Meta = { userId: "USR_2", roles: ["ROLE_ADMIN"] };

async function publish(
	{ runtime }: TestPlatform,
	aggregate: typeof order,
	id: string,
	events: readonly DomainEvent[],
	changes: { correlationId?: string; causationId?: string } = {},
): Promise<void> {
	const commandId = runtime.ids.next("CMD");
	const context = { commandId, correlationId: "COR_1", causationId: commandId, actor: "USR_1", ...changes };
	await runtime.actors.tell(aggregate, id, events, context);
}

function created(data: object = {}): DomainEvent {
	return { type: "order.created", data: { userId: "USR_1", ...data } };
}

describe("the log collector", () => {
	let platform: TestPlatform;
	beforeEach(async () => void (platform = await startPlatform({ services, clock: "virtual" })));
	afterEach(() => platform.stop());

	it("answers a correlation id with the rows of all services, once each, a cause before its effects", async () => {
		await publish(platform, order, "ORD_1", [created(), { type: "order.pending", data: {} }]);
		await publish(platform, payment, "PAY_1", [{ type: "payment.created", data: { userId: "USR_1" } }], {
			causationId: "order:ORD_1:2",
		});
		await publish(platform, order, "ORD_1", [{ type: "order.paid", data: {} }], { causationId: "payment:PAY_1:1" });
		await publish(platform, order, "ORD_2", [created()], { correlationId: "COR_2" });
		await platform.drained();
		const rows = await platform.call("logging.trace", { correlationId: "COR_1" });
		expect(rows.map(({ eventId, serviceName, userId }) => [eventId, serviceName, userId])).toEqual([
			["order:ORD_1:1", "order", "USR_1"],
			["order:ORD_1:2", "order", "USR_1"],
			["payment:PAY_1:1", "payment", "USR_1"],
			["order:ORD_1:3", "order", "USR_1"],
		]);
		expect(rows[0]).toMatchObject({ payload: { userId: "USR_1" }, status: "SUCCESS", sequence: 1 });
	});

	it("answers an unknown correlation id with an empty list", async () => {
		expect(await platform.call("logging.trace", { correlationId: "COR_none" })).toEqual([]);
	});

	it("lists the newest rows of the window, both ends included", async () => {
		await publish(platform, order, "ORD_1", [created()]);
		await platform.advance(30 * 60_000);
		for (const id of ["ORD_2", "ORD_3"]) await publish(platform, order, id, [created()]);
		await platform.advance(30 * 60_000);
		await platform.drained();
		const recent = (limit?: number, minutes?: number) =>
			platform.call("logging.recent", {
				...(limit === undefined ? {} : { limit }),
				...(minutes === undefined ? {} : { minutes }),
			});
		const idsOf = async (...asked: Parameters<typeof recent>) => (await recent(...asked)).map(({ eventId }) => eventId);
		expect(await idsOf()).toEqual(["order:ORD_3:1", "order:ORD_2:1", "order:ORD_1:1"]);
		expect(await idsOf(1)).toEqual(["order:ORD_3:1"]);
		expect(await idsOf(500, 59)).toEqual(["order:ORD_3:1", "order:ORD_2:1"]);
		expect(await idsOf(500, 29)).toEqual([]);
		expect((await recent(1))[0]).toEqual({
			eventId: "order:ORD_3:1",
			eventType: "order.created",
			serviceName: "order",
			status: "SUCCESS",
			timestamp: new Date(EPOCH + 30 * 60_000).toISOString(),
			correlationId: "COR_1",
		});
	});

	it.each([
		["logging.recent", { limit: 0 }],
		["logging.recent", { limit: 501 }],
		["logging.recent", { limit: 1.5 }],
		["logging.recent", { minutes: 0 }],
		["logging.recent", { minutes: 1441 }],
		["logging.trace", { correlationId: "a b" }],
		["logging.trace", { correlationId: "" }],
		["logging.paymentState", { paymentId: "PAY_1", sequence: 0 }],
		["logging.paymentState", { paymentId: "PAY_1", sequence: -1 }],
		["logging.paymentState", { paymentId: "PAY_1", at: "yesterday" }],
		["logging.paymentHistory", { paymentId: "../etc" }],
	])("refuses %s %j", async (action, params) => {
		await expect(platform.broker.call(action, params)).rejects.toMatchObject({ type: "VALIDATION_ERROR" });
	});

	it("masks what looks like personal data for everyone but administrators", async () => {
		await publish(platform, order, "ORD_1", [
			created({ note: "from customer@example.com", paymentKey: "tgen_2025xyz" }),
		]);
		await platform.drained();
		const payloads = async (meta: Meta) =>
			(await platform.call("logging.trace", { correlationId: "COR_1" }, { meta })).map(({ payload }) => payload);
		expect(await payloads(anonymous)).toMatchObject([{ note: "from c***@example.com", paymentKey: "tgen_2***" }]);
		expect(await payloads(admin)).toMatchObject([{ note: "from customer@example.com", paymentKey: "tgen_2025xyz" }]);
	});

	it.each([
		[undefined, 3, "APPROVED"],
		[1, 1, "PENDING"],
		[2, 2, "APPROVING"],
		[3, 3, "APPROVED"],
		[99, 3, "APPROVED"],
	])("gives a payment's state after event %s", async (sequence, real, state) => {
		const params = sequence === undefined ? { paymentId: "PAY_1" } : { paymentId: "PAY_1", sequence };
		expect(await platform.call("logging.paymentState", params)).toMatchObject({ sequence: real, state });
	});

	it("gives a payment's state at an instant", async () => {
		const at = new Date(EPOCH + 1_500).toISOString();
		expect(await platform.call("logging.paymentState", { paymentId: "PAY_1", at })).toMatchObject({
			state: "APPROVING",
			snapshot: { paymentKey: "tgen_2***" },
		});
		const before = new Date(EPOCH - 1).toISOString();
		await expect(platform.call("logging.paymentState", { paymentId: "PAY_1", at: before })).rejects.toMatchObject({
			type: "PAYMENT_NOT_FOUND",
			code: 404,
		});
	});

	it("drops rows after ninety days, and keeps the events", async () => {
		await publish(platform, order, "ORD_1", [created()]);
		await platform.drained();
		const rows = () => platform.runtime.store.count("event-row");
		await platform.advance(89 * 86_400_000);
		expect(await rows()).toBe(1);
		await platform.advance(2 * 86_400_000);
		expect(await rows()).toBe(0);
		expect(await platform.runtime.store.events("order", "ORD_1")).toHaveLength(1);
	});

	it("lets the framework's own notices pass, and takes a fact from nobody else than the bus", async () => {
		const tell = (name: string) => platform.broker.broadcastLocal(name, { id: "order:X:1" }, { throwError: true });
		await expect(tell("$services.changed")).resolves.toBe(true);
		await expect(tell("order.created")).rejects.toMatchObject({ type: "EVENT_NOT_DELIVERED" });
		await platform.drained();
		expect(await platform.runtime.store.count("event-row")).toBe(0);
	});
});

describe("the log collector where logs are private", () => {
	let platform: TestPlatform;
	beforeAll(async () => void (platform = await startPlatform({ services, env: { LOGS_PUBLIC: "false" } })));
	afterAll(() => platform.stop());

	it("answers administrators only", async () => {
		const recent = (meta: Meta) => platform.call("logging.recent", {}, { meta });
		expect(await recent(admin)).toEqual([]);
		await expect(recent(owner)).rejects.toMatchObject({ type: "FORBIDDEN", code: 403 });
		await expect(recent(anonymous)).rejects.toMatchObject({ type: "UNAUTHENTICATED", code: 401 });
		const trace = platform.call("logging.trace", { correlationId: "COR_1" }, { meta: owner });
		await expect(trace).rejects.toMatchObject({ type: "FORBIDDEN", code: 403 });
	});

	it("shows a payment to its owner in full, and to no other customer", async () => {
		const historyFor = (meta: Meta) => platform.call("logging.paymentHistory", { paymentId: "PAY_1" }, { meta });
		expect(await historyFor(owner)).toEqual(history);
		expect(await historyFor(admin)).toEqual(history);
		await expect(historyFor(stranger)).rejects.toMatchObject({ type: "PAYMENT_NOT_FOUND", code: 404 });
		await expect(historyFor(anonymous)).rejects.toMatchObject({ type: "UNAUTHENTICATED", code: 401 });
		const state = platform.call("logging.paymentState", { paymentId: "PAY_1" }, { meta: stranger });
		await expect(state).rejects.toMatchObject({ type: "PAYMENT_NOT_FOUND" });
	});
});

describe("the log collector that was away", () => {
	it("catches up with everything that happened meanwhile, each event once", async () => {
		const folder = temporaryFolder();
		const withoutLog = await startPlatform({ services: services.slice(1), dataDir: folder.path });
		await Promise.all(
			Array.from({ length: 400 }, (_, index) => publish(withoutLog, order, `ORD_${index}`, [created(), created()])),
		);
		await withoutLog.stop();
		for (const start of [1, 2]) {
			const platform = await startPlatform({ services, dataDir: folder.path });
			await publish(platform, order, `ORD_late${start}`, [created()]);
			await platform.drained();
			expect(await platform.runtime.store.count("event-row")).toBe(800 + start);
			await platform.stop();
		}
		folder.remove();
	});
});
