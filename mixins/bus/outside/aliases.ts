/** Topics of the systems PayFlow grew out of, by our event's name (docs/events.md, "Names elsewhere"). */
const ALIASES: Readonly<Record<string, string>> = {
	"order.created": "order-created",
	"order.pending": "order-status-updated",
	"order.paid": "order-status-updated",
	"order.confirmed": "order-status-updated",
	"order.failed": "order-status-updated",
	"order.cancelled": "order-status-updated",
	"payment.approved": "payment-processed",
	"payment.failed": "payment-processed",
	"payment.cancelled": "payment-processed",
};

/** Every alias topic. */
export const aliasTopics: readonly string[] = [...new Set(Object.values(ALIASES))];

/** The alias topic of an event, or null. */
export function aliasOf(type: string): string | null {
	return ALIASES[type] ?? null;
}
