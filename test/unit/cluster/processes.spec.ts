import { askEvery, askOthers } from "../../../mixins/cluster/ask.ts";
import { allProcesses, mergeParked, mergeStatuses } from "../../../services/api/operations/processes.ts";

const status = (group: string, position: number, lag: number, parked = 0, dead = 0) => {
	return { group, position, lag, parked, dead };
};
const parked = (id: string, position: number) => ({ id, position }) as never;
const endpoints = (...ids: string[]) => ids.map((id) => ({ id, isAvailable: !id.startsWith("gone") }));
const brokerWith = (...ids: string[]) =>
	({ registry: { actions: { get: () => ({ endpoints: endpoints(...ids) }) } } }) as never;

describe("the groups of all processes", () => {
	it("stand there once each: the later reading of the log, and what all have parked", () => {
		const one = [status("ledger", 10, 2, 1, 0), status("saga", 5, 0)];
		const two = [status("ledger", 11, 1, 2, 1), status("points", 7, 0)];
		expect(mergeStatuses([one, two])).toEqual([
			status("ledger", 11, 1, 3, 1),
			status("points", 7, 0),
			status("saga", 5, 0),
		]);
		expect(mergeStatuses([two, one])).toEqual(mergeStatuses([one, two]));
		expect(mergeStatuses([])).toEqual([]);
	});

	it("have parked each event once, oldest first", () => {
		const lists = [
			[parked("b", 2), parked("c", 3)],
			[parked("a", 2), parked("b", 2)],
		];
		expect(mergeParked(lists).map(({ id }) => id)).toEqual(["a", "b", "c"]);
	});
});

describe("every process", () => {
	it("that is there is asked by name; one that fails or is silent is left out", async () => {
		const asked: string[] = [];
		const answers = await askEvery(brokerWith("a", "b", "gone-1"), "node.bus", async ({ nodeID, timeout }) => {
			asked.push(nodeID);
			expect(timeout).toBe(3_000);
			if (nodeID === "b") throw new Error("timeout");
			return nodeID;
		});
		expect([asked, answers]).toEqual([["a", "b"], ["a"]]);
	});

	it("but the one that asks is asked, where that knows its own answer", async () => {
		const broker = { ...(brokerWith("a", "b", "c") as object), nodeID: "b" } as never;
		expect(await askOthers(broker, "node.health", ({ nodeID }) => Promise.resolve(nodeID))).toEqual(["a", "c"]);
	});

	it("may be the one that has the parked event", async () => {
		const call = (_name: string, _params: object, { nodeID }: { nodeID: string }) =>
			Promise.resolve({ isDone: nodeID === "b", items: [] });
		const ctx = { call } as never;
		expect(await allProcesses(brokerWith("a", "b")).replay(ctx, "ledger:order:ORD_1:1")).toBe(true);
		expect(await allProcesses(brokerWith("a", "c")).skip(ctx, "ledger:order:ORD_1:1")).toBe(false);
		expect(await allProcesses(brokerWith("a")).parked(ctx, "ledger", 10)).toEqual([]);
	});
});
