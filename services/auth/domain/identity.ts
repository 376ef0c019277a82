import type { FieldProblem } from "./rejected.ts";

const USERNAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{2,29}$/;
const EMAIL = /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
const PHONE = /^\+?[0-9][0-9 ()-]{5,18}$/;
const PLAIN = /^[^\p{Cc}\p{Cf}]*$/u;
const EMAIL_MAX = 254;
const NAME_MAX = 100;

/** What a person says about themselves at signup. */
export interface Identity {
	readonly username: string;
	readonly email: string;
	readonly name: string | null;
	readonly phoneNumber: string | null;
}

/** How a user may be named at login. */
export type IdentifierKind = "username" | "email";

/** The form under which a name or address is unique: without regard to case and to how Unicode is composed. */
export function normalise(text: string): string {
	return text.trim().normalize("NFKC").toLowerCase();
}

/** Fields that break their rule; empty when all is well. */
export function identityProblems({ username, email, name, phoneNumber }: Identity): readonly FieldProblem[] {
	const problems: FieldProblem[] = [];
	if (!USERNAME.test(username)) problems.push({ field: "username", code: "INVALID_FORMAT" });
	if (email.length > EMAIL_MAX || !EMAIL.test(email)) problems.push({ field: "email", code: "INVALID_FORMAT" });
	if (name !== null && !isName(name)) problems.push({ field: "name", code: "INVALID_FORMAT" });
	if (phoneNumber !== null && !PHONE.test(phoneNumber)) problems.push({ field: "phoneNumber", code: "INVALID_FORMAT" });
	return problems;
}

/** What a login names, or null when it names nobody; a name with @ is an address, for no username has one. */
export function identifierOf(login: {
	readonly username?: string | null;
	readonly email?: string | null;
}): { kind: IdentifierKind; value: string } | null {
	const given = login.username ?? login.email;
	if (given === undefined || given === null || given.trim() === "") return null;
	return { kind: given.includes("@") ? "email" : "username", value: normalise(given) };
}

function isName(name: string): boolean {
	return name.trim().length >= 1 && name.length <= NAME_MAX && PLAIN.test(name);
}
