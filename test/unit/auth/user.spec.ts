import type { Role } from "../../../services/auth/contract.ts";
import { activeUser, user, type User, type UserCommand } from "../../../services/auth/domain/user.ts";
import { fold } from "../../../services/shared/decider.ts";
import { thrown } from "./support.ts";

const NOW = "2030-01-07T00:00:00.000Z";
const LATER = "2030-01-08T00:00:00.000Z";
const register: UserCommand = { type: "register", userId: "USR_1", roles: ["ROLE_USER"], now: NOW };

const after = (...commands: readonly UserCommand[]): User =>
	commands.reduce((state, command) => fold(user, user.decide(state, command), state), user.initial);

describe("a user", () => {
	it("is registered with an id and roles only", () => {
		expect(user.decide(user.initial, register)).toEqual([
			{ type: "user.registered", data: { userId: "USR_1", roles: ["ROLE_USER"], registeredAt: NOW } },
		]);
		expect(after(register)).toEqual({
			status: "ACTIVE",
			userId: "USR_1",
			roles: ["ROLE_USER"],
			createdAt: NOW,
			failedLogins: 0,
		});
	});

	it("is not registered twice under one id", () => {
		expect(thrown(() => user.decide(after(register), register)).code).toBe("USERNAME_TAKEN");
	});

	it("keeps ROLE_USER whatever roles it is given, and each role once", () => {
		const roles: readonly Role[] = ["ROLE_MERCHANT", "ROLE_MERCHANT"];
		expect(user.decide(after(register), { type: "setRoles", roles })).toEqual([
			{ type: "user.roles-changed", data: { userId: "USR_1", roles: ["ROLE_USER", "ROLE_MERCHANT"] } },
		]);
		expect(after(register, { type: "setRoles", roles })).toMatchObject({ roles: ["ROLE_USER", "ROLE_MERCHANT"] });
	});

	it("does not change when its roles are the same already", () => {
		expect(user.decide(after(register), { type: "setRoles", roles: [] })).toEqual([]);
	});

	it("loses a role that is not given again", () => {
		const state = after(register, { type: "setRoles", roles: ["ROLE_HR"] }, { type: "setRoles", roles: [] });
		expect(state).toMatchObject({ roles: ["ROLE_USER"] });
	});

	it("counts wrong passwords", () => {
		const failure: UserCommand = { type: "recordFailure", failures: 5, lockedUntil: LATER };
		expect(user.decide(after(register), failure)).toEqual([
			{ type: "auth.login-failed", data: { userId: "USR_1", failures: 5, lockedUntil: LATER } },
		]);
		expect(after(register, failure, failure)).toMatchObject({ failedLogins: 2 });
	});

	it("is erased once and keeps its id and its dates", () => {
		const erase: UserCommand = { type: "erase", now: LATER };
		expect(after(register, erase)).toEqual({ status: "ERASED", userId: "USR_1", createdAt: NOW, erasedAt: LATER });
		expect(user.decide(after(register, erase), erase)).toEqual([]);
	});

	it("has no roles and no failures to record once it is erased", () => {
		const erased = after(register, { type: "erase", now: LATER });
		expect(thrown(() => user.decide(erased, { type: "setRoles", roles: [] })).code).toBe("USER_NOT_FOUND");
		expect(user.decide(erased, { type: "recordFailure", failures: 1, lockedUntil: null })).toEqual([]);
		expect(thrown(() => activeUser(erased)).code).toBe("USER_NOT_FOUND");
	});

	it("cannot be erased if it never was", () => {
		expect(thrown(() => user.decide(user.initial, { type: "erase", now: NOW })).code).toBe("USER_NOT_FOUND");
	});

	it("ignores events that come after its erasure", () => {
		const erased = after(register, { type: "erase", now: LATER });
		const changed = user.evolve(erased, {
			type: "user.roles-changed",
			data: { userId: "USR_1", roles: ["ROLE_ADMIN"] },
		});
		const failed = user.evolve(erased, {
			type: "auth.login-failed",
			data: { userId: "USR_1", failures: 1, lockedUntil: null },
		});
		expect([changed, failed]).toEqual([erased, erased]);
	});
});
