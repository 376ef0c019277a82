import type { Evidence, Movement, OrderFact, PaymentFact, Posting, Shelf } from "./evidence.ts";

/** Sums over everything, in won, pieces and points; equal on every line when the books are right. */
export interface Balances {
	readonly charged: { readonly provider: number; readonly payments: number; readonly ledger: number };
	readonly refunded: { readonly provider: number; readonly payments: number; readonly ledger: number };
	readonly net: {
		readonly provider: number;
		readonly payments: number;
		readonly ledger: number;
		readonly orders: number;
	};
	readonly stock: { readonly taken: number; readonly orders: number; readonly reserved: number };
	readonly points: { readonly accounts: number; readonly ledger: number; readonly orders: number };
	/** Charges that were sent back because the payment had ended or the answer was wrong. */
	readonly sentBack: { readonly count: number; readonly amount: number };
}

/** What is wrong, one sentence each; all empty when nothing is. */
export interface Findings {
	readonly balances: Balances;
	/** Money, points or stock that does not agree. */
	readonly differences: readonly string[];
	/** Charged, refunded or posted more than once. */
	readonly doubled: readonly string[];
	/** Not at an end. */
	readonly stuck: readonly string[];
}

const POINT_RATE_BPS = 100;
const BPS = 10_000;
/** Orders whose buyer has the goods. */
const KEPT: ReadonlySet<string> = new Set(["CONFIRMED", "COMPLETED"]);
const UNSETTLED: ReadonlySet<string> = new Set(["APPROVING", "CANCELLING"]);

/**
 * Compares what provider, payments, ledger, orders, stock and points say; believes none of them. Orders in `waiting` may
 * be open, but nothing may have been charged for them.
 */
export function compare(
	evidence: Evidence,
	before: ReadonlyMap<string, Shelf>,
	waiting: ReadonlySet<string> = new Set(),
): Findings {
	const byOrder = tallyByOrder(evidence);
	const perOrder = [...byOrder.values()].map((tally) => findingsOf(tally));
	return {
		balances: balancesOf(evidence, byOrder, before),
		differences: [
			...perOrder.flatMap(({ differences }) => differences),
			...stockDifferences(evidence, before),
			...pointsDifferences(evidence, byOrder),
			...(evidence.chain.isIntact ? [] : ["the ledger's chain is broken"]),
			...(evidence.chain.difference === 0 ? [] : [`the trial balance is off by ${evidence.chain.difference}`]),
		],
		doubled: [...perOrder.flatMap(({ doubled }) => doubled), ...repeatedCauses(evidence)],
		stuck: perOrder.flatMap(({ orderId, stuck }) => (waiting.has(orderId) ? [] : stuck)),
	};
}

/** Points of an order that was kept. */
export function pointsOf(amount: number): number {
	return Math.floor((amount * POINT_RATE_BPS) / BPS);
}

interface Tally {
	readonly orderId: string;
	readonly order: OrderFact | null;
	readonly payment: PaymentFact | null;
	readonly charges: Movement[];
	readonly refunds: Movement[];
	readonly money: Posting[];
	readonly points: Posting[];
}

function tallyByOrder(evidence: Evidence): Map<string, Tally> {
	const tallies = new Map<string, Tally>();
	const at = (orderId: string): Tally => {
		const known = tallies.get(orderId);
		if (known !== undefined) return known;
		const order = evidence.orders.get(orderId) ?? null;
		const payment = evidence.payments.get(orderId) ?? null;
		const tally: Tally = { orderId, order, payment, charges: [], refunds: [], money: [], points: [] };
		tallies.set(orderId, tally);
		return tally;
	};
	for (const orderId of evidence.orders.keys()) at(orderId);
	for (const charge of evidence.charges) at(charge.orderId).charges.push(charge);
	for (const refund of evidence.refunds) at(refund.orderId).refunds.push(refund);
	for (const posting of evidence.money) at(posting.orderId).money.push(posting);
	for (const posting of evidence.pointsMoved) at(posting.orderId).points.push(posting);
	return tallies;
}

interface OrderFindings {
	readonly orderId: string;
	readonly differences: string[];
	readonly doubled: string[];
	readonly stuck: string[];
}

function findingsOf(tally: Tally): OrderFindings {
	const { orderId, order, payment, charges } = tally;
	const say = (what: string): string => `${orderId}: ${what}`;
	if (order === null || payment === null)
		return { orderId, differences: [say("money without an order")], doubled: [], stuck: [] };
	const isStuck = UNSETTLED.has(payment.status) || order.status === "PAID" || order.isCancelRequested;
	return {
		orderId,
		differences: [...moneyDifferences(tally, payment), ...orderDifferences(order, netOf(payment))].map(say),
		doubled: charges.length > 1 ? [say(`charged ${charges.length} times`)] : [],
		stuck: isStuck ? [say(`order ${order.status}, payment ${payment.status}`)] : [],
	};
}

function moneyDifferences({ charges, refunds, money }: Tally, payment: PaymentFact): string[] {
	const net = netOf(payment);
	const inLedger = sum(money);
	const atProvider = sum(charges) - sum(refunds);
	return [
		...(net === atProvider ? [] : [`payment says ${net}, provider has ${atProvider}`]),
		...(net === inLedger ? [] : [`payment says ${net}, ledger has ${inLedger}`]),
		...(payment.isApproved ? grossDifferences(sum(charges), sum(refunds), payment) : []),
	];
}

function grossDifferences(charged: number, refunded: number, { amount, cancelledAmount }: PaymentFact): string[] {
	return [
		...(charged === amount ? [] : [`charged ${charged} instead of ${amount}`]),
		...(refunded === cancelledAmount ? [] : [`given back ${refunded}, payment says ${cancelledAmount}`]),
		...(cancelledAmount <= amount ? [] : [`given back ${cancelledAmount} of ${amount}`]),
	];
}

/** An order is kept exactly when its money is. */
function orderDifferences({ status, amount }: OrderFact, net: number): string[] {
	if (net > amount) return [`paid ${net} for ${amount}`];
	if (net > 0 && !KEPT.has(status) && status !== "PAID") return [`paid ${net}, but the order is ${status}`];
	return net === 0 && KEPT.has(status) ? [`the order is ${status} without money`] : [];
}

function stockDifferences({ orders, shelves }: Evidence, before: ReadonlyMap<string, Shelf>): string[] {
	const taken = piecesTaken(orders);
	return [...shelves].flatMap(([productId, { quantity, reserved }]) => {
		const left = (before.get(productId)?.quantity ?? 0) - (taken.get(productId) ?? 0);
		return [
			...(quantity === left ? [] : [`${productId}: ${quantity} pieces instead of ${left}`]),
			...(reserved === 0 ? [] : [`${productId}: ${reserved} pieces are still held`]),
			...(quantity < 0 ? [`${productId}: sold more than there was`] : []),
		];
	});
}

function piecesTaken(orders: Evidence["orders"]): Map<string, number> {
	const taken = new Map<string, number>();
	for (const { status, items } of orders.values()) {
		if (!KEPT.has(status)) continue;
		for (const { productId, quantity } of items)
			if (productId !== null) taken.set(productId, (taken.get(productId) ?? 0) + quantity);
	}
	return taken;
}

function pointsDifferences({ points }: Evidence, tallies: ReadonlyMap<string, Tally>): string[] {
	const earned = new Map<string, number>();
	const wrong = [...tallies.values()].flatMap(({ orderId, order, payment, points: moved }) => {
		if (order === null) return [];
		const due = duePoints(order, payment);
		earned.set(order.userId, (earned.get(order.userId) ?? 0) + due);
		return sum(moved) === due ? [] : [`${orderId}: ${sum(moved)} points in the ledger instead of ${due}`];
	});
	const off = [...points].filter(([userId, balance]) => balance !== (earned.get(userId) ?? 0));
	return [
		...wrong,
		...off.map(([userId, balance]) => `${userId}: ${balance} points instead of ${earned.get(userId) ?? 0}`),
	];
}

/** A partial refund takes back its share of the points, rounded down. */
function duePoints({ status, amount }: OrderFact, payment: PaymentFact | null): number {
	if (!KEPT.has(status)) return 0;
	const earned = pointsOf(amount);
	return earned - Math.floor((earned * (payment?.cancelledAmount ?? 0)) / amount);
}

function repeatedCauses({ money, pointsMoved }: Evidence): string[] {
	const seen = new Set<string>();
	return [...money, ...pointsMoved].flatMap(({ cause, orderId }) => {
		if (seen.has(cause)) return [`${orderId}: ${cause} was posted twice`];
		seen.add(cause);
		return [];
	});
}

function balancesOf(
	evidence: Evidence,
	tallies: ReadonlyMap<string, Tally>,
	before: ReadonlyMap<string, Shelf>,
): Balances {
	const { charges, refunds, money, orders, shelves, points, pointsMoved } = evidence;
	const payments = [...evidence.payments.values()].filter(({ isApproved }) => isApproved);
	const sentBack = [...tallies.values()]
		.filter(({ payment }) => payment?.isApproved === false)
		.flatMap((tally) => tally.charges);
	const back = sum(sentBack);
	const kept = [...orders.values()].filter(({ status }) => KEPT.has(status));
	const keptNet = kept.reduce((total, { orderId }) => {
		const payment = evidence.payments.get(orderId);
		return total + (payment === undefined ? 0 : netOf(payment));
	}, 0);
	const charged = payments.reduce((total, { amount }) => total + amount, 0);
	const refunded = payments.reduce((total, { cancelledAmount }) => total + cancelledAmount, 0);
	const booked = {
		in: sum(money.filter(({ amount }) => amount > 0)),
		out: 0 - sum(money.filter(({ amount }) => amount < 0)),
	};
	return {
		charged: { provider: sum(charges) - back, payments: charged, ledger: booked.in },
		refunded: { provider: sum(refunds) - back, payments: refunded, ledger: booked.out },
		net: {
			provider: sum(charges) - sum(refunds),
			payments: charged - refunded,
			ledger: booked.in - booked.out,
			orders: keptNet,
		},
		stock: {
			taken: total(before, "quantity") - total(shelves, "quantity"),
			orders: [...piecesTaken(orders).values()].reduce((all, pieces) => all + pieces, 0),
			reserved: total(shelves, "reserved"),
		},
		points: {
			accounts: [...points.values()].reduce((all, balance) => all + balance, 0),
			ledger: sum(pointsMoved),
			orders: kept.reduce((all, order) => all + duePoints(order, evidence.payments.get(order.orderId) ?? null), 0),
		},
		sentBack: { count: sentBack.length, amount: back },
	};
}

function total(shelves: ReadonlyMap<string, Shelf>, field: keyof Shelf): number {
	return [...shelves.values()].reduce((all, shelf) => all + shelf[field], 0);
}

function netOf({ isApproved, amount, cancelledAmount }: PaymentFact): number {
	return isApproved ? amount - cancelledAmount : 0;
}

function sum(items: readonly { readonly amount: number }[]): number {
	return items.reduce((all, { amount }) => all + amount, 0);
}
