import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Clock } from "../../../mixins/clock/port.ts";
import type { Role } from "../contract.ts";
import type { IdentifierKind, Identity } from "../domain/identity.ts";
import type { Attempts } from "../domain/lock-out.ts";
import type { ActiveSession, Session, SessionCommand } from "../domain/session.ts";
import type { User, UserCommand } from "../domain/user.ts";
import type { Ids } from "../../shared/ids.ts";

/** What a user has besides a history: it is stored with the user and vanishes when the user is erased. */
export interface Secrets {
	/** PHC string. */
	readonly passwordHash: string;
	/** The user's data key, wrapped by the master key. */
	readonly wrappedKey: string;
	/** Blind indexes; no two users have the same. */
	readonly indexes: Readonly<Record<IdentifierKind, string>>;
	/** Every field sealed under the data key. */
	readonly contact: Identity;
}

/** A user with the secrets; null once erased. */
export interface Account {
	readonly user: User;
	readonly secrets: Secrets | null;
}

/** Users as they are stored: history, secrets and unique names in one document. */
export interface Accounts {
	load(userId: string): Promise<Account>;
	findUserId(kind: IdentifierKind, index: string): Promise<string | null>;
	/** Decides the command (null: none) and replaces the secrets in one commit; a repeat of a command changes nothing. */
	change(
		userId: string,
		context: CommandContext,
		command: UserCommand | null,
		secrets?: (current: Secrets | null) => Secrets | null,
	): Promise<Account>;
	/** Roles of an account that may act, else null; from memory where that is safe. */
	rolesOf(userId: string): Promise<readonly Role[] | null>;
	countAll(): Promise<number>;
	countActive(): Promise<number>;
}

/** Password hashes, never more than a few at a time. */
export interface Hasher {
	hash(password: string): Promise<string>;
	verify(passwordHash: string, password: string): Promise<boolean>;
	/** Takes as long as `verify` and is never true: for users that do not exist. */
	verifyNobody(password: string): Promise<false>;
	isOutdated(passwordHash: string): boolean;
}

/** Encryption of personal data, and indexes that show nothing of what they index. */
export interface Vault {
	/** The same text gives the same index; nobody without the key can compute it. */
	blindIndex(purpose: string, text: string): string;
	/** A new data key, wrapped. */
	newKey(userId: string): string;
	/** The same data key under the newest master key. */
	rewrap(userId: string, wrappedKey: string): string;
	seal(userId: string, wrappedKey: string, place: readonly string[], text: string): string;
	/** Throws SEAL_INVALID. */
	unseal(userId: string, wrappedKey: string, place: readonly string[], sealed: string): string;
}

/** Wrong passwords per account and address. */
export interface Guards {
	/** One task at a time per key, so that parallel guesses are counted before the next one is tried. */
	exclusively<T>(key: string, task: () => Promise<T>): Promise<T>;
	load(key: string): Promise<Attempts>;
	/** One more wrong password, on top of what other processes counted meanwhile. */
	count(key: string): Promise<void>;
	clear(key: string): Promise<void>;
}

/** Sessions as actors. */
export interface Sessions {
	tell(sessionId: string, command: SessionCommand, context: CommandContext): Promise<Session>;
	read(sessionId: string): Promise<Session>;
	/** Not ended yet, newest first. */
	activeOf(userId: string): Promise<readonly ActiveSession[]>;
	/** Past their end and not marked yet. */
	due(now: string, limit: number): Promise<readonly ActiveSession[]>;
}

/** What an access token says. */
export interface AccessClaims {
	readonly userId: string;
	readonly sessionId: string;
	readonly roles: readonly Role[];
	readonly tokenId: string;
	/** Clock milliseconds. */
	readonly issuedAt: number;
	readonly expiresAt: number;
}

/** Access tokens and refresh tokens. */
export interface Tokens {
	access(claims: AccessClaims): Promise<string>;
	/** The same token for the same step, always; nothing of it is stored. */
	refresh(sessionId: string, step: number): string;
	/** Null unless this service made the token. */
	parse(refreshToken: string): { readonly sessionId: string; readonly step: number } | null;
}

/** Durations in milliseconds. */
export interface Lifetimes {
	readonly accessTokenMs: number;
	readonly refreshTokenMs: number;
	readonly sessionMaxMs: number;
}

/** Everything the use cases stand on. */
export interface AuthPorts {
	readonly accounts: Accounts;
	readonly sessions: Sessions;
	readonly guards: Guards;
	readonly hasher: Hasher;
	readonly vault: Vault;
	readonly tokens: Tokens;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly lifetimes: Lifetimes;
}

/** The same command, asked for by a user who has just become known: a signup or a login begins without one. */
export function askedBy(userId: string, context: CommandContext): CommandContext {
	return { ...context, actor: userId };
}

/** Who asks, as the gateway knows it, and the command's context; `contextFor` keeps several commands of one call apart. */
export interface Caller {
	readonly userId: string | null;
	readonly sessionId: string | null;
	readonly roles: readonly string[];
	readonly clientAddress: string;
	readonly userAgent: string | undefined;
	contextFor(suffix?: string): CommandContext;
}
