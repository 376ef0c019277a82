import type { Commit, Store } from "../../../mixins/store/port.ts";
import { sourceOf, type Envelope, type Outcome } from "../../../services/shared/events.ts";

/** One event of a purchase: whose it is, what happened, and how it went. */
interface Step {
	readonly kind: "order" | "payment" | "saga" | "stock";
	readonly type: string;
	readonly outcome?: Outcome;
	readonly ms?: number;
}

const STEPS: readonly Step[] = [
	{ kind: "order", type: "order.created", ms: 3 },
	{ kind: "order", type: "order.pending", ms: 3 },
	{ kind: "payment", type: "payment.created", ms: 8 },
	{ kind: "payment", type: "payment.approval-requested", ms: 4 },
	{ kind: "payment", type: "payment.approved", ms: 180 },
	{ kind: "saga", type: "saga.started", ms: 6 },
	{ kind: "stock", type: "inventory.reserved", ms: 5 },
	{ kind: "order", type: "order.paid", ms: 4 },
	{ kind: "order", type: "order.confirmed", ms: 5 },
	{ kind: "saga", type: "saga.completed", ms: 240 },
];
const DECLINED: Step = { kind: "payment", type: "payment.failed", outcome: "FAILED", ms: 95 };
/** One purchase in so many is declined. */
const DECLINED_EVERY = 20;
const USERS = 5_000;

/** Events of one purchase. */
export const STEPS_PER_PURCHASE = STEPS.length;

/** Correlation id of purchase number `n`. */
export function correlationOf(n: number): string {
	return `COR_${String(n).padStart(26, "0")}`;
}

/** User of purchase number `n`. */
export function userOf(n: number): string {
	return `USR_${String(n % USERS).padStart(26, "0")}`;
}

/** The first `steps` events of purchase number `n`, a few milliseconds apart, as commits of the aggregates they are of. */
export function purchase(n: number, at: number, steps = STEPS_PER_PURCHASE): readonly Commit[] {
	const byKind = new Map<string, Envelope[]>();
	for (const [index, step] of STEPS.slice(0, steps).entries()) {
		const declined = n % DECLINED_EVERY === 0 && step.type === "payment.approved" ? DECLINED : step;
		const events = byKind.get(step.kind) ?? [];
		events.push(eventOf(declined, n, at + index * 2, events.length + 1));
		byKind.set(step.kind, events);
	}
	return [...byKind].map(([kind, events]): Commit => {
		const id = events[0]?.subject ?? "";
		return { kind, id, expectedVersion: 0, state: { status: "DONE" }, events, commands: [] };
	});
}

function eventOf({ kind, type, outcome = "SUCCESS", ms }: Step, n: number, at: number, sequence: number): Envelope {
	const subject = `${kind.slice(0, 3).toUpperCase()}_${String(n).padStart(26, "0")}`;
	const orderId = `ORD_${String(n).padStart(26, "0")}`;
	return {
		specversion: "1.0",
		id: `${kind}:${subject}:${sequence}`,
		source: sourceOf(kind),
		type,
		subject,
		time: new Date(at).toISOString(),
		correlationid: correlationOf(n),
		causationid: `CMD_${String(n).padStart(26, "0")}`,
		commandid: `CMD_${String(n).padStart(26, "0")}:${type}`,
		sequence,
		schemaversion: 1,
		actor: "SYSTEM",
		outcome,
		processingtimems: ms === undefined ? null : ms + (n % 40),
		data: { orderId, userId: userOf(n), amount: 10_000 + (n % 90) * 100, currency: "KRW", orderName: "Americano" },
	};
}

/** Commits `events` events of purchases, spread evenly over the time up to `now`. */
export async function seedEvents(store: Store, events: number, now: number, spanMs: number): Promise<void> {
	const purchases = Math.ceil(events / STEPS_PER_PURCHASE);
	const atOnce = 100;
	for (let from = 0; from < purchases; from += atOnce) {
		const commits = Array.from({ length: Math.min(atOnce, purchases - from) }, (_, index) => {
			const n = from + index;
			return purchase(n, now - spanMs + Math.floor((n / purchases) * spanMs));
		}).flat();
		const results = await store.commit(commits);
		if (results.some(({ status }) => status !== "ok")) throw new Error("the events were not stored");
	}
}
