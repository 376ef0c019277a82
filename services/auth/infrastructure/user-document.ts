import { decideBatch, uniqueChange, type Held } from "../../../mixins/actor/turn.ts";
import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Commit, StoredDocument } from "../../../mixins/store/port.ts";
import type { Secrets } from "../application/ports.ts";
import { USER_KIND, user, type User, type UserCommand } from "../domain/user.ts";
import { keyIdOf } from "./cipher.ts";

/** The document: the fold of the user's events, and beside it what must never be in an event. */
export interface UserDocument {
	readonly status: User["status"];
	readonly user: User;
	readonly secrets: Secrets | null;
	/** Name of the master key that wraps the data key. */
	readonly masterKeyId: string | null;
}

/** A user as it was read, with its place in its own history. */
export interface Loaded {
	readonly held: Held<User>;
	readonly secrets: Secrets | null;
}

/** What a change comes to; `commit` is null when there is nothing to write. */
export interface Planned {
	readonly after: { readonly user: User; readonly secrets: Secrets | null };
	readonly commit: Commit | null;
}

/** How users are decided, stored and found. */
export const aggregate = {
	kind: USER_KIND,
	decider: user,
	schemaVersion: 1,
	indexes: [{ fields: ["status"] }, { fields: ["masterKeyId"], sparse: true }],
};

/** A document, or the absence of one, as the decider sees it. */
export function loadedOf(stored: StoredDocument<UserDocument> | null): Loaded {
	if (stored === null) return { held: { state: user.initial, version: 0, sequence: 0, lastTime: "" }, secrets: null };
	const { state, version, sequence, lastTime } = stored;
	return { held: { state: state.user, version, sequence, lastTime }, secrets: state.secrets };
}

/** Decides the command (null: none) and puts events, state, secrets and unique names into one commit; throws the refusal. */
export function plan(
	{ held, secrets: before }: Loaded,
	userId: string,
	command: UserCommand | null,
	context: CommandContext,
	secretsOf: (current: Secrets | null) => Secrets | null,
	now: number,
): Planned {
	const batch = command === null ? [] : [{ command, context, resolve: nobodyWaits, reject: nobodyWaits }];
	const { after, events, commands, refused } = decideBatch(aggregate, userId, held, batch, now);
	for (const { error } of refused) throw error;
	const secrets = secretsOf(before);
	const planned = { user: after.state, secrets };
	if (events.length === 0 && secrets === before) return { after: planned, commit: null };
	const unique = uniqueChange({ unique: indexesOf }, { secrets: before }, { secrets });
	const masterKeyId = secrets === null ? null : keyIdOf(secrets.wrappedKey);
	const state: UserDocument = { status: after.state.status, ...planned, masterKeyId };
	const commit = { kind: USER_KIND, id: userId, expectedVersion: held.version, state, events, commands };
	return { after: planned, commit: unique === undefined ? commit : { ...commit, unique } };
}

function indexesOf({ secrets }: { readonly secrets: Secrets | null }): Readonly<Record<string, string | null>> {
	return { username: secrets?.indexes.username ?? null, email: secrets?.indexes.email ?? null };
}

/** The answer is the commit's; there is no mailbox. */
function nobodyWaits(): void {
	return;
}
