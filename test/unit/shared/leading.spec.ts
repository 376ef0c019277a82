import { leadingCount } from "../../../services/shared/leading.ts";

describe("the leading items that fit together", () => {
	it.each([
		[[], 0],
		[[99], 1],
		[[99, 1], 1],
		[[4, 6, 1], 2],
		[[4, 5, 1], 3],
		[[4, 7, 1], 1],
	])("of %j are %i where ten fit", (sizes, expected) => {
		expect(leadingCount(sizes, (size) => size, 10)).toBe(expected);
	});
});
