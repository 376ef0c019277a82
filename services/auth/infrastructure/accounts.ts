import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import { COMMAND_ID_TAKEN, type Commit, type CommitResult } from "../../../mixins/store/port.ts";
import { DomainError } from "../../shared/errors.ts";
import type { WrappedBy } from "../application/rotation.ts";
import type { Account, Accounts, Secrets } from "../application/ports.ts";
import type { Role } from "../contract.ts";
import { AuthRejected } from "../domain/rejected.ts";
import { USER_KIND, type User, type UserCommand } from "../domain/user.ts";
import { createRoleCache } from "./role-cache.ts";
import { createTurns } from "./turns.ts";
import { aggregate, loadedOf, plan, type UserDocument } from "./user-document.ts";

/** Accounts with what the rotation of the master key needs. */
export interface StoredAccounts extends Accounts {
	/** Users whose data key is wrapped by the named master key. */
	readonly wrappedBy: WrappedBy;
}

const RACES_MAX = 5;
const WAITING_MAX = 1_000;
const NO_RESULT: CommitResult = { status: "unknown", error: new Error("the store gave no result") };

interface Change {
	readonly userId: string;
	readonly context: CommandContext;
	readonly command: UserCommand | null;
	readonly secretsOf: (current: Secrets | null) => Secrets | null;
}

/** Users in the store. Names are unique because the store refuses the second claim, not because somebody looked first. */
export function createAccounts({ store, clock }: Pick<Runtime, "store" | "clock">): StoredAccounts {
	store.define(aggregate);
	const turns = createTurns(WAITING_MAX);
	const roles = createRoleCache(clock);
	const readLoaded = async (userId: string) => loadedOf(await store.load<UserDocument>(USER_KIND, userId));
	const load = async (userId: string): Promise<Account> => {
		const { held, secrets } = await readLoaded(userId);
		return { user: held.state, secrets };
	};
	const isTaken = async (userId: string, commandId: string): Promise<boolean> =>
		(await store.findCommand(USER_KIND, userId, commandId)) !== null;

	async function change(wanted: Change): Promise<Account> {
		const { userId, context, command, secretsOf } = wanted;
		for (let race = 0; race < RACES_MAX; race++) {
			if (command !== null && (await isTaken(userId, context.commandId))) return load(userId);
			const { after, commit } = plan(await readLoaded(userId), userId, command, context, secretsOf, clock.now());
			if (commit !== null && !(await isCommitted(commit, wanted))) continue;
			roles.set(userId, rolesOf(after.user));
			return after;
		}
		throw new DomainError("CONFLICT", { userId });
	}

	/** False when the document must be read and decided again. */
	async function isCommitted(commit: Commit, { userId, context }: Change): Promise<boolean> {
		const [result = NO_RESULT] = await store.commit([commit]);
		if (result.status === "duplicate" && result.name !== COMMAND_ID_TAKEN)
			throw new AuthRejected(result.name === "username" ? "USERNAME_TAKEN" : "EMAIL_TAKEN");
		if (result.status === "unknown" && !(await isTaken(userId, context.commandId)))
			throw new DomainError("OUTCOME_UNKNOWN", { commandId: context.commandId });
		return result.status === "ok";
	}

	return {
		load,
		findUserId: (kind, index) => store.findUnique(USER_KIND, kind, index),
		change: (userId, context, command, secretsOf = unchanged) =>
			turns.run(userId, () => change({ userId, context, command, secretsOf })),
		rolesOf: (userId) => roles.get(userId, async () => rolesOf((await load(userId)).user)),
		countAll: () => store.count(USER_KIND),
		countActive: () => store.count(USER_KIND, { status: "ACTIVE" }),
		async wrappedBy(masterKeyId, limit) {
			const found = await store.find<UserDocument>(USER_KIND, { where: { masterKeyId }, direction: "asc", limit });
			return found.flatMap(({ id, state: { secrets } }) => (secrets === null ? [] : [{ userId: id, secrets }]));
		},
	};
}

function rolesOf(user: User): readonly Role[] | null {
	return user.status === "ACTIVE" ? user.roles : null;
}

function unchanged(current: Secrets | null): Secrets | null {
	return current;
}
