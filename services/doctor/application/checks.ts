import type { CheckName } from "../contract.ts";
import { finding } from "../domain/finding.ts";
import type { ExaminerDeps } from "./ports.ts";
import type { Tally } from "./tally.ts";

const BOOK = "main";
const PAGE = 50;
/** A book is verified as a whole; a large one takes minutes. */
const VERIFY_TIMEOUT_MS = 6 * 3_600_000;

interface Counted {
	readonly isHolding: boolean;
	readonly broken: readonly string[];
}

/** Every stored row is what was written, and none is missing. */
export async function checkRows({ rows, pause }: ExaminerDeps, tally: Tally): Promise<void> {
	if (rows === null) {
		tally.skip("rows");
		return;
	}
	tally.begin("rows", await rows.total());
	for await (const { rows: read, damaged } of rows.pages()) {
		tally.advance("rows", read);
		for (const sentence of damaged)
			tally.add(finding("rows", "row-damaged", "the store", ["every row as it was written", sentence]));
		await pause();
	}
}

/** Every book of the ledger is an unbroken chain whose sums come out. */
export async function checkLedger({ caller }: ExaminerDeps, tally: Tally): Promise<void> {
	tally.begin("ledger", 1);
	const { firstBreak, trialBalance } = await caller.call("ledger.verify", {}, { timeout: VERIFY_TIMEOUT_MS });
	if (firstBreak !== null) {
		const { sequence, reason, detail } = firstBreak;
		const found = `batch ${sequence}: ${reason} (${detail})`;
		tally.add(finding("ledger", "ledger-broken", BOOK, ["an unbroken chain", found]));
	}
	if (trialBalance.difference !== 0)
		tally.add(finding("ledger", "ledger-broken", BOOK, ["debits = credits", `${trialBalance.difference} won apart`]));
	tally.advance("ledger", 1);
}

/** Every product's figures are what its events come to. */
export function checkStock(deps: ExaminerDeps, tally: Tally): Promise<void> {
	return countAgain(deps, tally, "stock", async (cursor) => {
		const { items, nextCursor } = await deps.caller.call("inventory.invariants", { limit: PAGE, ...cursor });
		return { items: items.map((item) => ({ ...item, subject: item.productId })), nextCursor };
	});
}

/** Every account's points are what its events come to. */
export function checkPoints(deps: ExaminerDeps, tally: Tally): Promise<void> {
	return countAgain(deps, tally, "points", async (cursor) => {
		const { items, nextCursor } = await deps.caller.call("points.invariants", { limit: PAGE, ...cursor });
		return { items: items.map((item) => ({ ...item, subject: item.userId })), nextCursor };
	});
}

async function countAgain(
	{ pause }: ExaminerDeps,
	tally: Tally,
	check: CheckName & ("stock" | "points"),
	pageAfter: (cursor: { cursor?: string }) => Promise<{
		readonly items: readonly (Counted & { readonly subject: string })[];
		readonly nextCursor: string | null;
	}>,
): Promise<void> {
	tally.begin(check, null);
	let cursor: { cursor?: string } = {};
	for (;;) {
		const { items, nextCursor } = await pageAfter(cursor);
		for (const { subject, broken } of items)
			for (const sentence of broken)
				tally.add(finding(check, `${check}-broken`, subject, ["the figures of its events", sentence]));
		tally.advance(check, items.length);
		if (nextCursor === null) return;
		cursor = { cursor: nextCursor };
		await pause();
	}
}
