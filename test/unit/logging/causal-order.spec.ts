import fc from "fast-check";
import { inCausalOrder } from "../../../services/logging/domain/causal-order.ts";

interface Row {
	eventId: string;
	causationId: string;
	aggregateId: string;
	sequence: number;
	timestamp: string;
}

function row(place: string, causationId: string, timestamp = "t1"): Row {
	const [aggregateId = "", sequence] = place.split("#");
	return {
		eventId: `k:${aggregateId}:${sequence ?? ""}`,
		causationId,
		aggregateId,
		sequence: Number(sequence),
		timestamp,
	};
}

const checkout = [
	row("order#1", "CMD"),
	row("order#2", "CMD"),
	row("a-payment#1", "k:order:2"),
	row("a-payment#2", "CMD_2"),
	row("a-payment#3", "CMD_2"),
	row("order#3", "k:a-payment:3"),
];

describe("a trace", () => {
	it("is oldest first", () => {
		const rows = [row("b#2", "x", "t3"), row("a#1", "x", "t2"), row("b#1", "x", "t1")];
		expect(inCausalOrder(rows).map(({ eventId }) => eventId)).toEqual(["k:b:1", "k:a:1", "k:b:2"]);
	});

	it("puts causes and earlier events of an aggregate first when all happened in one millisecond", () => {
		fc.assert(
			fc.property(fc.shuffledSubarray(checkout, { minLength: checkout.length }), (shuffled) => {
				const ids = inCausalOrder(shuffled).map(({ eventId }) => eventId);
				for (const { eventId, causationId } of checkout)
					if (ids.includes(causationId)) expect(ids.indexOf(causationId)).toBeLessThan(ids.indexOf(eventId));
				for (const aggregate of ["k:order:", "k:a-payment:"]) {
					const own = ids.filter((id) => id.startsWith(aggregate));
					expect(own).toEqual(own.toSorted());
				}
				expect(ids).toHaveLength(checkout.length);
			}),
		);
	});

	it("is the same whatever order the rows come in", () => {
		const expected = inCausalOrder(checkout);
		expect(inCausalOrder(checkout.toReversed())).toEqual(expected);
	});

	it("ends also when rows name each other as causes", () => {
		const rows = [row("a#1", "k:b:1"), row("b#1", "k:a:1")];
		expect(inCausalOrder(rows)).toHaveLength(2);
	});

	it("may be empty", () => {
		expect(inCausalOrder([])).toEqual([]);
	});
});
