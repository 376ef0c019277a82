import type { ResultOf } from "../../contracts.ts";
import type { CheckName } from "../contract.ts";
import { examinePurchase } from "../domain/examine-purchase.ts";
import { finding, type Finding } from "../domain/finding.ts";
import { purchaseOf, type Fact, type Setting } from "../domain/purchase.ts";
import { sagaFindings, type Patience } from "../domain/saga-health.ts";
import { mergeByKey } from "./merge.ts";
import type { ExaminerDeps, Keyed, Scratch } from "./ports.ts";
import { keyedBy, orderIdBehind, pagesOf, sortedSource, type ReadPage } from "./sources.ts";
import { LISTED_MAX, type Tally } from "./tally.ts";

/** What one look at the moving parts has found; of bounded size. */
export interface Sight {
	readonly findings: readonly Finding[];
	/** Findings beyond those that are kept. */
	readonly beyond: ReadonlyMap<CheckName, number>;
}

type Figures = ResultOf<"payment.figures">;

const PAGE = 200;
const LEDGER_PAGE = 500;
const STUCK_MAX = 1_000;
/** Checks at once: others get their turn after as many purchases. */
const PURCHASES_AT_ONCE = 100;
const MINUTE_MS = 60_000;
/** The provider answers within seconds; a payment it has not answered for after this time needs somebody. */
export const UNRESOLVED_MS = 15 * MINUTE_MS;
/** Sweeps come every minute at most. */
const SWEEP_MS = 2 * MINUTE_MS;

/**
 * Reads every side of all purchases once and compares them; with `only`, the purchases of these orders. What is read
 * first is sorted outside of the memory, so that a million orders take no more of it than one page of each side.
 */
export async function lookAt(deps: ExaminerDeps, tally: Tally, only: ReadonlySet<string> | null): Promise<Sight> {
	const scratch = deps.createScratch();
	try {
		const look = new Look(deps, tally, only, scratch);
		await look.run();
		return look.sight;
	} finally {
		scratch.close();
	}
}

class Look {
	readonly #deps: ExaminerDeps;
	readonly #tally: Tally;
	readonly #only: ReadonlySet<string> | null;
	readonly #scratch: Scratch;
	readonly #findings: Finding[] = [];
	readonly #kept = new Map<CheckName, number>();
	readonly #beyond = new Map<CheckName, number>();
	readonly #totals = { approvedCount: 0, approvedAmount: 0, cancelledAmount: 0 };
	#hasBooks = false;

	constructor(deps: ExaminerDeps, tally: Tally, only: ReadonlySet<string> | null, scratch: Scratch) {
		this.#deps = deps;
		this.#tally = tally;
		this.#only = only;
		this.#scratch = scratch;
	}

	get sight(): Sight {
		return { findings: this.#findings, beyond: this.#beyond };
	}

	async run(): Promise<void> {
		const { caller, deliveries } = this.#deps;
		const before = await caller.call("payment.figures");
		await this.#readGoods();
		await this.#readSagas();
		await this.#readPayments();
		await this.#readBooks();
		await deliveries.drained();
		this.#compareFigures(before, await caller.call("payment.figures"));
		await this.#comparePurchases();
		await this.#readDeliveries();
	}

	async #readGoods(): Promise<void> {
		const { caller } = this.#deps;
		const isBrief = this.#only !== null;
		await this.#collect(
			(after) => caller.call("inventory.movements", { limit: PAGE, isBrief, ...after }),
			(value) => keyedBy(value.orderId, { side: "stock", value }),
		);
		await this.#collect(
			(after) => caller.call("points.movements", { limit: PAGE, isBrief, ...after }),
			(value) => keyedBy(value.orderId, { side: "points", value }),
		);
	}

	async #readSagas(): Promise<void> {
		const { caller, now } = this.#deps;
		const isBrief = this.#only !== null;
		const patience: Patience = { overdueBefore: iso(now() - SWEEP_MS), stalledBefore: iso(now() - SWEEP_MS) };
		await this.#collect(
			(after) => caller.call("saga.audit", { limit: PAGE, isBrief, ...after }),
			(value) => {
				const key = value.facts?.orderId ?? orderIdBehind(value.sagaId);
				if (this.#isWanted(key)) sagaFindings(value, patience).forEach((found) => this.#find(found));
				return keyedBy(key, { side: "saga", value });
			},
			"sagas",
		);
	}

	async #readPayments(): Promise<void> {
		const { caller } = this.#deps;
		const isBrief = this.#only !== null;
		await this.#collect(
			(after) => caller.call("payment.audit", { limit: PAGE, isBrief, ...after }),
			(value) => {
				const { facts, paymentId } = value;
				if (facts?.isApproved === true) {
					this.#totals.approvedCount += 1;
					this.#totals.approvedAmount += facts.amount;
					this.#totals.cancelledAmount += facts.cancelledAmount;
				}
				return keyedBy(facts?.orderId ?? orderIdBehind(paymentId), { side: "payment", value });
			},
		);
	}

	async #readBooks(): Promise<void> {
		const { caller, pause } = this.#deps;
		for (let after: number | null = 0; after !== null;) {
			const page: Awaited<ReturnType<typeof readBooks>> = await readBooks(caller, after);
			this.#hasBooks = page.isReadable;
			this.#tally.hasProviderBooks = page.isReadable;
			this.#keep(page.movements.flatMap((value) => keyedBy(value.orderId, { side: "provider", value })));
			after = page.next;
			await pause();
		}
	}

	/** The figures grow while the payments are read: what was counted lies between those before and those after. */
	#compareFigures(before: Figures, after: Figures): void {
		for (const name of ["approvedCount", "approvedAmount", "cancelledAmount"] as const) {
			const counted = this.#totals[name];
			if (counted >= before[name] && counted <= after[name]) continue;
			const expected = `${counted}, as the payments say`;
			this.#find(finding("figures", "figures-wrong", name, [expected, `${before[name]} to ${after[name]}`]));
		}
		this.#advance("figures", 1);
	}

	async #comparePurchases(): Promise<void> {
		const { caller, now, pause } = this.#deps;
		const setting: Setting = {
			now: iso(now()),
			unresolvedBefore: iso(now() - UNRESOLVED_MS),
			expiredBefore: iso(now() - SWEEP_MS),
			hasBooks: this.#hasBooks,
		};
		const isBrief = this.#only !== null;
		const orders = sortedSource(
			pagesOf((after) => caller.call("order.audit", { limit: PAGE, isBrief, ...after })),
			(value) => keyedBy(value.orderId, { side: "order", value }),
			async ({ items, total }) => {
				if (this.#only === null) this.#tally.expect("purchases", total);
				this.#advance("purchases", items.length);
				await pause();
			},
		);
		let compared = 0;
		for await (const { key, facts } of mergeByKey([orders, this.#ledgerSource(), this.#scratchSource()])) {
			if (this.#isWanted(key) && facts.some(isOurs))
				examinePurchase(purchaseOf(key, facts), setting).forEach((found) => this.#find(found));
			if (++compared % PURCHASES_AT_ONCE === 0) await pause();
		}
	}

	#ledgerSource() {
		const { caller, pause } = this.#deps;
		const read: ReadPage<{ id: string; totals: readonly Extract<Fact, { side: "ledger" }>["value"][] }> = async ({
			after,
		}) => {
			const cursor = after === undefined ? {} : { cursor: after };
			const page = await caller.call("ledger.audit", { by: "order", limit: LEDGER_PAGE, ...cursor });
			return { items: page.items, next: page.nextCursor, total: null };
		};
		return sortedSource(
			pagesOf(read),
			({ id, totals }) => totals.flatMap((value) => keyedBy(id, { side: "ledger", value })),
			pause,
		);
	}

	#scratchSource() {
		let after: string | null = null;
		let isOver = false;
		return async () => {
			if (isOver) return null;
			const { items, next } = this.#scratch.page(after);
			after = next;
			isOver = next === null;
			return items;
		};
	}

	async #readDeliveries(): Promise<void> {
		const { deliveries } = this.#deps;
		for (const { id, group, error, isDead } of await deliveries.stuck(STUCK_MAX)) {
			const kind = isDead ? "event-dead" : "event-parked";
			this.#find(finding("deliveries", kind, id, [`delivered to ${group}`, error]));
		}
		for (const { group, lag } of await deliveries.behind())
			this.#find(
				finding("deliveries", "consumer-behind", group, ["everything delivered", `${lag} waiting`], {}, "moving"),
			);
		this.#advance("deliveries", 1);
	}

	async #collect<Item>(
		read: ReadPage<Item>,
		keyed: (item: Item) => readonly Keyed[],
		check: CheckName | null = null,
	): Promise<void> {
		for await (const { items, total } of pagesOf(read)) {
			this.#keep(items.flatMap(keyed));
			if (check !== null && this.#only === null) this.#tally.expect(check, total);
			if (check !== null) this.#advance(check, items.length);
			await this.#deps.pause();
		}
	}

	#keep(facts: readonly Keyed[]): void {
		this.#scratch.add(facts.filter(({ key }) => this.#isWanted(key)));
	}

	#isWanted(key: string): boolean {
		return this.#only === null || this.#only.has(key);
	}

	/** Progress is that of the first look. */
	#advance(check: CheckName, by: number): void {
		if (this.#only === null) this.#tally.advance(check, by);
	}

	#find(found: Finding): void {
		const kept = this.#kept.get(found.check) ?? 0;
		if (kept < LISTED_MAX) {
			this.#kept.set(found.check, kept + 1);
			this.#findings.push(found);
		} else this.#beyond.set(found.check, (this.#beyond.get(found.check) ?? 0) + 1);
	}
}

function readBooks(caller: ExaminerDeps["caller"], after: number) {
	return caller.call("toss.books", { after });
}

/** The ledger also holds entries of other doors under an order. */
function isOurs(fact: Fact): boolean {
	return fact.side !== "ledger" || /^(checkout|points)\./.test(fact.value.kind);
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
