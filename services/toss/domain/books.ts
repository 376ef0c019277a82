import type { ProviderMovement, TossActions } from "../contract.ts";
import type { ProviderAnswer } from "./outcomes.ts";

type Books = TossActions["toss.books"]["result"];

/** The answer where nobody lets us look. */
export const NO_BOOKS: Books = { isReadable: false, movements: [], next: null };

/** A page of the Twin's books; anything that does not look like one is none. */
export function booksIn(answer: ProviderAnswer): Books {
	if (answer.kind !== "answer" || answer.status !== 200) return NO_BOOKS;
	const { charges, refunds, next } = (answer.body ?? {}) as Readonly<Record<string, unknown>>;
	if (!Array.isArray(charges) || !Array.isArray(refunds)) return NO_BOOKS;
	return {
		isReadable: true,
		movements: [
			...charges.map((row) => movementOf("CHARGE", row as Row)),
			...refunds.map((row) => movementOf("REFUND", row as Row)),
		],
		next: typeof next === "number" ? next : null,
	};
}

type Row = Readonly<Record<string, unknown>>;

function movementOf(kind: ProviderMovement["kind"], { orderId, paymentKey, amount }: Row): ProviderMovement {
	return { kind, orderId: String(orderId), paymentKey: String(paymentKey), amount: Number(amount) };
}
