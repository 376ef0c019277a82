import type { Context } from "moleculer";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { lostCalls } from "../../../mixins/cluster/lost-calls.ts";

const TIMEOUT_MS = 15_000;

function callOver(answer: (ctx: Context) => Promise<unknown>, timeout: number | null = TIMEOUT_MS) {
	const clock = virtualClock(0);
	const middleware = lostCalls(clock) as unknown as {
		remoteAction(next: typeof answer): (ctx: Context) => Promise<unknown>;
	};
	const ctx = { id: "CALL_1", nodeID: "order-1", action: { name: "order.get" }, options: { timeout } };
	const result = middleware.remoteAction(answer)(ctx as unknown as Context);
	const settled: string[] = [];
	result.then(
		(value) => settled.push(String(value)),
		(error: unknown) => settled.push((error as Error).name),
	);
	return { clock, settled };
}

describe("a call to another process", () => {
	it("that is answered leaves no timer behind", async () => {
		const { clock, settled } = callOver(() => Promise.resolve("answer"));
		await clock.advance(TIMEOUT_MS * 2);
		expect(settled).toEqual(["answer"]);
	});

	it("that fails keeps its error", async () => {
		const { clock, settled } = callOver(() => Promise.reject(new TypeError("no")));
		await clock.advance(TIMEOUT_MS * 2);
		expect(settled).toEqual(["TypeError"]);
	});

	it("whose answer never comes is ended a moment after its caller has given up", async () => {
		const { clock, settled } = callOver(() => new Promise(() => undefined));
		await clock.advance(TIMEOUT_MS);
		expect(settled).toEqual([]);
		await clock.advance(1_000);
		expect(settled).toEqual(["RequestTimeoutError"]);
	});

	it("that may take as long as it likes is left alone", async () => {
		const { clock, settled } = callOver(() => new Promise(() => undefined), null);
		await clock.advance(TIMEOUT_MS * 100);
		expect(settled).toEqual([]);
	});
});
