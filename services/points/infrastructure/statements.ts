import type { Runtime } from "../../../mixins/runtime.ts";
import type { PointsAudit, PointsMovement } from "../contract.ts";
import { movementOf } from "../application/history.ts";
import { account } from "../domain/account.ts";
import type { PointsAccount, PointsEvent } from "../domain/model.ts";
import { Tally } from "../domain/tally.ts";
import { accountAggregate } from "./account.aggregate.ts";

/** Reads accounts from their stored events. */
export interface Statements {
	/** Balance and newest entries, newest first; at most `limit`. */
	of(userId: string, limit: number): Promise<{ balance: number; history: readonly PointsMovement[] }>;
	/** Counts an account again from its first event. */
	audit(userId: string): Promise<PointsAudit>;
	/** Ids of accounts in order, after one. */
	users(after: string | null, limit: number): Promise<readonly string[]>;
}

const PAGE = 100;
const AUDIT_PAGE = 1_000;
/** Events that move nothing are passed over; this many pages of them, and the statement stays short. */
const PAGES_MAX = 10;

/** Events are read a page at a time: a statement from the end, an audit from the beginning. */
export function createStatements({ store, clock }: Pick<Runtime, "store" | "clock">): Statements {
	const { kind } = accountAggregate;

	async function page(userId: string, from: number, upTo: number): Promise<readonly PointsEvent[]> {
		return (await store.events(kind, userId, { from, upTo })) as readonly unknown[] as readonly PointsEvent[];
	}

	async function historyOf(userId: string, sequence: number, limit: number): Promise<readonly PointsMovement[]> {
		const history: PointsMovement[] = [];
		let upTo = sequence;
		for (let pages = 0; pages < PAGES_MAX && upTo > 0 && history.length < limit; pages++, upTo -= PAGE) {
			const events = await page(userId, Math.max(1, upTo - PAGE + 1), upTo);
			history.push(
				...events
					.map(movementOf)
					.filter((movement) => movement !== null)
					.reverse(),
			);
		}
		return history.slice(0, limit);
	}

	return {
		async of(userId, limit) {
			const document = await store.load<PointsAccount>(kind, userId);
			const history = await historyOf(userId, document?.sequence ?? 0, limit);
			return { balance: document?.state.balance ?? 0, history };
		},
		async audit(userId) {
			const document = await store.load<PointsAccount>(kind, userId);
			const tally = new Tally();
			const last = document?.sequence ?? 0;
			for (let from = 1; from <= last; from += AUDIT_PAGE) {
				const events = await page(userId, from, Math.min(last, from + AUDIT_PAGE - 1));
				for (const [index, event] of events.entries()) tally.count(event, from + index);
				await clock.turn();
			}
			return tally.audit(userId, document?.state ?? account.initial);
		},
		async users(after, limit) {
			const from = after === null ? {} : { after: [after] };
			return (await store.find(kind, { direction: "asc", limit, ...from })).map(({ id }) => id);
		},
	};
}
