import { virtualClock } from "../../../mixins/clock/virtual.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { createBackoff } from "../../../services/payment/application/backoff.ts";
import { configView } from "../../../services/payment/application/config.ts";
import { createFlights } from "../../../services/payment/application/flights.ts";
import { createGate } from "../../../services/payment/application/gate.ts";
import { createFigures } from "../../../services/payment/infrastructure/figures.projection.ts";
import { tossProvider } from "../../../services/payment/infrastructure/toss.provider.ts";
import { readSettings } from "../../../mixins/config/settings.ts";

describe("the gate", () => {
	it("lets a few through, some wait, and refuses the rest before anything is done", async () => {
		const gate = createGate(2, 1);
		const open: (() => void)[] = [];
		let inside = 0;
		const task = () =>
			new Promise<string>((resolve) => {
				inside++;
				open.push(() => {
					inside--;
					resolve("done");
				});
			});
		const passing = [gate.pass(task), gate.pass(task), gate.pass(task)];
		await expect(gate.pass(task)).rejects.toMatchObject({ code: "GATEWAY_UNAVAILABLE" });
		expect(inside).toBe(2);
		open.shift()?.();
		await passing[0];
		await Promise.resolve();
		expect(inside).toBe(2);
		open.splice(0).forEach((finish) => finish());
		expect(await Promise.all(passing)).toEqual(["done", "done", "done"]);
	});

	it("gives up a turn that does not come in time, and keeps the others in order", async () => {
		const clock = virtualClock(0);
		const gate = createGate(1, 10, { ms: 1_000, after: clock.after });
		const order: string[] = [];
		let finish: () => void = () => undefined;
		const first = gate.pass(() => new Promise<void>((resolve) => (finish = resolve)));
		const late = gate.pass(async () => void order.push("late"));
		const refused = expect(late).rejects.toMatchObject({ code: "GATEWAY_UNAVAILABLE" });
		await clock.advance(500);
		const second = gate.pass(async () => void order.push("second"));
		const third = gate.pass(async () => void order.push("third"));
		await clock.advance(500);
		await refused;
		finish();
		await Promise.all([first, second, third]);
		expect(order).toEqual(["second", "third"]);
		expect(await gate.pass(async () => "free")).toBe("free");
	});

	it("is free again after a task has failed", async () => {
		const gate = createGate(1, 0);
		await expect(gate.pass(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
		expect(await gate.pass(async () => 1)).toBe(1);
	});
});

describe("flights", () => {
	it("let everybody who asks share the one that is under way", async () => {
		const flights = createFlights<number>();
		let starts = 0;
		const start = async () => ++starts;
		expect(
			await Promise.all([flights.board("p", start), flights.board("p", start), flights.board("q", start)]),
		).toEqual([1, 1, 2]);
		expect(flights.has("p")).toBe(false);
		expect(await flights.board("p", start)).toBe(3);
	});
});

describe("the backoff", () => {
	it("doubles up to its cap and forgets what is settled", () => {
		let now = 0;
		const backoff = createBackoff(() => now, 100, 300);
		expect(backoff.isDue("p")).toBe(true);
		for (const delay of [100, 200, 300, 300]) {
			backoff.failed("p");
			now += delay - 1;
			expect(backoff.isDue("p")).toBe(false);
			now += 1;
			expect(backoff.isDue("p")).toBe(true);
		}
		backoff.failed("p");
		backoff.settled("p");
		expect(backoff.isDue("p")).toBe(true);
	});
});

describe("the figures", () => {
	it("count each event once, however often and in whatever batches it comes", async () => {
		const store = await openSqliteStore({ file: ":memory:", clock: virtualClock(0) });
		const figures = createFigures(store);
		const one = (id: number) => figures.add(`payment:P:${id}`, { approvedCount: 1, approvedAmount: 100 });
		await Promise.all([one(1), one(2), one(1), one(3)]);
		await Promise.all([one(2), one(4), figures.add("payment:P:9", { cancelledAmount: 40 })]);
		await createFigures(store).add("payment:P:1", { approvedCount: 1 });
		expect(await figures.read()).toEqual({ approvedCount: 4, approvedAmount: 400, cancelledAmount: 40 });
		await store.close();
	});

	it("tell when an event could not be counted", async () => {
		const lost = {
			define: () => undefined,
			load: async () => null,
			findCommand: async () => null,
			commit: async () => [{ status: "conflict" }],
		} as unknown as Store;
		await expect(createFigures(lost).add("e", { approvedCount: 1 })).rejects.toThrow("too many");
	});
});

describe("what the provider's service answers", () => {
	const failing = (error: object) =>
		tossProvider({ call: () => Promise.reject(Object.assign(new Error("x"), error)) } as never, () => true);

	it.each([
		[{ type: "SERVICE_NOT_AVAILABLE" }, "not-sent"],
		[{ type: "QUEUE_FULL" }, "not-sent"],
		[{ type: "REQUEST_TIMEOUT" }, "unknown"],
		[{ type: "OUTSIDE_FAILURE", data: { code: "TIMEOUT" } }, "unknown"],
		[{}, "unknown"],
	])("%j is %s", async (error, outcome) => {
		const charge = { paymentKey: "k", orderId: "o", amount: 1, idempotencyKey: "i" };
		expect(await failing(error).confirm(charge)).toMatchObject({ outcome });
		expect(await failing(error).cancel({ paymentKey: "k", cancelReason: "r", idempotencyKey: "i" })).toMatchObject({
			outcome,
		});
		expect(await failing(error).lookup({ paymentKey: "k" })).toEqual({ found: null, isCertain: false });
	});
});

describe("the payment page's settings", () => {
	it("name the Twin's script under the host the browser knows", () => {
		const settings = readSettings({ PUBLIC_URL: "http://shop.example:8080", PORT: "8080" });
		expect(configView(settings)).toEqual({
			clientKey: settings.toss.clientKey,
			mode: "mock",
			sdkUrl: "http://shop.example:8081/twin/sdk.js",
		});
	});
});
