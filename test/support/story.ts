import type { Facts, System } from "./system.ts";

/** What a purchase of goods leaves on record, in this order. */
const STORY = [
	"order.created",
	"order.pending",
	"payment.created",
	"payment.approval-requested",
	"payment.approved",
	"saga.started",
	"inventory.reserved",
	"points.awarded",
	"order.confirmed",
	"inventory.confirmed",
	"saga.completed",
];
/** The order hears of its payment while the saga is at work; each of the saga's four calls has an intent and a result. */
const BESIDE = [
	"order.paid",
	...["stock", "points", "confirm", "dispatch"].flatMap(() => ["saga.step-started", "saga.step-succeeded"]),
];

/** Holds the trace of a browser's purchase of goods to the whole story, and the payment's and the ledger's words to it. */
export async function expectStory(
	system: System,
	admin: string,
	{ correlationId, orderId }: { readonly correlationId: string; readonly orderId: string },
): Promise<void> {
	expect(correlationId).toMatch(/^WEB_/);
	const isComplete = (rows: unknown) => (rows as readonly unknown[]).length >= STORY.length + BESIDE.length;
	const found = await system.until(`/api/logs/events/trace/${correlationId}`, admin, isComplete);
	const rows = found as unknown as readonly Facts[];
	const types = rows.map(({ eventType }) => String(eventType));
	expect(types.toSorted()).toEqual([...STORY, ...BESIDE].toSorted());
	expect(types.filter((type) => !BESIDE.includes(type))).toEqual(STORY);
	expect(types.indexOf("order.paid")).toBeLessThan(types.indexOf("order.confirmed"));
	const places = new Map(rows.map(({ eventId }, place) => [eventId, place]));
	for (const [place, { causationId }] of rows.entries()) expect(places.get(causationId) ?? -1).toBeLessThan(place);
	const isBooked = ({ items }: Facts) => (items as readonly unknown[]).length >= 2;
	const { items } = await system.until(`/api/ledger/entries?orderId=${orderId}`, admin, isBooked);
	const entries = (items as readonly Facts[]).map(({ kind, cause }) => [kind, types[places.get(cause) ?? -1]]);
	expect(entries.toSorted()).toEqual([
		["checkout.charge", "payment.approved"],
		["points.award", "points.awarded"],
	]);
	const states = await Promise.all(
		[1, 2, 3].map((sequence) => system.read(`/api/logs/payments/${orderId}/state?sequence=${sequence}`, admin)),
	);
	expect(states.map(({ sequence, state }) => [sequence, state])).toEqual([
		[1, "PENDING"],
		[2, "APPROVING"],
		[3, "APPROVED"],
	]);
}
