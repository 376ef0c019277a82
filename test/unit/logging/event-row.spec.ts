import { placeOf, rowOf, serviceOf, viewOf } from "../../../services/logging/domain/event-row.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { envelope } from "../../support/envelopes.ts";

function event(type: string, data: unknown, changes: Partial<Envelope> = {}): Envelope {
	const kind = type.split(".")[0] ?? "";
	return { ...envelope({ subject: "X_1", type, kind }, 1), data: data as object, ...changes };
}

describe("the row of an event", () => {
	it("keeps what rows are looked for by", () => {
		const created = event("order.created", { orderId: "X_1", userId: "USR_1" }, { processingtimems: 120 });
		expect(rowOf(created)).toEqual({
			correlationId: "correlation-X_1",
			timestamp: created.time,
			eventType: "order.created",
			userId: "USR_1",
			status: "SUCCESS",
			processingTimeMs: 120,
		});
	});

	it("names the acting user when the event does not", () => {
		expect(rowOf(event("payment.approval-requested", {}, { actor: "USR_7" })).userId).toBe("USR_7");
		expect(rowOf(event("payment.approval-requested", {}, { actor: "SYSTEM" })).userId).toBeNull();
	});

	it.each([
		["inventory.released", "saga:SAG_1:7", "COMPENSATED"],
		["points.revoked", "saga:SAG_1:6", "COMPENSATED"],
		["inventory.released", "stock:P-1:4", "SUCCESS"],
		["inventory.confirmed", "saga:SAG_1:9", "SUCCESS"],
	])("shows %s as the work of the saga whose event caused it", (type, causationid, status) => {
		expect(rowOf(event(type, {}, { commandid: "ORD_1:close", causationid })).status).toBe(status);
	});

	it.each([
		["order.cancelled", "SAG_1:order:compensation", "COMPENSATED"],
		["payment.cancelled", "SAG_1:payment:compensation", "COMPENSATED"],
		["payment.cancelled", "CMD_1", "SUCCESS"],
		["saga.compensated", "CMD_1", "COMPENSATED"],
		["order.confirmed", "SAG_1:order:forward", "SUCCESS"],
	])("%s by %s is %s", (type, commandid, status) => {
		expect(rowOf(event(type, {}, { commandid })).status).toBe(status);
	});

	it("is FAILED with the event's own words for a failure", () => {
		const failed = event("payment.failed", { errorCode: "REJECT_CARD" }, { outcome: "FAILED" });
		expect(viewOf(failed)).toMatchObject({ status: "FAILED", errorMessage: "REJECT_CARD" });
		expect(viewOf(event("order.failed", {}, { outcome: "FAILED" })).errorMessage).toBeNull();
	});

	it.each([["broken"], [null], [[1]]])("is FAILED for data that is no object: %j", (data) => {
		const view = viewOf(event("order.created", data));
		expect(view).toMatchObject({ status: "FAILED", payload: {}, errorMessage: "The event's data is not an object." });
	});

	it("shows its readers where it stands", () => {
		expect(viewOf(event("order.created", { userId: "USR_1" }))).toMatchObject({
			id: "order:X_1:1",
			eventId: "order:X_1:1",
			serviceName: "order",
			aggregateId: "X_1",
			sequence: 1,
			payload: { userId: "USR_1" },
			errorMessage: null,
		});
	});

	it("reads an event's place from its id, whatever the aggregate is called", () => {
		expect(placeOf("lock-out:user:a:b:12")).toEqual({ kind: "lock-out", aggregateId: "user:a:b", sequence: 12 });
	});

	it("counts accounts to auth", () => {
		expect(["user.registered", "auth.login-failed", "stage.started"].map(serviceOf)).toEqual(["auth", "auth", "stage"]);
	});
});
