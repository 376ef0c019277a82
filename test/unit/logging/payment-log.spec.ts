import { ownerOf, sequenceAt } from "../../../services/logging/application/payment-log.ts";
import type { PaymentHistoryEntry } from "../../../services/payment/contract.ts";

const entry = (sequence: number, occurredAt: string, eventData: Record<string, unknown> = {}): PaymentHistoryEntry => ({
	id: `payment:PAY_1:${sequence}`,
	paymentId: "PAY_1",
	sequence,
	eventType: "payment.created",
	previousState: null,
	newState: "PENDING",
	eventData,
	occurredAt,
	actor: "SYSTEM",
	metadata: { correlationId: "COR_1", schemaVersion: 1 },
});
const history = [
	entry(1, "2030-01-07T00:00:00.000Z", { userId: "USR_1" }),
	entry(2, "2030-01-07T00:00:05.000Z", { userId: "USR_9" }),
	entry(3, "2030-01-07T00:00:05.000Z"),
];

describe("a payment's log", () => {
	it("belongs to the user its first event names", () => {
		expect(ownerOf(history)).toBe("USR_1");
		expect(ownerOf(history.slice(2))).toBeNull();
		expect(ownerOf([])).toBeNull();
	});

	it.each([
		["2030-01-07T00:00:00.000Z", 1],
		["2030-01-07T00:00:04.999Z", 1],
		["2030-01-07T09:00:05+09:00", 3],
		["2031-01-01T00:00:00Z", 3],
	])("at %s stood at event %i", (at, sequence) => {
		expect(sequenceAt(history, at)).toBe(sequence);
	});

	it("did not exist before its first event", () => {
		expect(() => sequenceAt(history, "2030-01-06T23:59:59.999Z")).toThrow(
			expect.objectContaining({ code: "PAYMENT_NOT_FOUND" }) as Error,
		);
	});
});
