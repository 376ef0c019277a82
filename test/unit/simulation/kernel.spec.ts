import { clockOf } from "../../simulation/kernel/clock.ts";
import { Kernel, type Owner } from "../../simulation/kernel/kernel.ts";
import { stream } from "../../simulation/kernel/random.ts";
import { Trace } from "../../simulation/kernel/trace.ts";

const START = 1_000;
const ownerOf = (name: string): Owner => ({ name, isDead: false, isPaused: false });

function kernelOf(seed: number) {
	const trace = new Trace(false);
	return { kernel: new Kernel(START, stream(seed, "kernel"), trace), trace };
}

async function orderOf(seed: number): Promise<string> {
	const { kernel } = kernelOf(seed);
	const order: number[] = [];
	for (let task = 0; task < 8; task++) kernel.soon(null, () => order.push(task));
	await kernel.drive(() => order.length === 8);
	return order.join("");
}

describe("the kernel", () => {
	it("runs what is ready in an order that only the seed decides", async () => {
		expect(await orderOf(1)).toBe(await orderOf(1));
		const orders = new Set(await Promise.all([1, 2, 3, 4, 5].map(orderOf)));
		expect(orders.size).toBeGreaterThan(1);
	});

	it("moves time only when nothing is ready, and fires timers in their order", async () => {
		const { kernel } = kernelOf(1);
		const seen: string[] = [];
		kernel.later(null, 20, () => seen.push(`late ${kernel.now}`));
		kernel.later(null, 10, () => kernel.soon(null, () => seen.push(`soon ${kernel.now}`)));
		kernel.later(null, 15, () => seen.push("never")).cancel();
		await kernel.drive(() => seen.length === 2);
		expect(seen).toEqual(["soon 1010", "late 1020"]);
	});

	it("lets everything that only waits for promises run before the next task", async () => {
		const { kernel } = kernelOf(3);
		const seen: string[] = [];
		const chain = async (name: string): Promise<void> => {
			for (let link = 0; link < 5; link++) await Promise.resolve();
			seen.push(name);
		};
		for (const name of ["a", "b"])
			kernel.soon(null, () => {
				seen.push(`${name} begins`);
				void chain(name);
			});
		await kernel.drive(() => seen.length === 4);
		expect(seen[1]).toBe(seen[0]?.charAt(0));
		expect(seen[3]).toBe(seen[2]?.charAt(0));
	});

	it("runs nothing of the dead, and what a pause has held when it is over", async () => {
		const { kernel } = kernelOf(1);
		const [dead, sleeper] = [ownerOf("dead"), ownerOf("sleeper")];
		const seen: string[] = [];
		kernel.soon(dead, () => seen.push("dead"));
		kernel.later(sleeper, 5, () => seen.push(`awake at ${kernel.now}`));
		dead.isDead = true;
		sleeper.isPaused = true;
		kernel.later(null, 50, () => kernel.resume(sleeper));
		await kernel.drive(() => seen.length > 0);
		expect(seen).toEqual(["awake at 1050"]);
	});

	it("fires late what fell due while time leapt", async () => {
		const { kernel } = kernelOf(1);
		let firedAt = 0;
		kernel.later(null, 10, () => (firedAt = kernel.now));
		kernel.leap(500);
		await kernel.drive(() => firedAt > 0);
		expect(firedAt).toBe(1_500);
	});

	it("ends with the first error of a task", async () => {
		const { kernel } = kernelOf(1);
		kernel.soon(null, () => {
			throw new Error("broken");
		});
		await expect(kernel.drive(() => false)).rejects.toThrow("broken");
	});

	it("ends when nothing will ever happen again", async () => {
		const { kernel } = kernelOf(1);
		kernel.soon(null, () => undefined);
		await kernel.drive(() => false);
		expect(kernel.steps).toBe(1);
	});
});

describe("a process's clock", () => {
	it("sleeps, turns and gives up when it is told to", async () => {
		const { kernel } = kernelOf(1);
		const clock = clockOf(kernel, ownerOf("shop"));
		const over = new AbortController();
		const seen: string[] = [];
		void clock.sleep(100).then(() => seen.push(clock.iso()));
		void clock.turn().then(() => over.abort(new Error("enough")));
		void clock.sleep(1_000_000, over.signal).catch((error: unknown) => seen.push(String(error)));
		await kernel.drive(() => seen.length === 2);
		expect(seen).toEqual(["Error: enough", "1970-01-01T00:00:01.100Z"]);
	});
});

describe("a trace", () => {
	it("is equal for equal runs, and different for different ones", () => {
		const hashOf = (words: readonly string[]) => {
			const trace = new Trace(true);
			for (const [index, word] of words.entries()) trace.tell(index, "who", word);
			return trace.hash;
		};
		expect(hashOf(["a", "b"])).toBe(hashOf(["a", "b"]));
		expect(hashOf(["a", "b"])).not.toBe(hashOf(["b", "a"]));
	});
});
