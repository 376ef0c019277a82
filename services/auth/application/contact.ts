import type { Identity } from "../domain/identity.ts";
import { AuthRejected } from "../domain/rejected.ts";
import { activeUser, type ActiveUser } from "../domain/user.ts";
import type { ProfileView } from "../contract.ts";
import type { Account, AuthPorts, Secrets, Vault } from "./ports.ts";

/** A field that another service keeps for a user. */
export interface Field {
	readonly name: string;
	readonly value: string;
}

/** Contact data under the user's data key, each field bound to its place. */
export function sealContact(vault: Vault, userId: string, wrappedKey: string, contact: Identity): Identity {
	const one = (field: string, text: string) => vault.seal(userId, wrappedKey, ["contact", field], text);
	const maybe = (field: string, text: string | null) => (text === null ? null : one(field, text));
	return {
		username: one("username", contact.username),
		email: one("email", contact.email),
		name: maybe("name", contact.name),
		phoneNumber: maybe("phoneNumber", contact.phoneNumber),
	};
}

/** Contact data in clear. */
export function openContact(vault: Vault, userId: string, { wrappedKey, contact }: Secrets): Identity {
	const one = (field: string, sealed: string) => vault.unseal(userId, wrappedKey, ["contact", field], sealed);
	const maybe = (field: string, sealed: string | null) => (sealed === null ? null : one(field, sealed));
	return {
		username: one("username", contact.username),
		email: one("email", contact.email),
		name: maybe("name", contact.name),
		phoneNumber: maybe("phoneNumber", contact.phoneNumber),
	};
}

/** The account that may act, with its secrets; throws USER_NOT_FOUND. */
export function present({ user, secrets }: Account): { user: ActiveUser; secrets: Secrets } {
	const active = activeUser(user);
	if (secrets === null) throw new AuthRejected("USER_NOT_FOUND");
	return { user: active, secrets };
}

/** A user's own view of the account; throws USER_NOT_FOUND. */
export async function profile({ accounts, vault }: AuthPorts, userId: string): Promise<ProfileView> {
	const { user, secrets } = present(await accounts.load(userId));
	const { roles, createdAt } = user;
	const authorities = roles.map((authority) => ({ authority }));
	return { userId, ...openContact(vault, userId, secrets), roles, authorities, createdAt };
}

/** What another service may show of a user; nulls for an unknown or erased one. */
export async function contactOf(
	{ accounts, vault }: AuthPorts,
	userId: string,
): Promise<{ email: string | null; name: string | null }> {
	const { secrets } = await accounts.load(userId);
	if (secrets === null) return { email: null, name: null };
	const { email, name } = openContact(vault, userId, secrets);
	return { email, name };
}

/** Another service's personal data under the user's data key; throws USER_NOT_FOUND. */
export async function sealFields(
	{ accounts, vault }: AuthPorts,
	userId: string,
	context: string,
	fields: readonly Field[],
): Promise<Record<string, string>> {
	const { secrets } = present(await accounts.load(userId));
	return byName(fields, ({ name, value }) => vault.seal(userId, secrets.wrappedKey, ["shared", context, name], value));
}

/** The same in clear; nulls once the user is erased. Throws SEAL_INVALID for a value that was not sealed in this place. */
export async function openFields(
	{ accounts, vault }: AuthPorts,
	userId: string,
	context: string,
	fields: readonly Field[],
): Promise<Record<string, string | null>> {
	const { secrets } = await accounts.load(userId);
	if (secrets === null) return byName(fields, () => null);
	return byName(fields, ({ name, value }) =>
		vault.unseal(userId, secrets.wrappedKey, ["shared", context, name], value),
	);
}

function byName<Value>(fields: readonly Field[], valueOf: (field: Field) => Value): Record<string, Value> {
	return Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
}
