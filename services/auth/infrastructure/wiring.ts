import type { Runtime } from "../../../mixins/runtime.ts";
import { contextOf, type CallContext } from "../../../mixins/typed.ts";
import type { AuthPorts, Caller } from "../application/ports.ts";
import { createAccounts, type StoredAccounts } from "./accounts.ts";
import { createGuards, type StoredGuards } from "./guards.ts";
import { createHasher, type HashCost } from "./hasher.ts";
import { loadKeys, type Keys } from "./keys.ts";
import { createSessions } from "./sessions.ts";
import { createTokens } from "./tokens.ts";
import { createVault } from "./vault.ts";

/** What a test may replace. */
export interface AuthOptions {
	/** Cost of a password hash; tests take a cheap one. */
	readonly hashCost?: HashCost;
}

/** The use cases' ports and what only housekeeping and the JWKS need. */
export interface Wired {
	readonly ports: AuthPorts;
	readonly accounts: StoredAccounts;
	readonly guards: StoredGuards;
	readonly keys: Keys;
}

/** Puts the adapters together; throws a plain sentence when a key cannot work. */
export async function wire(runtime: Runtime, { hashCost }: AuthOptions): Promise<Wired> {
	const { settings, random, store, clock, ids } = runtime;
	const keys = await loadKeys({ settings, random, store });
	const accounts = createAccounts(runtime);
	const guards = createGuards(store, clock);
	const ports: AuthPorts = {
		accounts,
		guards,
		sessions: createSessions(runtime),
		hasher: createHasher(random, hashCost),
		vault: createVault(keys, random),
		tokens: createTokens(keys),
		clock,
		ids,
		lifetimes: settings.auth,
	};
	return { ports, accounts, guards, keys };
}

/** Who asks, from what gateway and bus wrote. */
export function callerOf(ctx: CallContext): Caller {
	const { userId, sessionId, roles, clientAddress, userAgent } = ctx.meta;
	return {
		userId: userId ?? null,
		sessionId: sessionId ?? null,
		roles: roles ?? [],
		clientAddress: clientAddress ?? "",
		userAgent,
		contextFor: (suffix) => contextOf(ctx, suffix),
	};
}

/** The service itself, for one round of housekeeping. */
export function systemCaller(commandId: string): Caller {
	const contextFor = (suffix = "") => ({
		commandId: commandId + suffix,
		correlationId: commandId,
		causationId: commandId,
		actor: "SYSTEM",
	});
	return { userId: null, sessionId: null, roles: [], clientAddress: "", userAgent: undefined, contextFor };
}
