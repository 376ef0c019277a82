import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the provider does with the next matching request; without a script it approves. */
export type Script =
	| { act: "decline"; status?: number; code: string }
	| { act: "answer"; status: number; body: string }
	| { act: "execute-then-drop" }
	| { act: "drop" }
	| { act: "execute-then-500" }
	| { act: "wrong-amount" }
	| { act: "wrong-order" }
	| { act: "status"; status: string }
	| { act: "hang" }
	| { act: "slow"; ms: number };

/** A charge that really happened at the provider, with what of it is left. */
export interface Charge {
	paymentKey: string;
	orderId: string;
	amount: number;
	balance: number;
	status: string;
	cancels: { transactionKey: string; cancelAmount: number; cancelReason: string; canceledAt: string }[];
}

type Operation = "confirm" | "cancel" | "lookup";
interface Recorded {
	operation: Operation;
	idempotencyKey: string | null;
	authorization: string | null;
	body: Record<string, unknown>;
	path: string;
}

/** A tiny payment provider over real HTTP: its `charges` are the truth, its scripts decide what goes wrong on the way. */
export interface ScriptedProvider {
	readonly url: string;
	readonly charges: Map<string, Charge>;
	readonly requests: Recorded[];
	/** Queues scripts for an operation; each is used once, the last stays if `forEver`. */
	script(operation: Operation, scripts: readonly Script[], forEver?: boolean): void;
	/** Won charged and not given back, over all charges. */
	kept(): number;
	/** A payment made ready for confirmation. */
	authorise(paymentKey: string, orderId: string, status?: string): void;
	stop(): Promise<void>;
}

const AT = "2030-01-07T09:00:00+09:00";

export async function startScriptedProvider(): Promise<ScriptedProvider> {
	const charges = new Map<string, Charge>();
	const answers = new Map<string, { status: number; body: string }>();
	const requests: Recorded[] = [];
	const scripts: Record<Operation, Script[]> = { confirm: [], cancel: [], lookup: [] };
	const lasting: Record<Operation, Script | null> = { confirm: null, cancel: null, lookup: null };
	const waiting = new Set<ServerResponse>();

	const server = createServer((incoming, response) => void serve(incoming, response));

	async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const recorded = await recordOf(incoming);
		requests.push(recorded);
		const script = scripts[recorded.operation].shift() ?? lasting[recorded.operation];
		const key = recorded.idempotencyKey === null ? null : `${recorded.path} ${recorded.idempotencyKey}`;
		const replayed = key === null ? undefined : answers.get(key);
		if (script !== null) {
			play(script, recorded, key, response);
			return;
		}
		reply(response, replayed ?? execute(recorded, key));
	}

	function play(script: Script, recorded: Recorded, key: string | null, response: ServerResponse): void {
		switch (script.act) {
			case "decline": {
				reply(response, keep(key, script.status ?? 403, { code: script.code, message: "text of the provider" }));
				return;
			}
			case "answer": {
				reply(response, script);
				return;
			}
			case "drop":
				return void response.socket?.destroy();
			case "execute-then-drop":
				execute(recorded, key);
				return void response.socket?.destroy();
			case "execute-then-500":
				execute(recorded, key);
				{
					reply(response, { status: 500, body: '{"code":"FAILED_INTERNAL_SYSTEM_PROCESSING"}' });
					return;
				}
			case "wrong-amount": {
				reply(response, altered(execute(recorded, key), { totalAmount: 1, balanceAmount: 1 }));
				return;
			}
			case "wrong-order": {
				reply(response, altered(execute(recorded, key), { orderId: "ORD_SOMEBODY_ELSE" }));
				return;
			}
			case "status": {
				reply(response, altered(execute(recorded, key), { status: script.status }));
				return;
			}
			case "hang":
				return void waiting.add(response);
			case "slow":
				return void setTimeout(() => reply(response, execute(recorded, key)), script.ms);
		}
	}

	function keep(key: string | null, status: number, body: object) {
		const answer = { status, body: JSON.stringify(body) };
		if (key !== null) answers.set(key, answer);
		return answer;
	}

	function execute(recorded: Recorded, key: string | null): { status: number; body: string } {
		const known = key === null ? undefined : answers.get(key);
		if (known !== undefined) return known;
		if (recorded.operation === "lookup") return lookedUp(recorded);
		return recorded.operation === "confirm" ? confirmed(recorded, key) : cancelled(recorded, key);
	}

	function confirmed({ body }: Recorded, key: string | null) {
		const paymentKey = String(body["paymentKey"]);
		const before = charges.get(paymentKey);
		if (before !== undefined && before.status !== "IN_PROGRESS")
			return keep(key, 400, { code: "ALREADY_PROCESSED_PAYMENT" });
		const amount = Number(body["amount"]);
		const orderId = String(body["orderId"]);
		charges.set(paymentKey, { paymentKey, orderId, amount, balance: amount, status: "DONE", cancels: [] });
		return keep(key, 200, paymentOf(charges.get(paymentKey)));
	}

	function cancelled({ path, body }: Recorded, key: string | null) {
		const charge = charges.get(decodeURIComponent(path.split("/")[3] ?? ""));
		if (charge === undefined) return keep(key, 404, { code: "NOT_FOUND_PAYMENT" });
		if (charge.balance === 0) return keep(key, 400, { code: "ALREADY_CANCELED_PAYMENT" });
		const cancelAmount = Number(body["cancelAmount"] ?? charge.balance);
		if (cancelAmount > charge.balance) return keep(key, 403, { code: "NOT_CANCELABLE_AMOUNT" });
		const transactionKey = `tx-${charge.paymentKey}-${charge.cancels.length + 1}`;
		charge.cancels.push({ transactionKey, cancelAmount, cancelReason: String(body["cancelReason"]), canceledAt: AT });
		charge.balance -= cancelAmount;
		charge.status = charge.balance === 0 ? "CANCELED" : "PARTIAL_CANCELED";
		return keep(key, 200, paymentOf(charge));
	}

	function lookedUp({ path }: Recorded) {
		const name = decodeURIComponent(path.split("/").at(-1) ?? "");
		const charge = charges.get(name) ?? [...charges.values()].find(({ orderId }) => orderId === name);
		if (charge === undefined) return { status: 404, body: '{"code":"NOT_FOUND_PAYMENT"}' };
		return { status: 200, body: JSON.stringify(paymentOf(charge)) };
	}

	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		charges,
		requests,
		script(operation, queue, forEver = false) {
			scripts[operation] = [...queue];
			lasting[operation] = forEver ? (queue.at(-1) ?? null) : null;
		},
		kept: () =>
			[...charges.values()].reduce((sum, { status, balance }) => (status === "IN_PROGRESS" ? sum : sum + balance), 0),
		authorise: (paymentKey, orderId, status = "IN_PROGRESS") =>
			void charges.set(paymentKey, { paymentKey, orderId, amount: 0, balance: 0, status, cancels: [] }),
		stop: () =>
			new Promise((resolve) => {
				for (const response of waiting) response.socket?.destroy();
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

async function recordOf(incoming: IncomingMessage): Promise<Recorded> {
	let text = "";
	for await (const chunk of incoming) text += String(chunk);
	const path = incoming.url ?? "";
	const operation = incoming.method === "GET" ? "lookup" : path.endsWith("/cancel") ? "cancel" : "confirm";
	return {
		operation,
		path,
		idempotencyKey: (incoming.headers["idempotency-key"] as string | undefined) ?? null,
		authorization: incoming.headers.authorization ?? null,
		body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
	};
}

function paymentOf(charge: Charge | undefined): object {
	if (charge === undefined) return {};
	const { paymentKey, orderId, amount, balance, status, cancels } = charge;
	const approvedAt = status === "IN_PROGRESS" ? null : AT;
	const amounts = { totalAmount: amount, balanceAmount: balance, currency: "KRW" };
	return { version: "2022-11-16", paymentKey, orderId, status, method: "카드", approvedAt, ...amounts, cancels };
}

function altered(answer: { status: number; body: string }, change: object): { status: number; body: string } {
	return { ...answer, body: JSON.stringify({ ...(JSON.parse(answer.body) as object), ...change }) };
}

function reply(response: ServerResponse, { status, body }: { status: number; body: string }): void {
	response.writeHead(status, { "content-type": "application/json" }).end(body);
}
