import { controlReader } from "../domain/body.ts";
import { seoulIso } from "../domain/dates.ts";
import { ControlRefusal } from "../domain/errors.ts";
import type { Fault } from "../domain/faults.ts";
import { bodyList } from "../domain/requests.ts";
import { isAllowedTarget } from "../domain/webhooks.ts";
import type { NumberedMovement, Webhook } from "../application/ports.ts";
import { jsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { ControlCall, ControlDeps, ControlRoute } from "./control.ts";
import { numberOf } from "./control.ts";
import type { Route } from "./router.ts";

/** The registered webhook address lives under this name; an empty one means that none is wanted. */
export const WEBHOOK_URL = "webhookUrl";
const PAGE_MAX = 1000;
const FAULTS_PER_CALL_MAX = 100;
const ADVANCE_MAX_MS = 10 * 366 * 86_400_000;

/** Faults, books, webhooks, the clock. */
export const toolRoutes: readonly Route<ControlRoute>[] = [
	{ method: "GET", pattern: "/health", target: { kind: "read", isPublic: true, handle: health } },
	{ method: "POST", pattern: "/twin/faults", target: { kind: "write", handle: addFaults } },
	{ method: "GET", pattern: "/twin/faults", target: { kind: "read", handle: listFaults } },
	{ method: "DELETE", pattern: "/twin/faults", target: { kind: "write", handle: clearFaults } },
	{ method: "GET", pattern: "/twin/books", target: { kind: "read", handle: books } },
	{ method: "PUT", pattern: "/twin/webhook-url", target: { kind: "write", handle: setWebhookUrl } },
	{ method: "GET", pattern: "/twin/webhook-url", target: { kind: "read", handle: getWebhookUrl } },
	{ method: "DELETE", pattern: "/twin/webhook-url", target: { kind: "write", handle: clearWebhookUrl } },
	{ method: "GET", pattern: "/twin/webhooks", target: { kind: "read", handle: listWebhooks } },
	{ method: "POST", pattern: "/twin/webhooks/:number/resend", target: { kind: "write", handle: resend } },
	{ method: "POST", pattern: "/twin/clock/advance", target: { kind: "async", handle: advanceClock } },
	{ method: "GET", pattern: "/twin/clock", target: { kind: "read", handle: readClock } },
];

function health(deps: ControlDeps): Answer {
	return jsonAnswer(200, { status: "UP", service: "toss-twin", time: seoulIso(deps.clock.now()) });
}

function addFaults(deps: ControlDeps, call: ControlCall): Answer {
	const bodies = call.list === null ? [call.body] : bodyList(call.list, "faults", FAULTS_PER_CALL_MAX);
	return jsonAnswer(201, { faults: deps.faults.add(bodies).map(faultView) });
}

function listFaults(deps: ControlDeps): Answer {
	return jsonAnswer(200, { faults: deps.faults.list().map(faultView) });
}

function clearFaults(deps: ControlDeps): Answer {
	deps.faults.clear();
	return jsonAnswer(200, { faults: [] });
}

function faultView(fault: Fault): Record<string, unknown> {
	const match = Object.fromEntries(Object.entries(fault.match).filter(([, value]) => value !== null));
	return { ...fault, match };
}

/** What really happened, oldest first: the truth for audits. `next` is the place to go on from, null at the end. */
function books(deps: ControlDeps, call: ControlCall): Answer {
	const after = numberOf(call.query, "after", { min: 0, max: Number.MAX_SAFE_INTEGER, or: 0 });
	const limit = numberOf(call.query, "limit", { min: 1, max: PAGE_MAX, or: PAGE_MAX });
	const rows = deps.core.payments.booksAfter(after, limit);
	return jsonAnswer(200, {
		charges: rows.filter(({ kind }) => kind === "charge").map(bookView),
		refunds: rows.filter(({ kind }) => kind === "refund").map(bookView),
		next: rows.length < limit ? null : (rows.at(-1)?.seq ?? null),
	});
}

function bookView(row: NumberedMovement): Record<string, unknown> {
	const { paymentKey, orderId, amount, transactionKey, method, mId, seq } = row;
	return { paymentKey, orderId, amount, at: seoulIso(row.at), transactionKey, method, mId, seq };
}

function setWebhookUrl(deps: ControlDeps, call: ControlCall): Answer {
	const url = controlReader(call.body).text("url", 1, 2000);
	if (!isAllowedTarget(url, deps.webhookHosts))
		throw new ControlRefusal(400, "WEBHOOK_NOT_LOCAL", "Webhooks only go to addresses of this machine.", "url");
	deps.core.records.saveSetting(WEBHOOK_URL, url);
	return jsonAnswer(200, { url });
}

function getWebhookUrl(deps: ControlDeps): Answer {
	const url = deps.core.records.setting(WEBHOOK_URL);
	return jsonAnswer(200, { url: url === "" ? null : url });
}

function clearWebhookUrl(deps: ControlDeps): Answer {
	deps.core.records.saveSetting(WEBHOOK_URL, "");
	return jsonAnswer(200, { url: null });
}

function listWebhooks(deps: ControlDeps, call: ControlCall): Answer {
	const after = numberOf(call.query, "after", { min: 0, max: Number.MAX_SAFE_INTEGER, or: 0 });
	const limit = numberOf(call.query, "limit", { min: 1, max: PAGE_MAX, or: 100 });
	const webhooks = deps.webhooks.list(after, limit);
	return jsonAnswer(200, {
		webhooks: webhooks.map(webhookView),
		next: webhooks.length < limit ? null : (webhooks.at(-1)?.seq ?? null),
	});
}

function webhookView(webhook: Webhook): Record<string, unknown> {
	const { seq, id, url, event, attempts, status, lastAnswer, nextAt, createdAt } = webhook;
	return {
		number: seq,
		id,
		url,
		event,
		status,
		attempts,
		lastAnswer,
		nextAttemptAt: nextAt === null ? null : seoulIso(nextAt),
		createdAt: seoulIso(createdAt),
		body: JSON.parse(webhook.body) as unknown,
	};
}

/** Sends one again at once, whatever became of it before. */
function resend(deps: ControlDeps, call: ControlCall): Answer {
	const number = Number(call.params["number"]);
	const webhook = Number.isSafeInteger(number) ? deps.webhooks.find(number) : null;
	if (webhook === null) throw new ControlRefusal(404, "WEBHOOK_NOT_FOUND", "There is no such webhook.");
	deps.webhooks.update({ ...webhook, status: "PENDING", nextAt: deps.clock.now() });
	deps.nudge();
	return jsonAnswer(202, { number, status: "PENDING" });
}

function readClock(deps: ControlDeps): Answer {
	return jsonAnswer(200, { now: seoulIso(deps.clock.now()), isVirtual: deps.advance !== null });
}

async function advanceClock(deps: ControlDeps, call: ControlCall): Promise<Answer> {
	if (deps.advance === null)
		throw new ControlRefusal(409, "CLOCK_IS_REAL", "Time is real here; start with CLOCK=virtual to move it.");
	const read = controlReader(call.body);
	const ms = read.won("ms", 0);
	if (ms > ADVANCE_MAX_MS) read.refuse("ms", `must be at most ${ADVANCE_MAX_MS}`);
	await deps.advance(ms);
	return readClock(deps);
}
