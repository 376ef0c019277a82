import type { Breaker } from "../breakers.ts";
import type { Runtime } from "../runtime.ts";
import type { EventLog } from "../store/port.ts";
import { histogramSamples, type Reading, type Sample } from "./metric.ts";

const BREAKER_VALUES = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 } as const;

/** Store, mailboxes, bus and circuit breakers of this process. */
export function platformReadings(runtime: Runtime, breakers: () => readonly Breaker[]): readonly Reading[] {
	const { actors, store, commits } = runtime;
	return [
		gauge("payflow_store_writable", "1 while the store accepts writes.", () => Number(store.isWritable())),
		gauge("payflow_actors_active", "Aggregates with work under way.", () => actors.figures().active),
		gauge("payflow_mailbox_waiting", "Commands waiting in mailboxes.", () => actors.figures().waiting),
		gauge("payflow_mailbox_deepest", "Commands in the fullest mailbox.", () => actors.figures().deepest),
		{
			name: "payflow_commit_batch_size",
			help: "Commits that became durable together.",
			type: "histogram",
			read: () => histogramSamples(commits.sizes()),
		},
		{
			name: "payflow_commit_duration_seconds",
			help: "Time until a batch of commits was durable.",
			type: "histogram",
			read: () => histogramSamples(commits.seconds()),
		},
		{
			name: "payflow_breaker_state",
			help: "Circuit breaker of an action: 0 closed, 1 trying, 2 open.",
			type: "gauge",
			read: () => breakers().map(breakerSample),
		},
		...busReadings(runtime),
	];
}

function busReadings(runtime: Runtime): readonly Reading[] {
	const { bus } = runtime;
	const figures = ["position", "lag", "parked", "dead"] as const;
	const counts = figures.map((figure): Reading => {
		const read = async () =>
			(await bus.status()).map((status): Sample => ({ labels: { group: status.group }, value: status[figure] }));
		return { name: `payflow_bus_${figure}`, help: `Events of a consumer group: ${figure}.`, type: "gauge", read };
	});
	const oldest: Reading = {
		name: "payflow_bus_oldest_seconds",
		help: "Age of the oldest event that a consumer group has not taken, as far as this process sees; 0 when there is none.",
		type: "gauge",
		read: () => agesOf(runtime),
	};
	return [...counts, oldest];
}

async function agesOf({ bus, log, clock }: Runtime): Promise<readonly Sample[]> {
	const groups = await bus.status();
	return Promise.all(
		groups.map(async ({ group, lag, position }): Promise<Sample> => {
			const oldest = bus.oldest === undefined ? await nextIn(log, position, lag) : bus.oldest(group);
			const value = oldest === null ? 0 : Math.max(0, clock.now() - Date.parse(oldest)) / 1_000;
			return { labels: { group }, value };
		}),
	);
}

async function nextIn(log: EventLog, position: number, lag: number): Promise<string | null> {
	const [next] = lag === 0 ? [] : await log.read(position, 1);
	return next?.event.time ?? null;
}

function breakerSample({ action, nodeId, state, forced }: Breaker): Sample {
	return { labels: { action, node: nodeId }, value: BREAKER_VALUES[forced ?? state] };
}

function gauge(name: string, help: string, read: () => number): Reading {
	return { name, help, type: "gauge", read: () => [{ value: read() }] };
}
