import type { Commit, Store } from "../../mixins/store/port.ts";
import type { Outcome } from "../../services/shared/events.ts";
import { envelope } from "./envelopes.ts";

interface Told {
	/** Minutes after nine. */
	readonly minute: number;
	readonly type: string;
	readonly outcome?: Outcome;
	readonly ms?: number;
	readonly bySaga?: true;
}

/** Two purchases, one of them declined, a stage and a refund between nine and eleven: the log's worked example. */
const EXAMPLE: readonly Told[] = [
	{ minute: 5, type: "order.created", ms: 120 },
	{ minute: 5, type: "payment.created", ms: 30 },
	{ minute: 6, type: "payment.approved", ms: 800 },
	{ minute: 6, type: "order.confirmed", ms: 40 },
	{ minute: 70, type: "order.created", ms: 80 },
	{ minute: 70, type: "payment.created", ms: 20 },
	{ minute: 71, type: "payment.failed", outcome: "FAILED", ms: 500 },
	{ minute: 71, type: "order.failed", outcome: "FAILED" },
	{ minute: 90, type: "stage.started" },
	{ minute: 100, type: "payment.cancelled", ms: 150, bySaga: true },
];

/** Commits the events of the worked example, each of an aggregate of its own; `nine` is clock milliseconds. */
export async function commitWorkedExample(store: Store, nine: number): Promise<void> {
	const commits = EXAMPLE.map(({ minute, type, outcome = "SUCCESS", ms = null, bySaga }, index): Commit => {
		const kind = type.split(".")[0] ?? "";
		const subject = `EX_${String(index).padStart(8, "0")}`;
		const plain = envelope({ subject, kind, type, data: { userId: "USR_1" } }, 1);
		const time = new Date(nine + minute * 60_000).toISOString();
		const commandid = bySaga === true ? "SAG_1:payment:compensation" : "CMD_1";
		const event = { ...plain, time, outcome, processingtimems: ms, commandid };
		return { kind, id: subject, expectedVersion: 0, state: {}, events: [event], commands: [] };
	});
	await store.commit(commits);
}
