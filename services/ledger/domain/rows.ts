import type { EntryKind } from "../contract.ts";
import { chartPathOf, isChartPath } from "./chart.ts";
import { balanceRowIdOf, entryRowIdOf, type Batch } from "./batch.ts";
import { amountOf } from "./entry.ts";

/** Where an entry stands, to find it by order or payment and to add up without reading batches. */
export interface EntryRow {
	readonly sequence: number;
	readonly index: number;
	readonly kind: EntryKind;
	readonly amount: number;
	readonly orderId: string | null;
	readonly paymentId: string | null;
}

/** An account's totals after a batch that moved it. */
export interface BalanceRow {
	readonly sequence: number;
	readonly account: string;
	readonly postedAt: string;
	readonly debits: number;
	readonly credits: number;
}

/** An account of a single owner, opened by the first entry that names it. */
export interface OwnerRow {
	readonly parent: string;
}

/** A row with its document id. */
export interface Identified<Row> {
	readonly id: string;
	readonly row: Row;
}

/** The rows of a batch; they can be made again from it at any time and come out the same. */
export interface Rows {
	readonly entries: readonly Identified<EntryRow>[];
	readonly balances: readonly Identified<BalanceRow>[];
	readonly owners: readonly Identified<OwnerRow>[];
}

/** What is looked up of a batch. */
export function rowsOf({ book, sequence, postedAt, entries, balances }: Batch): Rows {
	return {
		entries: entries.map((entry, index) => ({
			id: entryRowIdOf(book, sequence, index),
			row: {
				sequence,
				index,
				kind: entry.kind,
				amount: amountOf(entry),
				orderId: entry.orderId,
				paymentId: entry.paymentId,
			},
		})),
		balances: balances.map(({ account, debits, credits }) => ({
			id: balanceRowIdOf(book, sequence, account),
			row: { sequence, account, postedAt, debits, credits },
		})),
		owners: balances
			.filter(({ account }) => !isChartPath(account))
			.map(({ account }) => ({ id: account, row: { parent: chartPathOf(account) } })),
	};
}
