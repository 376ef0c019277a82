import type { Query } from "../../../mixins/store/port.ts";
import { pageOf, type Wanted } from "../../../services/saga/application/list.ts";

/** The conditions that a list of sagas is looked up by. */
async function conditionsOf(status: Wanted["status"]): Promise<unknown[]> {
	const asked: unknown[] = [];
	const find = async (_kind: string, { where }: Query) => {
		asked.push(where);
		return [];
	};
	const page = await pageOf({ find }, { names: ["checkout", "refund"], status, cursor: null, limit: 20 });
	expect(page).toEqual({ states: [], nextCursor: null });
	return asked;
}

describe("a list of sagas", () => {
	it("is looked up by state, or by the need of somebody's attention, whatever the state is", async () => {
		expect(await conditionsOf(null)).toEqual([{ saga: "checkout" }, { saga: "refund" }]);
		expect(await conditionsOf("COMPENSATING")).toEqual([
			{ saga: "checkout", status: "COMPENSATING" },
			{ saga: "refund", status: "COMPENSATING" },
		]);
		expect(await conditionsOf("NEEDS_ATTENTION")).toEqual([
			{ saga: "checkout", needsAttention: true },
			{ saga: "refund", needsAttention: true },
		]);
	});
});
