import { SagaRejected } from "../domain/rejected.ts";

const CURSOR = /^SAG_[A-Za-z0-9_-]{10,58}$/;

/** The place after a saga in a list; opaque to clients. */
export function cursorAfter(sagaId: string): string {
	return Buffer.from(sagaId).toString("base64url");
}

/** The saga a cursor stands for; refuses what no list has handed out. */
export function sagaIdOf(cursor: string): string {
	const sagaId = Buffer.from(cursor, "base64url").toString();
	if (!CURSOR.test(sagaId))
		throw new SagaRejected("VALIDATION_ERROR", { errors: [{ field: "cursor", code: "cursor" }] });
	return sagaId;
}
