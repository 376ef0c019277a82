import { ordersOf, paymentsOf, type OrderFact } from "./evidence.ts";
import type { Buyer } from "./purchase.ts";
import { pause, type Facts, type Wire } from "./wire.ts";

/** How it came to rest. */
export interface Drained {
	readonly ms: number;
	/** What was still open when the patience ended, one sentence each. */
	readonly open: readonly string[];
	/** Age of the oldest thing that is open, in ms; null when nothing is. */
	readonly oldestMs: number | null;
	/**
	 * Orders whose buyer cancelled while the charge was asked for, and whose charge never arrived at the provider: nothing
	 * is charged on purpose to give it back, so they end when the provider's window has closed, after 15 minutes.
	 */
	readonly waiting: readonly string[];
}

const LOOK_MS = 250;
const OPEN_PAYMENT: ReadonlySet<string> = new Set(["APPROVING", "CANCELLING"]);

/** Whom to ask, and how long. */
export interface DrainOptions {
	readonly platform: Wire;
	readonly buyers: readonly Buyer[];
	readonly admin: string;
	readonly maxMs: number;
	readonly onLook: (open: number) => void;
}

/** Waits until every event is delivered, every saga has ended and every payment has an outcome. */
export async function drain(options: DrainOptions): Promise<Drained> {
	const startedAt = Date.now();
	const waiting = new Set<string>();
	let suspects: ReadonlySet<string> | null = null;
	for (;;) {
		const orders = await openOrders(options, suspects, waiting);
		const open = [...(await openMachinery(options)), ...orders.map(({ orderId, why }) => `${orderId}: ${why}`)];
		options.onLook(open.length);
		const ms = Date.now() - startedAt;
		// Once everything seems quiet, everything is looked at again: an event on its way may still open something.
		const isOver = open.length === 0 && suspects === null;
		if (isOver || ms > options.maxMs)
			return { ms, open, oldestMs: isOver ? null : ageOf(orders, startedAt), waiting: [...waiting] };
		suspects = open.length === 0 ? null : new Set(orders.map(({ orderId }) => orderId));
		await pause(LOOK_MS);
	}
}

function ageOf(orders: readonly OpenOrder[], startedAt: number): number {
	return Date.now() - Math.min(startedAt, ...orders.map(({ createdAt }) => Date.parse(createdAt)));
}

async function isCancelDeferred(platform: Wire, orderId: string, admin: string): Promise<boolean> {
	const answer = await platform.ask("GET", `/api/logs/payments/${orderId}/history`, { token: admin });
	const rows = Array.isArray(answer?.body) ? (answer.body as readonly Facts[]) : [];
	return rows.some(({ eventType }) => eventType === "payment.cancel-deferred");
}

interface OpenOrder {
	readonly orderId: string;
	readonly why: string;
	readonly createdAt: string;
}

async function openOrders(
	{ platform, buyers, admin }: DrainOptions,
	suspects: ReadonlySet<string> | null,
	waiting: Set<string>,
): Promise<OpenOrder[]> {
	const orders = [...(await ordersOf(platform, buyers)).values()].filter(({ orderId }) => !waiting.has(orderId));
	const looked = orders.filter(
		({ orderId, status, isCancelRequested }) =>
			suspects === null || suspects.has(orderId) || status === "PAID" || isCancelRequested,
	);
	const payments = await paymentsOf(
		platform,
		looked.map(({ orderId }) => orderId),
		admin,
	);
	const open: OpenOrder[] = [];
	for (const order of looked) {
		const payment = payments.get(order.orderId)?.status ?? "unknown";
		if (!isOpen(order, payment)) continue;
		if (payment === "APPROVING" && (await isCancelDeferred(platform, order.orderId, admin))) waiting.add(order.orderId);
		else open.push({ ...order, why: `order ${order.status}, payment ${payment}` });
	}
	return open;
}

/** A payment that has its outcome is followed by its order. */
function isOpen({ status, isCancelRequested }: OrderFact, payment: string): boolean {
	const isBehind = status === "PENDING" && payment !== "PENDING";
	return OPEN_PAYMENT.has(payment) || status === "PAID" || isCancelRequested || isBehind;
}

async function openMachinery({ platform, admin }: DrainOptions): Promise<string[]> {
	const bus = (await platform.read("/api/admin/bus", admin))["items"] as readonly Facts[];
	const groups = bus
		.filter(({ lag, parked }) => Number(lag) + Number(parked) > 0)
		.map(({ group, lag, parked }) => `${String(group)} is ${String(lag)} events behind, ${String(parked)} parked`);
	const sagas: string[] = [];
	for (const status of ["STARTED", "COMPENSATING"]) {
		const items = (await platform.read(`/api/saga?status=${status}&limit=20`, admin))["items"] as readonly Facts[];
		sagas.push(...items.map(({ sagaId }) => `${String(sagaId)} is ${status}`));
	}
	return [...groups, ...sagas];
}
