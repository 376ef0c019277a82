import { systemRandom } from "../../../mixins/random.ts";

describe("the system's randomness", () => {
	/** Numbers its bytes, so that a byte given twice shows. */
	const counting = () => {
		let next = 0;
		return (size: number) => Uint8Array.from({ length: size }, () => next++ % 251);
	};

	it("gives every byte once, across refills of the pool", () => {
		const random = systemRandom(counting());
		const given = Array.from({ length: 2_000 }, () => [...random(16)]).flat();
		const steps = given.slice(1).map((byte, index) => (byte - (given[index] ?? 0) + 251) % 251);
		expect(given).toHaveLength(32_000);
		expect(steps.filter((step) => step !== 1).length).toBeLessThanOrEqual(Math.floor(32_000 / 8_192));
	});

	it("gives the size that is asked for, also a big one", () => {
		const random = systemRandom();
		expect(random(16)).toHaveLength(16);
		expect(random(4_096)).toHaveLength(4_096);
		expect(random(12).join()).not.toBe(random(12).join());
	});
});
