import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { createRoleCache } from "../../../services/auth/infrastructure/role-cache.ts";
import { createTurns } from "../../../services/auth/infrastructure/turns.ts";

describe("turns", () => {
	it("run one after another per key and side by side between keys", async () => {
		const turns = createTurns(10);
		const log: string[] = [];
		let open = (): void => undefined;
		const gate = new Promise<void>((resolve) => {
			open = resolve;
		});
		const slow = turns.run("a", async () => {
			log.push("a1 begins");
			await gate;
			log.push("a1 ends");
		});
		const next = turns.run("a", async () => log.push("a2"));
		await turns.run("b", async () => log.push("b"));
		open();
		await Promise.all([slow, next]);
		expect(log).toEqual(["a1 begins", "b", "a1 ends", "a2"]);
	});

	it("go on after a task that failed", async () => {
		const turns = createTurns(10);
		const failing = turns.run("a", () => Promise.reject(new Error("broken")));
		const next = turns.run("a", async () => "fine");
		await expect(failing).rejects.toThrow("broken");
		await expect(next).resolves.toBe("fine");
	});

	it("refuse what is too much", async () => {
		const turns = createTurns(1);
		const first = turns.run("a", async () => "fine");
		await expect(turns.run("b", async () => "never")).rejects.toMatchObject({ code: "RATE_LIMITED" });
		await first;
		await expect(turns.run("b", async () => "fine")).resolves.toBe("fine");
	});
});

describe("the memory of roles", () => {
	it("asks again after five seconds, and sees its own process's change at once", async () => {
		const clock = virtualClock(0);
		const cache = createRoleCache(clock);
		let loads = 0;
		const load = async () => {
			loads++;
			return ["ROLE_USER"] as const;
		};
		await cache.get("USR_1", load);
		await clock.advance(4_999);
		await cache.get("USR_1", load);
		expect(loads).toBe(1);
		await clock.advance(1);
		await cache.get("USR_1", load);
		expect(loads).toBe(2);
		cache.set("USR_1", null);
		expect(await cache.get("USR_1", load)).toBeNull();
	});

	it("does not keep what was read before a change", async () => {
		const cache = createRoleCache(virtualClock(0));
		const stale = await cache.get("USR_1", async () => {
			cache.set("USR_1", null);
			return ["ROLE_ADMIN"];
		});
		expect(stale).toEqual(["ROLE_ADMIN"]);
		expect(await cache.get("USR_1", async () => ["ROLE_ADMIN"])).toBeNull();
	});

	it("forgets the oldest of more than ten thousand", async () => {
		const cache = createRoleCache(virtualClock(0));
		for (let index = 0; index <= 10_000; index++) cache.set(`USR_${index}`, ["ROLE_USER"]);
		expect(await cache.get("USR_0", async () => null)).toBeNull();
		expect(await cache.get("USR_10000", async () => null)).toEqual(["ROLE_USER"]);
	});
});
