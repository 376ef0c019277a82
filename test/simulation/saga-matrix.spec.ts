import { cellsOf, uncovered } from "../support/saga/cells.ts";
import { describeMatrix, runCell } from "../support/saga/matrix.ts";
import { purchase, undoes } from "../support/saga/purchase.ts";

const options = { input: { orderId: "ORD_1", amount: 1_000 }, undoes };

describeMatrix(purchase, options);

describe("the matrix itself", () => {
	it("misses the cells of a step that was added later", () => {
		const cells = cellsOf(purchase).filter(({ step }) => step !== "announce");
		expect(uncovered(purchase, cells)).toHaveLength(20);
		expect(uncovered(purchase, cells)[0]).toBe("announce/forward/before-intent/kill");
	});

	it("sees a target that lets a late command outlive its compensation", async () => {
		const late = cellsOf(purchase).filter(
			({ step, trouble, moment, times }) =>
				step === "stock" && trouble === "late effect" && moment === null && times > 2,
		);
		const [cell] = late;
		if (cell === undefined) throw new Error("no such cell");
		await expect(runCell(purchase, cell, { ...options, isForgetful: true }, 1)).rejects.toThrow("SAG_1:stock:forward");
		await runCell(purchase, cell, options, 1);
	});
});
