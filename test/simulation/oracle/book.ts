import type { Commit } from "../../../mixins/store/port.ts";
import type { JournalEntry } from "../../../services/ledger/contract.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { must } from "./violation.ts";

/** Events that move money or points, and the kind of entry each one has. */
const KINDS: Readonly<Record<string, { readonly kind: string; readonly field: string }>> = {
	"payment.approved": { kind: "checkout.charge", field: "amount" },
	"payment.cancelled": { kind: "checkout.refund", field: "amount" },
	"points.awarded": { kind: "points.award", field: "points" },
	"points.revoked": { kind: "points.revoke", field: "points" },
};

interface Due {
	readonly kind: string;
	readonly amount: number;
}

/** The ledger, entry by entry, beside the facts it has to tell of. */
export class LedgerWatch {
	/** Facts by event id that have no entry yet. */
	readonly missing = new Map<string, Due>();
	readonly #known = new Map<string, Due>();
	readonly #written = new Set<string>();

	onEvent({ id, type, data }: Envelope): void {
		const rule = KINDS[type];
		if (rule === undefined) return;
		const amount = Number((data as Readonly<Record<string, unknown>>)[rule.field]);
		if (amount === 0) return;
		this.#known.set(id, { kind: rule.kind, amount });
		this.missing.set(id, { kind: rule.kind, amount });
	}

	onBatch({ state }: Commit): void {
		for (const entry of (state as { readonly entries: readonly JournalEntry[] }).entries) this.#entry(entry);
	}

	#entry({ cause, kind, legs }: JournalEntry): void {
		const sumOf = (side: string) => legs.reduce((sum, leg) => (leg.side === side ? sum + leg.amount : sum), 0);
		const debits = sumOf("debit");
		must("ledger-balanced", debits === sumOf("credit"), () => `${cause}: debits ${debits}, credits ${sumOf("credit")}`);
		must("ledger-balanced", !this.#written.has(cause), () => `${cause} has two entries`);
		const due = this.#known.get(cause);
		const isRight = due?.kind === kind && due.amount === debits;
		must(
			"ledger-balanced",
			isRight,
			() => `${cause} says ${due === undefined ? "nothing" : `${due.kind} ${due.amount}`}, its entry ${kind} ${debits}`,
		);
		this.#written.add(cause);
		this.missing.delete(cause);
	}
}
