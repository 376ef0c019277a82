import type { TokenAnswer } from "../contract.ts";
import { deviceOf } from "../domain/device.ts";
import { identifierOf, type IdentifierKind } from "../domain/identity.ts";
import { afterFailure, noAttempts, retryAfterSeconds, type Attempts } from "../domain/lock-out.ts";
import { AuthRejected, refuseProblems } from "../domain/rejected.ts";
import { refreshedSession } from "../domain/session.ts";
import { tokenAnswer } from "./answer.ts";
import { askedBy, type Account, type AuthPorts, type Caller } from "./ports.ts";
import { endOldest } from "./sessions.ts";

/** How somebody says who they are. */
export interface LoginForm {
	readonly username?: string | null;
	readonly email?: string | null;
	readonly password: string;
}

const NOBODY: Account = { user: { status: "none" }, secrets: null };

/** Checks the password and begins a session. An unknown user takes the same steps and the same time as a wrong password. */
export async function login(ports: AuthPorts, form: LoginForm, caller: Caller): Promise<TokenAnswer> {
	const identifier = identifierOf(form);
	if (identifier === null) {
		refuseProblems([{ field: "username", code: "REQUIRED" }]);
		throw new AuthRejected("BAD_CREDENTIALS");
	}
	const index = ports.vault.blindIndex(identifier.kind, identifier.value);
	const userId = await ports.accounts.findUserId(identifier.kind, index);
	const key = guardKey(ports, userId, identifier.kind, index, caller);
	const account = await ports.guards.exclusively(key, () => checked(ports, userId, form.password, key, caller));
	const answer = await begin(ports, account, caller);
	await rehash(ports, answer.userId, form.password, caller);
	return answer;
}

/** Wrong passwords count per account and address, and just so for names that have no account. */
function guardKey(
	{ vault }: AuthPorts,
	userId: string | null,
	kind: IdentifierKind,
	index: string,
	caller: Caller,
): string {
	return vault.blindIndex("login-guard", JSON.stringify([userId ?? `${kind}:${index}`, caller.clientAddress]));
}

async function checked(
	ports: AuthPorts,
	userId: string | null,
	password: string,
	key: string,
	caller: Caller,
): Promise<Account> {
	const { accounts, guards, clock } = ports;
	const attempts = await guards.load(key);
	const waitSeconds = retryAfterSeconds(attempts, clock.now());
	if (waitSeconds > 0) throw new AuthRejected("RATE_LIMITED", { retryAfterSeconds: waitSeconds });
	const account = userId === null ? NOBODY : await accounts.load(userId);
	if (await isRight(ports, account, password)) {
		if (attempts !== noAttempts) await guards.clear(key);
		return account;
	}
	await recordFailure(ports, account, attempts, key, caller);
	throw new AuthRejected("BAD_CREDENTIALS");
}

async function isRight({ hasher }: AuthPorts, { secrets }: Account, password: string): Promise<boolean> {
	return secrets === null ? hasher.verifyNobody(password) : hasher.verify(secrets.passwordHash, password);
}

/** The count and the account's event go to the store together, so that an unknown name takes as long as a known one. */
async function recordFailure(
	{ accounts, guards, clock }: AuthPorts,
	{ user }: Account,
	before: Attempts,
	key: string,
	caller: Caller,
): Promise<void> {
	const { attempts, failures } = afterFailure(before, clock.now());
	const lockedUntil = attempts.lockedUntil > clock.now() ? new Date(attempts.lockedUntil).toISOString() : null;
	const counted = guards.count(key);
	if (user.status !== "ACTIVE") return counted;
	const command = { type: "recordFailure", failures, lockedUntil } as const;
	await Promise.all([counted, accounts.change(user.userId, caller.contextFor(":failure"), command)]);
}

async function begin(ports: AuthPorts, account: Account, caller: Caller): Promise<TokenAnswer> {
	const { sessions, ids, clock, lifetimes } = ports;
	if (account.user.status !== "ACTIVE") throw new AuthRejected("BAD_CREDENTIALS");
	const { userId } = account.user;
	const context = caller.contextFor();
	const sessionId = ids.derive("SES", context.commandId);
	const now = clock.now();
	const state = await sessions.tell(
		sessionId,
		{
			type: "start",
			sessionId,
			userId,
			device: deviceOf(caller.userAgent),
			now: iso(now),
			expiresAt: iso(now + lifetimes.refreshTokenMs),
			endsAt: iso(now + lifetimes.sessionMaxMs),
		},
		askedBy(userId, context),
	);
	const session = refreshedSession(state);
	await endOldest(ports, userId, caller);
	return tokenAnswer(ports, session, account);
}

/** Hashes the password anew when today's cost is another one: only a login has it at hand. */
async function rehash(
	{ accounts, hasher }: AuthPorts,
	userId: string,
	password: string,
	caller: Caller,
): Promise<void> {
	const { secrets } = await accounts.load(userId);
	if (secrets === null || !hasher.isOutdated(secrets.passwordHash)) return;
	const passwordHash = await hasher.hash(password);
	await accounts.change(userId, caller.contextFor(":rehash"), null, (current) =>
		current === null || current.passwordHash !== secrets.passwordHash ? current : { ...current, passwordHash },
	);
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
