import type { Store } from "../../../mixins/store/port.ts";
import type { Broker, Ctx, Meta } from "../../../mixins/typed.ts";
import type { EntryView } from "../../ledger/contract.ts";
import type { Sources } from "../application/gather.ts";
import { factOfRow } from "../domain/fact.ts";

/** Postings of one order are few; this many are read. */
const POSTINGS_MAX = 100;
const TRACE_MAX = 1_000;

/**
 * Reads with the platform's own eyes: who may see what was decided before, and the log's rule for strangers must not hide
 * a buyer's own order from them.
 */
export function createSources(ctx: Ctx, broker: Broker, store: Pick<Store, "events">): Sources {
	const { correlationId: ownId } = ctx.meta;
	const meta: Meta = {
		actor: "SYSTEM",
		roles: ["ROLE_ADMIN"],
		...(ownId === undefined ? {} : { correlationId: ownId }),
	};
	return {
		stream: (kind, aggregateId, limit) => store.events(kind, aggregateId, { limit }),
		async event(eventId) {
			const { kind, aggregateId, sequence } = placeOf(eventId);
			const [event] = await store.events(kind, aggregateId, { from: sequence, upTo: sequence });
			return event ?? null;
		},
		async trace(correlationId) {
			const rows = await orNull(broker.call("logging.trace", { correlationId }, { meta }));
			return rows === null || rows.length >= TRACE_MAX ? null : rows.map(factOfRow);
		},
		async postings(orderId): Promise<readonly EntryView[] | null> {
			const page = await orNull(ctx.call("ledger.entries", { orderId, limit: POSTINGS_MAX }));
			return page?.items ?? null;
		},
		async paymentIdOf(orderId) {
			const history = await orNull(ctx.call("payment.history", { paymentId: orderId }));
			return history?.[0]?.paymentId ?? null;
		},
		async checkoutOf(orderId) {
			return (await orNull(ctx.call("saga.getByOrder", { orderId })))?.sagaId ?? null;
		},
	};
}

/** An event's id is `<kind>:<aggregate id>:<sequence>`. */
function placeOf(eventId: string): { kind: string; aggregateId: string; sequence: number } {
	const [first, last] = [eventId.indexOf(":"), eventId.lastIndexOf(":")];
	const sequence = Number(eventId.slice(last + 1));
	return {
		kind: eventId.slice(0, first),
		aggregateId: eventId.slice(first + 1, last),
		sequence: Number.isSafeInteger(sequence) ? sequence : 0,
	};
}

/** A part that cannot be had is left out; the story says that it is not complete. */
async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
	try {
		return await answer;
	} catch {
		return null;
	}
}
