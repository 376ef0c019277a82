import { Kernel, type Owner } from "../../simulation/kernel/kernel.ts";
import { stream } from "../../simulation/kernel/random.ts";
import { Trace } from "../../simulation/kernel/trace.ts";
import type { RunResult } from "../../simulation/run.ts";
import { replayLine, shrink } from "../../simulation/shrink.ts";
import { Disk } from "../../simulation/world/disk.ts";
import { NO_FAULTS, type StoreFaults } from "../../simulation/world/faults.ts";
import { planOf } from "../../simulation/world/plan.ts";
import { ProviderBooks } from "../../simulation/world/provider-books.ts";
import { openStore } from "../../simulation/world/store.ts";

const EVENTS = { events: [], commands: [] } as const;
const itemOf = (id: string, expectedVersion = 0) => ({ kind: "thing", id, expectedVersion, state: { id }, ...EVENTS });

function storeOf(faults: Partial<StoreFaults>, disk = new Disk()) {
	const kernel = new Kernel(0, stream(1, "kernel"), new Trace(false));
	const owner: Owner = { name: "shop", isDead: false, isPaused: false };
	const random = stream(1, "store");
	const all = { ...NO_FAULTS.store, ...faults };
	return {
		kernel,
		owner,
		disk,
		store: openStore({ kernel, owner, disk, random, faults: () => all, tell: () => undefined }),
	};
}

async function settled<Result>(kernel: Kernel, work: Promise<Result>): Promise<Result> {
	const state = { isDone: false };
	void work.finally(() => (state.isDone = true));
	await kernel.drive(() => state.isDone);
	return work;
}

describe("the simulated store", () => {
	it("takes each item alone, and only on the version it was made for", async () => {
		const { kernel, store } = storeOf({});
		const statuses = async (...items: Parameters<typeof store.commit>[0]) =>
			(await settled(kernel, store.commit(items))).map(({ status }) => status);
		expect(await statuses(itemOf("a"), itemOf("b", 3))).toEqual(["ok", "conflict"]);
		expect(await statuses(itemOf("a"), itemOf("a", 1))).toEqual(["conflict", "ok"]);
		expect((await store.load("thing", "a"))?.version).toBe(2);
	});

	it("cannot say before a commit, and cannot say after one", async () => {
		const before = storeOf({ lostWrite: 1 });
		expect((await settled(before.kernel, before.store.commit([itemOf("a")])))[0]?.status).toBe("unknown");
		expect(before.disk.document("thing", "a")).toBeNull();
		const after = storeOf({ lostReply: 1 });
		expect((await settled(after.kernel, after.store.commit([itemOf("a")])))[0]?.status).toBe("unknown");
		expect(after.disk.document("thing", "a")).toMatchObject({ version: 1, state: { id: "a" } });
	});

	it("answers nobody after a crash, and keeps what was on the disk", async () => {
		const { kernel, owner, store, disk } = storeOf({});
		await settled(kernel, store.commit([itemOf("a")]));
		const answer = jest.fn();
		void store.commit([itemOf("b")]).then(answer);
		owner.isDead = true;
		store.crash();
		await kernel.drive(() => false);
		expect(answer).not.toHaveBeenCalled();
		expect([disk.document("thing", "a")?.version, disk.document("thing", "b")]).toEqual([1, null]);
	});

	it("may still take what a dead process had sent", async () => {
		const { kernel, owner, store, disk } = storeOf({ afterlife: 1 });
		for (let number = 0; number < 20; number++) void store.commit([itemOf(`late-${number}`)]);
		owner.isDead = true;
		store.crash();
		await kernel.drive(() => false);
		const arrived = disk.rows("thing").size;
		expect(arrived).toBeGreaterThan(0);
		expect(arrived).toBeLessThan(20);
	});
});

describe("the simulated provider", () => {
	it("charges once, gives back what it has, and keeps its answer to a key for ever", () => {
		const books = new ProviderBooks(() => "2030-01-07T00:00:00.000Z");
		const wish = { paymentKey: "pk", orderId: "ORD_1", amount: 100 };
		books.agree("pk", "ORD_1", 100);
		expect(books.confirm("k1", wish).status).toBe(200);
		expect(books.confirm("k1", wish).status).toBe(200);
		expect(books.confirm("k2", wish).body).toMatchObject({ code: "ALREADY_PROCESSED_PAYMENT" });
		expect(books.cancel("c1", { paymentKey: "pk", cancelReason: "x", cancelAmount: 30 }).status).toBe(200);
		expect(books.cancel("c1", { paymentKey: "pk", cancelReason: "x", cancelAmount: 30 }).status).toBe(200);
		expect(books.cancel("c2", { paymentKey: "pk", cancelReason: "x", cancelAmount: 80 }).body).toMatchObject({
			code: "NOT_CANCELABLE_AMOUNT",
		});
		expect(books.charges.get("pk")).toMatchObject({ amount: 100, balance: 70, status: "PARTIAL_CANCELED" });
		expect(books.lookup({ orderId: "ORD_1" }).body).toMatchObject({ totalAmount: 100, balanceAmount: 70 });
		expect(books.lookup({ orderId: "ORD_2" }).status).toBe(404);
	});
});

describe("a seed", () => {
	it("stands for one plan, with or without its troubles", () => {
		expect(planOf(7)).toEqual(planOf(7));
		expect(planOf(7)).not.toEqual(planOf(8));
		const quiet = planOf(7, { buyers: [0], without: ["crash", "store", "network", "bus", "provider", "client"] });
		expect(quiet.faults).toEqual(NO_FAULTS);
		expect(quiet.buyers).toEqual([0]);
	});

	it("is cut down to what still breaks the promise", async () => {
		const isBroken = (buyers: readonly number[], without: readonly string[]) =>
			buyers.includes(1) && !without.includes("bus");
		const run = async ({
			seed,
			reduction,
		}: {
			seed: number;
			reduction?: { buyers: readonly number[] | null; without: readonly string[] };
		}) => {
			const broken = isBroken(reduction?.buyers ?? [], reduction?.without ?? []) ? { check: "stock", what: "" } : null;
			return { seed, broken } as unknown as RunResult;
		};
		const least = await shrink(run, 3, "stock");
		expect(least).toEqual({ buyers: [1], without: ["crash", "store", "network", "provider", "client"] });
		expect(replayLine(3, least, null)).toBe(
			"npm run simulate -- --seed 3 --without crash,store,network,provider,client --buyers 1",
		);
	});
});
