import { request } from "undici";
import type { Dispatcher } from "undici";
import type { Clock, Timer } from "../../../mixins/clock/port.ts";
import type { Webhook, WebhookStore } from "../application/ports.ts";
import { seoulIso } from "../domain/dates.ts";
import { ANSWER_MS, nextAttemptAt } from "../domain/webhooks.ts";
import type { GroupCommit } from "./group-commit.ts";

const CONCURRENT_MAX = 16;

export interface WebhookSenderDeps {
	readonly clock: Clock;
	readonly commits: GroupCommit;
	readonly webhooks: WebhookStore;
	readonly dispatcher: Dispatcher;
	readonly report: (error: unknown) => void;
}

/** Delivers what the store says is due; nothing lives only in memory, so a restart goes on where it was. */
export interface WebhookSender {
	/** Something is due at `at`: look then. */
	wakeAt(at: number): void;
	/** Stops sending and waits for what is under way. */
	stop(): Promise<void>;
}

/** Starts delivering; `wakeAt(now)` makes it look at what an earlier run left. */
export function createWebhookSender(deps: WebhookSenderDeps): WebhookSender {
	const { clock } = deps;
	const running = new Map<number, Promise<void>>();
	const closing = new AbortController();
	let timer: { readonly at: number; readonly timer: Timer } | null = null;

	const wakeAt = (at: number): void => {
		if (closing.signal.aborted || (timer !== null && timer.at <= at)) return;
		timer?.timer.cancel();
		timer = { at, timer: clock.after(Math.max(0, at - clock.now()), wake) };
	};
	const wake = (): void => {
		timer = null;
		// Not before the turn's commit: what is not on disk must not be told.
		clock.nextTurn(look);
	};
	const look = (): void => {
		if (closing.signal.aborted) return;
		const busy = new Set(running.keys());
		for (const webhook of deps.webhooks.due(clock.now(), CONCURRENT_MAX - busy.size, busy)) start(webhook);
		const next = deps.webhooks.nextDue(new Set(running.keys()));
		if (next !== null && running.size < CONCURRENT_MAX) wakeAt(next);
	};
	const start = (webhook: Webhook): void => {
		const done = deliver(deps, webhook, closing.signal)
			.catch(deps.report)
			.finally(() => {
				running.delete(webhook.seq);
				if (!closing.signal.aborted) look();
			});
		running.set(webhook.seq, done);
	};
	return {
		wakeAt,
		stop: async () => {
			timer?.timer.cancel();
			closing.abort();
			await Promise.all(running.values());
		},
	};
}

async function deliver(deps: WebhookSenderDeps, webhook: Webhook, signal: AbortSignal): Promise<void> {
	const answer = await post(deps, webhook, signal);
	// Told to stop half way: the next start sends it again, as an at-least-once sender has to.
	if (signal.aborted) return;
	const attempts = webhook.attempts + 1;
	const nextAt = answer === "200" ? null : nextAttemptAt(attempts, deps.clock.now());
	const failed = nextAt === null ? "GIVEN_UP" : "PENDING";
	const status = answer === "200" ? "DELIVERED" : failed;
	await deps.commits.commit(() => deps.webhooks.update({ ...webhook, attempts, nextAt, status, lastAnswer: answer }));
}

/** The receiver's status as text, or why there was none. */
async function post(deps: WebhookSenderDeps, webhook: Webhook, signal: AbortSignal): Promise<string> {
	try {
		const response = await request(webhook.url, {
			method: "POST",
			dispatcher: deps.dispatcher,
			headersTimeout: ANSWER_MS,
			bodyTimeout: ANSWER_MS,
			signal,
			headers: {
				"content-type": "application/json",
				"tosspayments-webhook-transmission-time": seoulIso(deps.clock.now()),
				"tosspayments-webhook-transmission-retried-count": String(webhook.attempts),
				"tosspayments-webhook-transmission-id": webhook.id,
			},
			body: webhook.body,
		});
		await response.body.dump();
		return String(response.statusCode);
	} catch (error) {
		return error instanceof Error ? error.message.slice(0, 200) || error.name : "failed";
	}
}
