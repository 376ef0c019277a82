import type { Caller } from "../../../mixins/typed.ts";
import type { ActionName, ParamsOf, ResultOf } from "../../contracts.ts";
import type { Reading, Sample } from "../../../mixins/operations/metric.ts";
import type { Tallies } from "./tallies.ts";

/** What the business metrics are read from. */
export interface BusinessSources {
	readonly caller: Caller;
	readonly tallies: Tallies;
}

/** A service that does not answer must not hold up the whole page. */
const TIMEOUT_MS = 2_000;
const ACCOUNTS_MAX = 100;
const SAGAS = ["checkout", "refund"] as const;

/** Money, orders and sagas of the whole platform, and what this gateway counts; never labelled by user, order or payment. */
export function businessReadings({ caller, tallies }: BusinessSources): readonly Reading[] {
	const ask = <Name extends ActionName>(name: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>> =>
		(caller as unknown as Asking).call(name, params, { timeout: TIMEOUT_MS }) as Promise<ResultOf<Name>>;
	return [
		...tallyReadings(tallies),
		...moneyReadings(ask),
		{
			name: "payflow_orders",
			help: "Orders by status.",
			type: "gauge",
			read: async () =>
				Object.entries(await ask("order.counts", null)).map(([status, value]) => ({ labels: { status }, value })),
		},
		{
			name: "payflow_sagas",
			help: "Sagas that are under way, or need somebody's attention.",
			type: "gauge",
			read: async () => {
				const all = await Promise.all(SAGAS.map((name) => ask("saga.metrics", { name, hours: 1 })));
				return all.flatMap(({ name, inProgress, failed }): Sample[] => [
					{ labels: { saga: name, state: "in-progress" }, value: inProgress },
					{ labels: { saga: name, state: "needs-attention" }, value: failed },
				]);
			},
		},
	];
}

interface Asking {
	call(name: string, params: unknown, options: { timeout: number }): Promise<unknown>;
}

function tallyReadings({ replays, limited, alone }: Tallies): readonly Reading[] {
	return [
		{
			name: "payflow_idempotent_replays_total",
			help: "Requests that were answered with the answer of an earlier one.",
			type: "counter",
			read: () => [{ value: replays.value }],
		},
		{
			name: "payflow_rate_limited_total",
			help: "Requests refused because there were too many.",
			type: "counter",
			read: () => Object.entries(limited).map(([limit, { value }]) => ({ labels: { limit }, value })),
		},
		{
			name: "payflow_rate_limits_alone",
			help: "1 while this gateway counts its rate limits without the others, because what they share is away.",
			type: "gauge",
			read: () => [{ value: alone.value }],
		},
	];
}

type Ask = <Name extends ActionName>(name: Name, params: ParamsOf<Name>) => Promise<ResultOf<Name>>;

function moneyReadings(ask: Ask): readonly Reading[] {
	return [
		{
			name: "payflow_payment_amount_total",
			help: "Won charged and given back.",
			type: "counter",
			read: async () => {
				const { approvedAmount, cancelledAmount } = await ask("payment.figures", null);
				return [
					{ labels: { currency: "KRW", direction: "charged" }, value: approvedAmount },
					{ labels: { currency: "KRW", direction: "refunded" }, value: cancelledAmount },
				];
			},
		},
		{
			name: "payflow_ledger_volume",
			help: "Won posted to the debit and credit side of the ledger's accounts.",
			type: "gauge",
			read: async () => {
				const { debits, credits } = await ledgerSides(ask);
				return [
					{ labels: { side: "debit" }, value: debits },
					{ labels: { side: "credit" }, value: credits },
				];
			},
		},
		{
			name: "payflow_ledger_imbalance",
			help: "Debits less credits over all accounts of the ledger, in won; anything but 0 is wrong.",
			type: "gauge",
			read: async () => {
				const { debits, credits } = await ledgerSides(ask);
				return [{ value: debits - credits }];
			},
		},
	];
}

/** The chart has a few dozen accounts; those of single owners are summed up in them. */
async function ledgerSides(ask: Ask): Promise<{ debits: number; credits: number }> {
	const { items } = await ask("ledger.accounts", { limit: ACCOUNTS_MAX });
	return {
		debits: items.reduce((total, account) => total + account.debits, 0),
		credits: items.reduce((total, account) => total + account.credits, 0),
	};
}
