import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Role } from "../contract.ts";
import { identityProblems, normalise, type Identity } from "../domain/identity.ts";
import { passwordProblems } from "../domain/password.ts";
import { AuthRejected, refuseProblems } from "../domain/rejected.ts";
import { SIGNUP_ROLES } from "../domain/user.ts";
import { openContact, present, sealContact } from "./contact.ts";
import { askedBy, type AuthPorts, type Secrets } from "./ports.ts";

/** What a person fills in. */
export interface SignupForm extends Identity {
	readonly password: string;
}

/** The new account as its owner sees it. */
export interface SignedUp {
	readonly userId: string;
	readonly username: string;
	readonly email: string;
	readonly roles: readonly Role[];
	readonly createdAt: string;
}

/** Opens an account with ROLE_USER. A repeat of the command shows the same account without looking at the form again. */
export async function signup(ports: AuthPorts, form: SignupForm, context: CommandContext): Promise<SignedUp> {
	const userId = ports.ids.derive("USR", context.commandId);
	const known = await ports.accounts.load(userId);
	if (known.user.status === "none") {
		refuseProblems([...identityProblems(form), ...passwordProblems(form.password, form)]);
		await refuseTaken(ports, form);
		await openAccount(ports, userId, form, SIGNUP_ROLES, askedBy(userId, context));
	}
	const { user, secrets } = present(await ports.accounts.load(userId));
	const { username, email } = openContact(ports.vault, userId, secrets);
	return { userId, username, email, roles: SIGNUP_ROLES, createdAt: user.createdAt };
}

/** Everything of a new user in one commit; throws USERNAME_TAKEN or EMAIL_TAKEN. */
export async function openAccount(
	{ accounts, hasher, vault, clock }: AuthPorts,
	userId: string,
	{ password, ...contact }: SignupForm,
	roles: readonly Role[],
	context: CommandContext,
): Promise<void> {
	const wrappedKey = vault.newKey(userId);
	const secrets: Secrets = {
		passwordHash: await hasher.hash(password),
		wrappedKey,
		indexes: {
			username: vault.blindIndex("username", normalise(contact.username)),
			email: vault.blindIndex("email", normalise(contact.email)),
		},
		contact: sealContact(vault, userId, wrappedKey, contact),
	};
	await accounts.change(userId, context, { type: "register", userId, roles, now: clock.iso() }, () => secrets);
}

/** Spares the hash for a name that is taken already; the store decides between two that come at once. */
async function refuseTaken({ accounts, vault }: AuthPorts, { username, email }: Identity): Promise<void> {
	const isTaken = async (kind: "username" | "email", value: string) =>
		(await accounts.findUserId(kind, vault.blindIndex(kind, normalise(value)))) !== null;
	if (await isTaken("username", username)) throw new AuthRejected("USERNAME_TAKEN");
	if (await isTaken("email", email)) throw new AuthRejected("EMAIL_TAKEN");
}
