import type { Aggregate, CommandContext, Versioned } from "../../../mixins/actor/port.ts";
import { createActors } from "../../../mixins/actor/actors.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import type { Commit, CommitResult, Store } from "../../../mixins/store/port.ts";
import { DomainError, isDomainError } from "../../../services/shared/errors.ts";
import type { EventsFrom } from "../../../services/shared/events.ts";
import { createHostileStore, type HostileStoreOptions } from "../../support/hostile/store.ts";

export interface Account {
	readonly balance: number;
	readonly name: string | null;
}
export type AccountCommand =
	| { readonly type: "add"; readonly amount: number; readonly times?: number }
	| { readonly type: "take"; readonly amount: number }
	| { readonly type: "rename"; readonly name: string | null }
	| { readonly type: "look" }
	| { readonly type: "break" }
	| { readonly type: "break later" };
type AccountEvent = EventsFrom<{
	"account.moved": { amount: number };
	"account.renamed": { name: string | null };
	"account.broken": object;
}>;

/** A balance that never goes below zero, and a name that only one account may have. */
export const account: Aggregate<Account, AccountCommand, AccountEvent> = {
	kind: "account",
	schemaVersion: 1,
	decider: {
		initial: { balance: 0, name: null },
		decide: ({ balance }, command) => {
			if (command.type === "look") return [];
			if (command.type === "break") throw new TypeError("a bug");
			if (command.type === "break later") return [{ type: "account.broken", data: {} }];
			if (command.type === "rename") return [{ type: "account.renamed", data: { name: command.name } }];
			if (command.type === "add")
				return Array.from({ length: command.times ?? 1 }, () => moved(command.amount / (command.times ?? 1)));
			if (command.amount > balance) throw new DomainError("BALANCE_TOO_LOW", { balance });
			return [moved(-command.amount)];
		},
		evolve: (state, event) => {
			if (event.type === "account.broken") throw new TypeError("a bug");
			return event.type === "account.moved"
				? { ...state, balance: state.balance + event.data.amount }
				: { ...state, name: event.data.name };
		},
	},
	unique: ({ name }) => ({ name }),
	duplicate: (name) => new DomainError("NAME_TAKEN", { name }),
};

function moved(amount: number): AccountEvent {
	return { type: "account.moved", data: { amount } };
}

/** What a commit meets instead of the store: a result, or the real one that is then replaced. */
export type Trouble = (item: Commit, commit: () => Promise<CommitResult>) => Promise<CommitResult>;

let banks = 0;

/** A bank of accounts over a store in memory that can be watched and made to fail. */
export function createBank(options: Partial<HostileStoreOptions> & { idleMax?: number; store?: Store } = {}) {
	const { idleMax, store: given, ...hostile } = options;
	const memory = createHostileStore({ seed: 1, ...hostile });
	const inner = given ?? memory;
	const commits: Commit[] = [];
	const troubles: Trouble[] = [];
	const loads: string[] = [];
	const one = async (item: Commit): Promise<CommitResult> => {
		const [result] = await inner.commit([item]);
		return result ?? { status: "unknown", error: new Error("no result") };
	};
	const store: Store = {
		define: (definition) => inner.define(definition),
		load: (kind, id) => {
			loads.push(id);
			return inner.load(kind, id);
		},
		events: (...args) => inner.events(...args),
		findCommand: (...args) => inner.findCommand(...args),
		findUnique: (...args) => inner.findUnique(...args),
		find: (...args) => inner.find(...args),
		count: (...args) => inner.count(...args),
		remove: (...args) => inner.remove(...args),
		isWritable: () => inner.isWritable(),
		close: () => inner.close(),
		commit: (items) =>
			Promise.all(
				items.map((item) => {
					commits.push(item);
					const trouble = troubles.shift();
					return trouble === undefined ? one(item) : trouble(item, () => one(item));
				}),
			),
	};
	store.define(account);
	const actors = createActors({ store, clock: systemClock(), ...(idleMax === undefined ? {} : { idleMax }) });
	const own = ++banks;
	let commands = 0;
	return {
		memory,
		store,
		actors,
		commits,
		loads,
		/** The next commits meet these, in order. */
		next: (...more: Trouble[]) => void troubles.push(...more),
		tell: (id: string, command: AccountCommand, commandId = `CMD_${own}_${++commands}`): Promise<Versioned<Account>> =>
			actors.tell(account, id, command, contextOf(commandId)),
		read: (id: string) => actors.read(account, id),
	};
}

/** The code of the refusal; fails when the promise is kept. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
	const outcome = await promise.then(
		() => "kept",
		(error: unknown) => (isDomainError(error) ? error.code : String(error)),
	);
	if (outcome === "kept") throw new Error("the promise was kept");
	return outcome;
}

export const conflict: Trouble = async () => ({ status: "conflict" });
export const lostWrite: Trouble = async () => ({ status: "unknown", error: new Error("the write was lost") });
export const lostReply: Trouble = async (_item, commit) => {
	await commit();
	return { status: "unknown", error: new Error("the reply was lost") };
};

function contextOf(commandId: string): CommandContext {
	return { commandId, correlationId: "COR_1", causationId: commandId, actor: "USR_1" };
}
