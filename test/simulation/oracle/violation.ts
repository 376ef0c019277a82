/** The oracle's checks, by name. */
export const CHECKS = {
	"charged-once":
		"The provider charges an order at most once, and a payment is approved at most once, for its own amount.",
	"refund-within-charge": "Never more is given back, or asked to be, than was charged.",
	"intent-first":
		"Every request to the provider and every call of a saga has its intent on the disk before it is sent, and uses the key of that intent.",
	"refusal-was-said": "What is recorded as a refusal was said by whoever is said to have refused.",
	"lawful-change": "Orders, payments and sagas change only as their rules say, and what has ended stays ended.",
	"history-whole": "The events of an aggregate are numbered 1, 2, 3 … and add up to its document.",
	"one-home":
		"An aggregate has one home: a process that is alone with a store that behaves never decides on an old version.",
	stock:
		"Stock is never negative, equals its own events, and a reservation is opened, closed and put back at most once each.",
	points: "Points equal their own events, and an order earns and loses them at most once.",
	"ledger-balanced":
		"Every entry of the ledger sums to zero, is written once for its cause, and says what its cause says.",
	acknowledged: "What a client was told is on the disk, and stays true.",
	explained: "Whatever a client does not know is one thing or the other, and not two.",
	"in-order": "A group gets the events of a subject in their order.",
	figures: "The counted figures equal the events they count.",
	fenced: "No old holder of a lease writes after a new one.",
	agreement: "Provider, payments, ledger, orders, stock, points and sagas say the same in the end.",
	ended: "Everything ends within 24 hours after the last fault, and every group has handled every event that it wants.",
	sound: "Nothing throws where nothing may throw.",
} as const;

/** Name of a check. */
export type Check = keyof typeof CHECKS;

/** A promise was broken. */
export class Violation extends Error {
	readonly check: Check;

	constructor(check: Check, what: string) {
		super(what);
		this.name = "Violation";
		this.check = check;
	}
}

/** Throws unless `holds`. */
export function must(check: Check, holds: boolean, what: () => string): void {
	if (!holds) throw new Violation(check, what());
}
