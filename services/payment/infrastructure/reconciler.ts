import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import { createBackoff, type Backoff } from "../application/backoff.ts";
import type { Traffic } from "../application/confirm.ts";
import type { Provider } from "../application/ports.ts";
import { reconcile } from "../application/reconcile.ts";
import type { KnownPayment } from "../domain/model.ts";
import { createDesk } from "./desk.ts";
import { paymentAggregate } from "./payment.aggregate.ts";

/** Looks for payments without an outcome. */
export interface Reconciler {
	/** Asks the provider about all of them; with `isPatient` those it could not tell about lately have to wait. */
	run(options: { readonly isPatient: boolean }): Promise<{ examined: number; settled: number }>;
	/** The same when the pace of the settings says so. */
	tick(): Promise<void>;
}

const PAGE = 100;
const AT_ONCE = 8;
const DELAY_CAP_MS = 120_000;

/** Every payment that is open for longer than the settings allow is looked up; one failure never stops the others. */
export function createReconciler(runtime: Runtime, provider: Provider, { flights }: Traffic): Reconciler {
	const { clock, settings, store } = runtime;
	const backoff = createBackoff(() => clock.now(), settings.reconcileEveryMs, DELAY_CAP_MS);
	let nextAt = 0;

	async function settle(payment: KnownPayment): Promise<boolean> {
		const { paymentId } = payment;
		const isSettled = await contextOf(runtime, paymentId)
			.then((context) => reconcile({ desk: createDesk(runtime, context), provider }, payment))
			.catch(() => false);
		if (isSettled) backoff.settled(paymentId);
		else backoff.failed(paymentId);
		return isSettled;
	}

	async function run({ isPatient }: { readonly isPatient: boolean }): Promise<{ examined: number; settled: number }> {
		const to = new Date(clock.now() - settings.reconcileAfterMs).toISOString();
		const range = { field: "unsettledSince", to };
		let after: readonly string[] | undefined;
		let examined = 0;
		let settled = 0;
		for (;;) {
			const page = await store.find<KnownPayment>(paymentAggregate.kind, {
				range,
				direction: "asc",
				limit: PAGE,
				...(after === undefined ? {} : { after }),
			});
			const due = page.map(({ state }) => state).filter((state) => isToAsk(state, isPatient, backoff));
			const results = await inLanes(due, AT_ONCE, settle);
			examined += results.length;
			settled += results.filter(Boolean).length;
			const last = page.at(-1);
			if (last === undefined || page.length < PAGE) return { examined, settled };
			after = [last.state.unsettledSince ?? "", last.id];
		}
	}

	function isToAsk({ paymentId }: KnownPayment, isPatient: boolean, waits: Backoff): boolean {
		return !flights.has(paymentId) && (!isPatient || waits.isDue(paymentId));
	}

	return {
		run,
		async tick() {
			if (clock.now() < nextAt) return;
			nextAt = clock.now() + settings.reconcileEveryMs;
			await run({ isPatient: true });
		},
	};
}

/** What is found out now belongs to the story of the request that opened the payment's question. */
async function contextOf({ actors, ids }: Runtime, paymentId: string): Promise<CommandContext> {
	const last = (await actors.history(paymentAggregate, paymentId)).at(-1);
	const commandId = ids.next("CMD");
	return {
		commandId,
		correlationId: last?.correlationid ?? commandId,
		causationId: last?.id ?? commandId,
		actor: "SYSTEM",
	};
}

async function inLanes<Item, Result>(
	items: readonly Item[],
	lanes: number,
	work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	const rest = [...items];
	const lane = async (): Promise<void> => {
		for (let item = rest.shift(); item !== undefined; item = rest.shift()) results.push(await work(item));
	};
	await Promise.all(Array.from({ length: lanes }, lane));
	return results;
}
