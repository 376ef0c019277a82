import { randomBytes } from "node:crypto";
import { createActors } from "../../../mixins/actor/actors.ts";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { readSettings } from "../../../mixins/config/settings.ts";
import { createRuntime } from "../../../mixins/platform.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { AuthPorts, Caller } from "../../../services/auth/application/ports.ts";
import { login } from "../../../services/auth/application/login.ts";
import { openFirstUsers } from "../../../services/auth/application/first-users.ts";
import { signup } from "../../../services/auth/application/signup.ts";
import { systemCaller, wire } from "../../../services/auth/infrastructure/wiring.ts";
import { isDomainError } from "../../../services/shared/errors.ts";
import { createHostileStore } from "../../support/hostile/store.ts";
import { EPOCH } from "../../support/broker.ts";
import { CHEAP } from "./support.ts";

const MASTER_KEY = Buffer.alloc(32, 1).toString("base64");
const RUNS = 20;
const form = (username: string, email: string) => ({
	username,
	email,
	password: "password123",
	name: null,
	phoneNumber: null,
});
const callerOf = (commandId: string): Caller => ({ ...systemCaller(commandId), clientAddress: "192.0.2.1" });
const contextOf = (commandId: string) => callerOf(commandId).contextFor();

/** The same store as several processes see it: each with its own memory, queues and actors. */
async function processesOn(runtime: Runtime, count: number): Promise<readonly AuthPorts[]> {
	const { store, clock } = runtime;
	const wired = Array.from({ length: count }, () =>
		wire({ ...runtime, actors: createActors({ store, clock }) }, { hashCost: CHEAP }),
	);
	return (await Promise.all(wired)).map(({ ports }) => ports);
}

/** A process without memory of what went wrong asks until it knows. */
async function persistently<T>(attempt: () => Promise<T>): Promise<T | string> {
	for (let time = 0; time < 100; time++) {
		try {
			return await attempt();
		} catch (error) {
			if (!isDomainError(error)) throw error;
			if (error.code !== "OUTCOME_UNKNOWN" && error.code !== "CONFLICT") return error.code;
		}
	}
	throw new Error("it never became known");
}

describe("several processes on one store", () => {
	const runtimeOn = async (seed: number | null): Promise<Runtime> => {
		const settings = readSettings({ NODE_ENV: "test", DATA_DIR: ":memory:", MASTER_KEY });
		const runtime = await createRuntime(settings, { clock: virtualClock(EPOCH), random: (size) => randomBytes(size) });
		if (seed === null) return runtime;
		await runtime.store.close();
		const store = createHostileStore({ seed });
		return { ...runtime, store, log: store };
	};

	it("begin with the same keys and the same first accounts", async () => {
		const runtime = await runtimeOn(null);
		const processes = await processesOn(runtime, 4);
		const first = { username: "user", password: "password", email: "user@example.com", roles: ["ROLE_USER"] } as const;
		await Promise.all(processes.map((ports) => openFirstUsers(ports, [first])));
		expect(await runtime.store.count("user")).toBe(1);
		const tokens = new Set(processes.map((ports) => ports.tokens.refresh("SES_1", 0)));
		expect(tokens.size).toBe(1);
		await runtime.store.close();
	});

	it("count each other's wrong passwords", async () => {
		const runtime = await runtimeOn(null);
		const processes = await processesOn(runtime, 3);
		const codes: string[] = [];
		for (let guess = 0; guess < 9; guess++) {
			const ports = processes[guess % 3] as AuthPorts;
			const attempt = login(ports, { username: "nobody", password: "wrong" }, callerOf(`CMD_${guess}`));
			codes.push(await attempt.then(String, (error: unknown) => (isDomainError(error) ? error.code : "?")));
		}
		expect(codes).toEqual([...Array<string>(5).fill("BAD_CREDENTIALS"), ...Array<string>(4).fill("RATE_LIMITED")]);
		await runtime.store.close();
	});

	it("lose no wrong password that two count at once", async () => {
		const runtime = await runtimeOn(null);
		const [left, right] = await processesOn(runtime, 2);
		await Promise.all([left?.guards.count("key"), right?.guards.count("key")]);
		expect(await left?.guards.load("key")).toMatchObject({ failedAt: [EPOCH, EPOCH] });
		await runtime.store.close();
	});

	it("refuse rather than forget to count", async () => {
		const runtime = await runtimeOn(1);
		const [ports] = await processesOn(runtime, 1);
		(runtime.store as ReturnType<typeof createHostileStore>).setFaults({ lostRace: 1 });
		await expect(ports?.guards.count("key")).rejects.toMatchObject({ code: "CONFLICT" });
		await runtime.store.close();
	});

	it(`give a name to one of many, once, on a store that loses replies and races (${RUNS} seeds)`, async () => {
		for (let seed = 1; seed <= RUNS; seed++) {
			const runtime = await runtimeOn(seed);
			const processes = await processesOn(runtime, 2);
			const store = runtime.store as ReturnType<typeof createHostileStore>;
			store.setFaults({ lostReply: 0.2, lostWrite: 0.2, lostRace: 0.2, isScattered: true });
			const answers = await Promise.all(
				Array.from({ length: 8 }, (_, index) => {
					const ports = processes[index % 2] as AuthPorts;
					const wanted = form("Mina", index < 4 ? "mina@example.com" : `mina${index}@example.com`);
					return persistently(() => signup(ports, wanted, contextOf(`CMD_${Math.floor(index / 2)}`)));
				}),
			);
			store.setFaults({ lostReply: 0, lostWrite: 0, lostRace: 0 });
			const winners = new Set(answers.flatMap((answer) => (typeof answer === "string" ? [] : [answer.userId])));
			expect({ seed, winners: winners.size, users: await store.count("user") }).toEqual({ seed, winners: 1, users: 1 });
			const [userId = ""] = winners;
			expect((await store.events("user", userId)).map(({ type }) => type)).toEqual(["user.registered"]);
			await store.close();
		}
	});
});
