import { request } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { virtualClock } from "../../../mixins/clock/virtual.ts";
import type { VirtualClock } from "../../../mixins/clock/virtual.ts";
import { createTwin, DEMO_SECRET_KEY } from "../../../services/toss-twin/twin.ts";
import type { Twin } from "../../../services/toss-twin/running.ts";
import type { TwinOptions } from "../../../services/toss-twin/twin.ts";

type Texts =
	| "authKey"
	| "billingKey"
	| "checkoutUrl"
	| "code"
	| "eventType"
	| "field"
	| "lastTransactionKey"
	| "mId"
	| "method"
	| "orderId"
	| "paymentKey"
	| "receiptKey"
	| "redirectUrl"
	| "secret"
	| "sessionId"
	| "status"
	| "transactionKey"
	| "url";
type Numbers = "amount" | "attempts" | "balanceAmount" | "lastCursor" | "next" | "number" | "totalAmount" | "used";
type Lists = "cancels" | "charges" | "faults" | "refunds" | "sessions" | "webhooks";

/** The fields of all answers in one; which of them are there, the test knows. */
export type Fields = Readonly<Record<Texts, string> & Record<Numbers, number>> & {
	readonly [List in Lists]: readonly Fields[];
} & { readonly data: Fields; readonly virtualAccount: { readonly accountNumber: string }; readonly isVirtual: boolean };

export interface Reply {
	readonly status: number;
	readonly headers: Record<string, string | string[] | undefined>;
	readonly text: string;
	/** Undefined when the body is no JSON. */
	readonly json: Fields & readonly Fields[];
}

export interface Ask {
	readonly method?: string;
	readonly path: string;
	readonly body?: unknown;
	readonly raw?: string;
	readonly key?: string | null;
	readonly headers?: Record<string, string>;
}

/** The moment all tests start at: 2026-03-02 10:15:30 in Seoul. */
export const START = Date.parse("2026-03-02T10:15:30+09:00");

export interface Running {
	readonly url: string;
	readonly clock: VirtualClock;
	readonly twin: Twin;
	readonly faults: unknown[];
	ask(given: Ask): Promise<Reply>;
	/** A payment the buyer has authenticated. */
	approved(orderId: string, amount?: number, more?: Record<string, unknown>): Promise<string>;
	/** A payment that is paid. */
	paid(orderId: string, amount?: number, more?: Record<string, unknown>): Promise<string>;
	confirm(paymentKey: string, orderId: string, amount?: number, headers?: Record<string, string>): Promise<Reply>;
	stop(): Promise<void>;
}

export function basic(secretKey: string): string {
	return `Basic ${Buffer.from(`${secretKey}:`).toString("base64")}`;
}

/** One request; rejects when the connection ends without an answer. */
export function send(url: string, given: Ask): Promise<Reply> {
	const body = given.raw ?? (given.body === undefined ? undefined : JSON.stringify(given.body));
	const key = given.key === undefined ? DEMO_SECRET_KEY : given.key;
	return new Promise((resolve, reject) => {
		const call = request(
			url + given.path,
			{
				method: given.method ?? (body === undefined ? "GET" : "POST"),
				agent: false,
				headers: {
					...(key === null ? {} : { authorization: basic(key) }),
					...(body === undefined ? {} : { "content-type": "application/json" }),
					...given.headers,
				},
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk: Buffer) => chunks.push(chunk));
				response.on("error", reject);
				response.on("aborted", () => reject(new Error("aborted")));
				response.on("end", () => {
					const text = Buffer.concat(chunks).toString("utf8");
					resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
				});
			},
		);
		call.on("error", reject);
		call.end(body);
	});
}

function parsed(text: string): Reply["json"] {
	try {
		return JSON.parse(text) as Reply["json"];
	} catch {
		return undefined as unknown as Reply["json"];
	}
}

/** A Twin in memory on a free port, with a clock that stands still. */
export async function runTwin(options: TwinOptions = {}): Promise<Running> {
	const clock = virtualClock(START);
	const faults: unknown[] = [];
	const twin = createTwin({ clock, report: (error) => void faults.push(error), ...options });
	const { url } = await twin.start();
	const ask = (given: Ask): Promise<Reply> => send(url, given);
	const approved: Running["approved"] = async (orderId, amount = 1000, more = {}) => {
		const body = { orderId, amount, orderName: "커피 원두", ...more };
		const { json } = await ask({ path: "/twin/sessions", body });
		await ask({ path: `/twin/sessions/${json.sessionId}/approve`, body: {} });
		return json.paymentKey;
	};
	const confirm: Running["confirm"] = (paymentKey, orderId, amount = 1000, headers = {}) =>
		ask({ path: "/v1/payments/confirm", body: { paymentKey, orderId, amount }, headers });
	return {
		url,
		clock,
		twin,
		faults,
		ask,
		approved,
		confirm,
		paid: async (orderId, amount = 1000, more = {}) => {
			const paymentKey = await approved(orderId, amount, more);
			await confirm(paymentKey, orderId, amount);
			return paymentKey;
		},
		stop: () => twin.stop(),
	};
}

/** A folder that is gone after the test. */
export function scratch(): { folder: string; remove(): void } {
	const folder = mkdtempSync(join(tmpdir(), "toss-twin-"));
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Waits for something to become true, looking again whenever the event loop has turned. */
export async function until<Value>(
	probe: () => Value | Promise<Value>,
	deadlineMs = 5000,
): Promise<NonNullable<Value>> {
	const end = Date.now() + deadlineMs;
	for (;;) {
		const value = await probe();
		if (value !== null && value !== undefined && value !== false) return value;
		if (Date.now() > end) throw new Error("The condition did not come true in time.");
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
}
