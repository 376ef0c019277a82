import type { BreakerView } from "../../../services/ops/contract.ts";
import { mergeBreakers } from "../../../services/ops/domain/breakers.ts";

const breaker = (changes: Partial<BreakerView> = {}): BreakerView => ({
	action: "toss.confirm",
	nodeId: "payment-1",
	state: "CLOSED",
	forced: null,
	failures: null,
	count: null,
	changedAt: null,
	...changes,
});
const opened = breaker({ state: "OPEN", failures: 6, count: 10, changedAt: "2030-01-07T00:00:01.000Z" });
const trying = breaker({ state: "HALF_OPEN", changedAt: "2030-01-07T00:00:09.000Z" });

describe("the breakers of all processes", () => {
	it("stand there once for each action and place, as bad as the worst caller sees them", () => {
		for (const lists of [
			[[breaker()], [opened], [trying]],
			[[trying], [breaker(), opened]],
			[[opened], [trying], [breaker()]],
		])
			expect(mergeBreakers(lists)).toEqual([opened]);
		const other = breaker({ nodeId: "payment-2" });
		const first = breaker({ action: "toss.cancel" });
		expect(mergeBreakers([[other, opened], [first]])).toEqual([first, opened, other]);
		expect(mergeBreakers([])).toEqual([]);
	});

	it("of two that say the same, show the later change", () => {
		const later = breaker({ state: "OPEN", failures: 9, changedAt: "2030-01-07T00:00:02.000Z" });
		expect(mergeBreakers([[later], [opened]])).toEqual([later]);
		expect(mergeBreakers([[opened], [later]])).toEqual([later]);
	});

	it("are held by hand if any process says so", () => {
		expect(mergeBreakers([[opened], [breaker({ forced: "OPEN" })]])).toEqual([{ ...opened, forced: "OPEN" }]);
	});
});
