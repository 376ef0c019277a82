import type { Store } from "../../../mixins/store/port.ts";
import type { Bug } from "./bug.ts";

const MAILBOX = "mixins/actor/mailbox.ts";
const COMMIT = "const result = await this.#commit(memory, decided);";

/** Mistakes of actors, of the store under them, and of those who hold leases. */
export const actorBugs: readonly Bug[] = [
	{
		name: "no-version-check",
		what: "The store takes every commit, whichever version it was decided on.",
		checks: [
			"history-whole",
			"lawful-change",
			"stock",
			"points",
			"agreement",
			"ledger-balanced",
			"figures",
			"explained",
		],
		patches: [],
		tampering: { wrapStore: withoutVersions },
		seed: 3,
	},
	{
		name: "group-commit-ignores-one-failure",
		what: "Of several items in one commit, one that failed is reported as stored.",
		checks: ["ended", "ledger-balanced"],
		patches: [],
		tampering: { wrapStore: allOrAny },
		seed: 66,
	},
	{
		name: "reply-before-commit",
		what: "Callers are answered when a command is decided, before it is stored.",
		checks: ["acknowledged", "intent-first"],
		patches: [{ file: MAILBOX, find: COMMIT, put: `answer(decided); ${COMMIT}` }],
		seed: 1,
	},
	{
		name: "unknown-commit-taken-for-success",
		what: "When the store cannot say, the command is answered as stored.",
		checks: ["acknowledged", "intent-first", "history-whole", "ended"],
		patches: [
			{
				file: MAILBOX,
				find: 'if (result.status !== "ok") {',
				put: 'if (result.status !== "ok" && result.status !== "unknown") {',
			},
		],
		seed: 20,
	},
	{
		name: "stale-actor-answering",
		what: "An actor whose commit did not go through keeps the state it had.",
		checks: ["one-home", "acknowledged", "ended", "explained"],
		patches: [
			{
				file: MAILBOX,
				find: 'if (result.status !== "ok") {\n\t\t\tthis.#memory = null;\n',
				put: 'if (result.status !== "ok") {\n',
			},
		],
		seed: 24,
	},
	{
		name: "slow-read-overwrites-memory",
		what: "A look-up that began before a commit replaces what the actor knows after it.",
		checks: ["one-home", "acknowledged"],
		patches: [{ file: MAILBOX, find: "this.#memory ??= loaded;", put: "this.#memory = loaded;" }],
		seed: 402,
	},
	{
		name: "actor-evicted-while-busy",
		what: "An actor is dropped from memory while it still works, and a second one begins beside it.",
		checks: ["one-home", "acknowledged"],
		patches: [
			{
				file: "mixins/actor/actors.ts",
				find: "if (this.#mailboxes.get(key)?.isIdle !== true) return;",
				put: "",
			},
		],
		seed: 936,
	},
	{
		name: "command-id-forgotten",
		what: "What an actor commits does not carry the ids of its commands.",
		checks: ["points", "stock", "ended", "acknowledged"],
		patches: [
			{
				file: "mixins/actor/turn.ts",
				find: "if (decided.events.length > 0) commands.push({ commandId: waiting.context.commandId, sequence });",
				put: "",
			},
		],
		seed: 1,
	},
	{
		name: "claim-mints-anew",
		what: "A request that is taken over after a crash gets a new command id.",
		checks: ["explained"],
		patches: [
			{
				file: "services/api/idempotency/records.ts",
				find: "{ state: { ...known.state, deadline }, version }",
				put: '{ state: { ...known.state, deadline, commandId: ids.next("CMD") }, version }',
			},
		],
		seed: 8,
	},
	{
		name: "lease-without-fencing",
		what: "A holder of an old lease may still write what the lease guards.",
		checks: ["fenced"],
		patches: [
			{
				file: "mixins/scheduler/fence.ts",
				find: "if (token < highest) throw new StaleToken(target, token);",
				put: "",
			},
		],
		seed: 17,
	},
];

function withoutVersions(store: Store): Store {
	return changed(store, {
		commit: async (items) => {
			const versions = await Promise.all(items.map(({ kind, id }) => store.load(kind, id)));
			return store.commit(items.map((item, index) => ({ ...item, expectedVersion: versions[index]?.version ?? 0 })));
		},
	});
}

function allOrAny(store: Store): Store {
	return changed(store, {
		commit: async (items) => {
			const results = await store.commit(items);
			const isAny = results.some(({ status }) => status === "ok");
			return results.map((result) => (isAny && result.status === "unknown" ? { status: "ok" } : result));
		},
	});
}

function changed(store: Store, change: Partial<Store>): Store {
	return new Proxy(store, {
		get(target, name) {
			const replaced = name in change ? (change[name as keyof Store] as unknown) : undefined;
			if (replaced !== undefined) return replaced;
			const value: unknown = Reflect.get(target, name, target);
			return typeof value === "function" ? (value.bind(target) as unknown) : value;
		},
	});
}
