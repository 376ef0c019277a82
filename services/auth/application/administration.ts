import type { Role } from "../contract.ts";
import { AuthRejected } from "../domain/rejected.ts";
import { activeUser } from "../domain/user.ts";
import type { AuthPorts, Caller } from "./ports.ts";
import { endAll } from "./sessions.ts";

const ADMIN: Role = "ROLE_ADMIN";

/** Who is signed in; throws UNAUTHENTICATED. */
export function signedIn(caller: Caller): string {
	if (caller.userId === null) throw new AuthRejected("UNAUTHENTICATED");
	return caller.userId;
}

/** Replaces a user's roles; throws FORBIDDEN unless an administrator asks. */
export async function setRoles(
	{ accounts }: AuthPorts,
	userId: string,
	roles: readonly Role[],
	caller: Caller,
): Promise<{ userId: string; roles: readonly Role[] }> {
	signedIn(caller);
	if (!caller.roles.includes(ADMIN)) throw new AuthRejected("FORBIDDEN");
	const account = await accounts.change(userId, caller.contextFor(), { type: "setRoles", roles });
	return { userId, roles: activeUser(account.user).roles };
}

/** Deletes data key, password and indexes in one commit and ends every session; own account or an administrator. */
export async function erase(ports: AuthPorts, userId: string, caller: Caller): Promise<void> {
	const isOwn = signedIn(caller) === userId;
	if (!isOwn && !caller.roles.includes(ADMIN)) throw new AuthRejected("FORBIDDEN");
	const now = ports.clock.iso();
	await ports.accounts.change(userId, caller.contextFor(), { type: "erase", now }, () => null);
	await endAll(ports, userId, "REVOKED", caller);
}
