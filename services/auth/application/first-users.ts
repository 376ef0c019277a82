import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Settings } from "../../../mixins/config/settings.ts";
import type { Role } from "../contract.ts";
import { identityProblems } from "../domain/identity.ts";
import { passwordProblems } from "../domain/password.ts";
import { AuthRejected } from "../domain/rejected.ts";
import { openAccount } from "./signup.ts";
import type { AuthPorts } from "./ports.ts";

interface FirstUser {
	readonly username: string;
	readonly password: string;
	readonly email: string;
	readonly roles: readonly Role[];
}

const ADMIN_ROLES: readonly Role[] = ["ROLE_USER", "ROLE_ADMIN"];
const DEMO_USER: FirstUser = {
	username: "user",
	password: "password",
	email: "user@example.com",
	roles: ["ROLE_USER"],
};
const DEMO_ADMIN: FirstUser = {
	username: "admin",
	password: "admin",
	email: "admin@example.com",
	roles: ADMIN_ROLES,
};

/** The accounts an empty platform begins with. The demo accounts exist outside production only and need not obey the password rules. */
export function firstUsersOf({ environment, auth }: Pick<Settings, "environment" | "auth">): readonly FirstUser[] {
	const admin = auth.admin === null ? null : { ...auth.admin, roles: ADMIN_ROLES };
	if (environment !== "production") return [DEMO_USER, admin ?? DEMO_ADMIN];
	if (admin === null) return [];
	const problems = [
		...identityProblems({ ...admin, name: null, phoneNumber: null }),
		...passwordProblems(admin.password, admin),
	];
	if (problems.length === 0) return [admin];
	const list = problems.map(({ field, code }) => `${field} ${code}`).join(", ");
	throw new Error(`The first administrator (ADMIN_USERNAME, ADMIN_PASSWORD, ADMIN_EMAIL) breaks the rules: ${list}.`);
}

/**
 * Opens the first accounts where nobody else has one yet. Their ids and command ids are fixed, so a second process or a
 * restart in the middle finishes the same accounts and doubles none.
 */
export async function openFirstUsers(ports: AuthPorts, users: readonly FirstUser[]): Promise<void> {
	const wanted = users.map((first, place) => {
		const context = contextOf(place);
		return { first, context, userId: ports.ids.derive("USR", context.commandId) };
	});
	const accounts = await Promise.all(wanted.map(({ userId }) => ports.accounts.load(userId)));
	const missing = wanted.filter((_, place) => accounts[place]?.user.status === "none");
	const othersCount = (await ports.accounts.countAll()) - (wanted.length - missing.length);
	if (othersCount > 0) return;
	await Promise.all(
		missing.map(async ({ first, userId, context }) => {
			const { roles, ...form } = first;
			const contact = { ...form, name: null, phoneNumber: null };
			await openAccount(ports, userId, contact, roles, context).catch(ignoreTaken);
		}),
	);
}

function contextOf(place: number): CommandContext {
	const commandId = `first-user:${place}`;
	return { commandId, correlationId: commandId, causationId: commandId, actor: "SYSTEM" };
}

/** Somebody signed up under the name in the same moment. */
function ignoreTaken(error: unknown): void {
	if (!(error instanceof AuthRejected)) throw error;
}
