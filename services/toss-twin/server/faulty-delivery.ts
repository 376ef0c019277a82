import type { ServerResponse } from "node:http";
import type { Fault, FaultKind } from "../domain/faults.ts";
import type { Answer } from "./answer.ts";
import { headersOf, send } from "./http.ts";

type Spoil = (answer: Answer, fault: Fault) => Answer;

/** How a broken provider would word the answer; the body stays JSON where the fault is a lie, not noise. */
const SPOILS: Partial<Record<FaultKind, Spoil>> = {
	"wrong-amount": (answer, fault) =>
		rewritten(answer, (body) => {
			const amount = fault.amount ?? Number(body["totalAmount"] ?? 0) + 1;
			return { ...body, totalAmount: amount, balanceAmount: amount };
		}),
	"wrong-order": (answer, fault) =>
		rewritten(answer, (body) => ({ ...body, orderId: fault.orderId ?? "ANOTHER_ORDER" })),
	garbage: (answer) => ({ ...answer, type: "text/html", body: "<html><h1>It works!</h1>\u0000\ufffd{{{" }),
	truncate: (answer) => ({ ...answer, body: half(answer) }),
};

function rewritten(answer: Answer, change: (body: Record<string, unknown>) => unknown): Answer {
	if (answer.status !== 200) return answer;
	return { ...answer, body: JSON.stringify(change(JSON.parse(textOf(answer)) as Record<string, unknown>)) };
}

function textOf(answer: Answer): string {
	return typeof answer.body === "string" ? answer.body : Buffer.from(answer.body).toString("utf8");
}

function half(answer: Answer): Buffer {
	const bytes = Buffer.from(textOf(answer));
	return bytes.subarray(0, Math.floor(bytes.length / 2));
}

/** Cuts the connection without a word. */
export function drop(response: ServerResponse): void {
	response.socket?.destroy();
}

/** Announces the whole body, sends half of it, then resets the connection. */
export function resetMidBody(response: ServerResponse, answer: Answer): void {
	const { socket } = response;
	if (socket === null) return;
	response.writeHead(answer.status, headersOf(answer));
	response.write(half(answer), () => socket.resetAndDestroy());
}

const DROPS: ReadonlySet<FaultKind> = new Set(["drop-before", "drop-after", "late"]);

/** Sends an answer with whatever the fault does to it on the way. */
export function deliver(response: ServerResponse, answer: Answer, fault: Fault | null): void {
	if (fault === null) send(response, answer, false);
	else if (DROPS.has(fault.fault)) drop(response);
	else if (fault.fault === "reset") resetMidBody(response, answer);
	else if (fault.fault !== "never") send(response, SPOILS[fault.fault]?.(answer, fault) ?? answer, false);
}
