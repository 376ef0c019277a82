import type { ReservationMovement } from "../../inventory/contract.ts";
import type { OrderItem } from "../../order/contract.ts";
import { finding, type Certainty, type Finding } from "./finding.ts";
import { checkoutOf, hasRunningSaga, type Purchase, type Setting } from "./purchase.ts";

/** What became of one product of an order. */
interface Holding {
	readonly productId: string;
	readonly quantity: number;
	readonly status: ReservationMovement["kind"];
	readonly sagaId: string | null;
	readonly expiresAt: string | null;
	readonly hasRecord: boolean;
}

type Report = (
	kind: Finding["kind"],
	productId: string,
	expected: string,
	found: string,
	certainty?: Certainty,
) => Finding;

/** Order and saga = reservations: what was bought has left, what was not is free. */
export function goodsFindings(purchase: Purchase, setting: Setting, certainty: Certainty): readonly Finding[] {
	const holdings = holdingsOf(purchase.stock);
	const report: Report = (kind, productId, expected, found, sure = certainty) =>
		finding("purchases", kind, `${purchase.orderId} ${productId}`, [expected, found], purchase, sure);
	return [
		...lifeFindings(purchase.stock, report),
		...recordFindings(holdings, report),
		...openFindings(purchase, holdings, setting, report),
		...soldFindings(purchase, holdings, report),
		...returnedFindings(purchase, holdings, report),
	];
}

/** What can happen to a reservation, in its order. */
const LIVES: readonly string[] = [
	"RESERVED",
	"RESERVED CONFIRMED",
	"RESERVED RELEASED",
	"RESERVED CONFIRMED RESTOCKED",
	"UNMADE",
];

/** A reservation is opened and closed once, and always of the same pieces. */
function lifeFindings(movements: readonly ReservationMovement[], report: Report): Finding[] {
	const lives = new Map<string, ReservationMovement[]>();
	for (const movement of movements) lives.set(movement.productId, [...(lives.get(movement.productId) ?? []), movement]);
	return [...lives].flatMap(([productId, life]) => {
		const told = life.map(({ kind }) => kind).join(" ");
		const pieces = [...new Set(life.map(({ quantity }) => quantity))];
		return LIVES.includes(told) && pieces.length === 1
			? []
			: [
					report(
						"reservation",
						productId,
						"one reservation, opened and closed once",
						`${told} of ${pieces.join(", ")}`,
					),
				];
	});
}

function holdingsOf(movements: readonly ReservationMovement[]): readonly Holding[] {
	const holdings = new Map<string, Holding>();
	for (const { productId, quantity, kind: status, sagaId, expiresAt, hasRecord } of movements) {
		const known = holdings.get(productId);
		if (known === undefined) holdings.set(productId, { productId, quantity, status, sagaId, expiresAt, hasRecord });
		else holdings.set(productId, { ...known, quantity, status, expiresAt });
	}
	return [...holdings.values()];
}

function recordFindings(holdings: readonly Holding[], report: Report): Finding[] {
	return holdings
		.filter(({ status, hasRecord }) => status !== "UNMADE" && !hasRecord)
		.map(({ productId }) =>
			report("reservation-record", productId, "a record of the reservation", "none that can be read", "certain"),
		);
}

/** An open reservation belongs to a saga at work, or runs out and is released. */
function openFindings(
	purchase: Purchase,
	holdings: readonly Holding[],
	{ expiredBefore }: Setting,
	report: Report,
): Finding[] {
	if (hasRunningSaga(purchase)) return [];
	const hasCheckout = checkoutOf(purchase) !== null;
	return holdings
		.filter(({ status }) => status === "RESERVED")
		.map(({ productId, quantity, expiresAt }) => {
			const isWaiting = !hasCheckout && (expiresAt ?? "") >= expiredBefore;
			const found = `${quantity} still reserved`;
			return report(
				"reservation-open",
				productId,
				"closed with its saga, or released in time",
				found,
				isWaiting ? "moving" : "suspected",
			);
		});
}

/** Everything the order names has left, in the right number, and nothing else. */
function soldFindings(purchase: Purchase, holdings: readonly Holding[], report: Report): Finding[] {
	const wanted = soldTo(purchase);
	if (wanted === null) return [];
	const left = new Map(
		holdings.filter(({ status }) => status === "CONFIRMED").map(({ productId, quantity }) => [productId, quantity]),
	);
	return [...new Set([...wanted.keys(), ...left.keys()])]
		.filter((productId) => wanted.get(productId) !== left.get(productId))
		.map((productId) =>
			report("reservation", productId, `${wanted.get(productId) ?? 0} sold`, `${left.get(productId) ?? 0} have left`),
		);
}

/** Pieces that a confirmed order has bought, by product; null for any other order. */
function soldTo(purchase: Purchase): ReadonlyMap<string, number> | null {
	const facts = purchase.order?.facts ?? null;
	if (facts === null || checkoutOf(purchase)?.status !== "COMPLETED") return null;
	return facts.status === "CONFIRMED" || facts.status === "COMPLETED" ? piecesOf(facts.items) : null;
}

function piecesOf(items: readonly OrderItem[]): ReadonlyMap<string, number> {
	const pieces = new Map<string, number>();
	for (const { productId, quantity } of items)
		if (productId !== null) pieces.set(productId, quantity + (pieces.get(productId) ?? 0));
	return pieces;
}

/** An order that has ended has nothing. */
function returnedFindings(purchase: Purchase, holdings: readonly Holding[], report: Report): Finding[] {
	const status = purchase.order?.facts?.status;
	if (status !== "CANCELLED" && status !== "FAILED") return [];
	return holdings
		.filter((holding) => holding.status === "CONFIRMED")
		.map(({ productId, quantity }) =>
			report("reservation", productId, `nothing, the order is ${status}`, `${quantity} have left and not come back`),
		);
}
