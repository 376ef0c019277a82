import type { Decider } from "../../shared/decider.ts";
import { unreachable } from "../../shared/errors.ts";
import type { EventsFrom } from "../../shared/events.ts";
import type { AuthEvents, Role } from "../contract.ts";
import { AuthRejected } from "./rejected.ts";

/** What a user's history tells; names, addresses and secrets are never part of it. */
export type UserEvent = EventsFrom<
	Pick<AuthEvents, "user.registered" | "user.roles-changed" | "user.erased" | "auth.login-failed">
>;

/** A user without personal data and secrets. */
export type User =
	| { readonly status: "none" }
	| {
			readonly status: "ACTIVE";
			readonly userId: string;
			readonly roles: readonly Role[];
			readonly createdAt: string;
			readonly failedLogins: number;
	  }
	| { readonly status: "ERASED"; readonly userId: string; readonly createdAt: string; readonly erasedAt: string };

/** An account that may sign in. */
export type ActiveUser = Extract<User, { status: "ACTIVE" }>;

interface Register {
	readonly type: "register";
	readonly userId: string;
	readonly roles: readonly Role[];
	readonly now: string;
}
interface SetRoles {
	readonly type: "setRoles";
	readonly roles: readonly Role[];
}
interface RecordFailure {
	readonly type: "recordFailure";
	readonly failures: number;
	readonly lockedUntil: string | null;
}
interface Erase {
	readonly type: "erase";
	readonly now: string;
}
/** Everything that can be asked of a user. */
export type UserCommand = Register | SetRoles | RecordFailure | Erase;

/** The kind under which users are stored and published. */
export const USER_KIND = "user";
/** What a signup gives, whatever it asked for. */
export const SIGNUP_ROLES: readonly Role[] = ["ROLE_USER"];

export const user: Decider<User, UserCommand, UserEvent> = {
	initial: { status: "none" },
	decide(state, command) {
		switch (command.type) {
			case "register":
				return register(state, command);
			case "setRoles":
				return setRoles(state, command);
			case "recordFailure":
				return recordFailure(state, command);
			case "erase":
				return erase(state, command);
			default:
				return unreachable(command);
		}
	},
	evolve(state, event) {
		switch (event.type) {
			case "user.registered": {
				const { userId, roles, registeredAt } = event.data;
				return { status: "ACTIVE", userId, roles, createdAt: registeredAt, failedLogins: 0 };
			}
			case "user.roles-changed":
				return state.status === "ACTIVE" ? { ...state, roles: event.data.roles } : state;
			case "auth.login-failed":
				return state.status === "ACTIVE" ? { ...state, failedLogins: state.failedLogins + 1 } : state;
			case "user.erased": {
				const createdAt = state.status === "none" ? event.data.erasedAt : state.createdAt;
				return { status: "ERASED", userId: event.data.userId, createdAt, erasedAt: event.data.erasedAt };
			}
			default:
				return unreachable(event);
		}
	},
};

/** The user if the account still exists; throws USER_NOT_FOUND. */
export function activeUser(state: User): ActiveUser {
	if (state.status !== "ACTIVE") throw new AuthRejected("USER_NOT_FOUND");
	return state;
}

function register(state: User, { userId, roles, now }: Register): UserEvent[] {
	if (state.status !== "none") throw new AuthRejected("USERNAME_TAKEN");
	return [{ type: "user.registered", data: { userId, roles, registeredAt: now } }];
}

function setRoles(state: User, command: SetRoles): UserEvent[] {
	const { userId, roles: before } = activeUser(state);
	const roles: readonly Role[] = ["ROLE_USER", ...new Set(command.roles.filter((role) => role !== "ROLE_USER"))];
	const isSame = roles.length === before.length && roles.every((role) => before.includes(role));
	return isSame ? [] : [{ type: "user.roles-changed", data: { userId, roles } }];
}

function recordFailure(state: User, { failures, lockedUntil }: RecordFailure): UserEvent[] {
	if (state.status !== "ACTIVE") return [];
	return [{ type: "auth.login-failed", data: { userId: state.userId, failures, lockedUntil } }];
}

function erase(state: User, { now }: Erase): UserEvent[] {
	switch (state.status) {
		case "none":
			throw new AuthRejected("USER_NOT_FOUND");
		case "ACTIVE":
			return [{ type: "user.erased", data: { userId: state.userId, erasedAt: now } }];
		case "ERASED":
			return [];
		default:
			return unreachable(state);
	}
}
