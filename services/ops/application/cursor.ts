import { OpsRejected } from "../domain/rejected.ts";

const ID_MAX = 200;

/** The place after a document in a list; opaque to clients. */
export function cursorAfter(id: string): string {
	return Buffer.from(id).toString("base64url");
}

/** The document a cursor stands for; refuses what no list has handed out. */
export function idOf(cursor: string): string {
	const id = Buffer.from(cursor, "base64url").toString();
	if (id === "" || id.length > ID_MAX || cursorAfter(id) !== cursor)
		throw new OpsRejected("VALIDATION_ERROR", { errors: [{ field: "cursor", code: "cursor" }] });
	return id;
}
