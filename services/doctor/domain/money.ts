import type { EntryKind } from "../../ledger/contract.ts";
import { finding, type Certainty, type Finding } from "./finding.ts";
import { paymentOf, type Purchase, type Setting } from "./purchase.ts";

type Report = (kind: Finding["kind"], expected: string, found: string) => Finding;

/** Won that a purchase's payment says were charged and given back. */
interface Due {
	readonly charged: number;
	readonly refunded: number;
	readonly paymentKey: string | null;
}

/** Provider's books = payment = ledger, won for won. */
export function moneyFindings(purchase: Purchase, { hasBooks }: Setting, certainty: Certainty): readonly Finding[] {
	// A payment that cannot be read has its own finding; what it would say is not known.
	if (purchase.payments.some(({ facts }) => facts === null)) return [];
	const payment = paymentOf(purchase);
	const subjects = { orderId: purchase.orderId, paymentId: payment?.paymentId ?? null };
	const report: Report = (kind, expected, found) =>
		finding("purchases", kind, purchase.orderId, [expected, found], subjects, certainty);
	const due = dueOf(purchase);
	return [...(hasBooks ? providerFindings(purchase, due, report) : []), ...ledgerFindings(purchase, due, report)];
}

function dueOf(purchase: Purchase): Due {
	const facts = paymentOf(purchase)?.facts;
	if (facts === undefined) return { charged: 0, refunded: 0, paymentKey: null };
	const { isApproved, amount, cancelledAmount: refunded, paymentKey } = facts;
	return isApproved ? { charged: amount, refunded, paymentKey } : { charged: 0, refunded: 0, paymentKey };
}

/** A payment that was not approved may have been charged and sent back: nothing is kept then. */
function providerFindings({ provider }: Purchase, due: Due, report: Report): Finding[] {
	const isOwn = ({ paymentKey }: { readonly paymentKey: string }) => due.charged > 0 && paymentKey === due.paymentKey;
	const own = wonOf(provider.filter(isOwn));
	const strange = wonOf(provider.filter((movement) => !isOwn(movement)));
	const findings: Finding[] = [];
	if (own.charged !== due.charged)
		findings.push(
			report("provider-charge", `${due.charged} won charged`, `${own.charged} won in the provider's books`),
		);
	if (own.refunded !== due.refunded)
		findings.push(
			report("provider-refund", `${due.refunded} won given back`, `${own.refunded} won in the provider's books`),
		);
	const kept = strange.charged - strange.refunded;
	if (kept !== 0)
		findings.push(
			report("provider-key", "nothing kept that no approved payment names", `the provider keeps ${kept} won`),
		);
	return findings;
}

function wonOf(movements: Purchase["provider"]): { readonly charged: number; readonly refunded: number } {
	const sum = (kind: "CHARGE" | "REFUND") =>
		movements.reduce((won, movement) => (movement.kind === kind ? won + movement.amount : won), 0);
	return { charged: sum("CHARGE"), refunded: sum("REFUND") };
}

function ledgerFindings(purchase: Purchase, due: Due, report: Report): Finding[] {
	const pairs: readonly [Finding["kind"], EntryKind, number, string][] = [
		["ledger-charge", "checkout.charge", due.charged, "won charged"],
		["ledger-refund", "checkout.refund", due.refunded, "won given back"],
		["ledger-points", "points.award", pointsOf(purchase, "AWARDED"), "points given"],
		["ledger-points", "points.revoke", pointsOf(purchase, "REVOKED"), "points taken back"],
	];
	return pairs.flatMap(([kind, entryKind, wanted, what]) => {
		const booked = bookedOf(purchase, entryKind);
		return booked === wanted ? [] : [report(kind, `${wanted} ${what}`, `${booked} in the ledger`)];
	});
}

function bookedOf({ ledger }: Purchase, wanted: EntryKind): number {
	return ledger.reduce((sum, { kind, amount }) => (kind === wanted ? sum + amount : sum), 0);
}

function pointsOf({ points }: Purchase, wanted: "AWARDED" | "REVOKED"): number {
	return points.reduce((sum, { kind, points: given }) => (kind === wanted ? sum + given : sum), 0);
}
