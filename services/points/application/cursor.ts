/** The place after an account in a list; opaque to callers. */
export function cursorAfter(userId: string): string {
	return Buffer.from(userId).toString("base64url");
}

/** The account a cursor stands for. */
export function userIdOf(cursor: string): string {
	return Buffer.from(cursor, "base64url").toString();
}
