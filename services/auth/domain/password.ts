import { normalise } from "./identity.ts";
import type { FieldProblem } from "./rejected.ts";

/** Characters, not bytes. */
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

/** The commonest passwords of published breach lists that are long enough to pass otherwise. */
const COMMONEST: ReadonlySet<string> = new Set(
	`password password1 passw0rd p@ssw0rd p@ssword 12345678 123456789 1234567890 0123456789 0987654321 987654321 87654321
	11111111 00000000 22222222 55555555 66666666 77777777 88888888 99999999 12341234 11223344 12121212 123123123 147258369
	qwertyui qwertyuiop qwerty12 qwerty123 qwer1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 zaq12wsx asdfghjk asdfghjkl asdf1234
	zxcvbnm1 abcdefgh abcd1234 abc12345 a1234567 aa123456 a12345678 iloveyou sunshine princess football baseball superman
	trustno1 letmein1 welcome1 admin123 administrator starwars computer whatever michelle jennifer internet corvette
	changeme`.split(/\s+/),
);

/** The form that is hashed: however a keyboard composed the characters, it is the same password. */
export function canonicalPassword(password: string): string {
	return password.normalize("NFKC");
}

/** Rules for a new password; empty when it is good. */
export function passwordProblems(
	password: string,
	{ username, email }: { readonly username: string; readonly email: string },
): readonly FieldProblem[] {
	const length = Array.from(canonicalPassword(password)).length;
	const folded = normalise(password);
	if (length < PASSWORD_MIN) return [{ field: "password", code: "TOO_SHORT" }];
	if (length > PASSWORD_MAX) return [{ field: "password", code: "TOO_LONG" }];
	if (folded === normalise(username)) return [{ field: "password", code: "SAME_AS_USERNAME" }];
	if (folded === normalise(email)) return [{ field: "password", code: "SAME_AS_EMAIL" }];
	return COMMONEST.has(folded) ? [{ field: "password", code: "TOO_COMMON" }] : [];
}
