import type { ServerResponse } from "node:http";
import type { Fault } from "../domain/faults.ts";
import type { Answer } from "./answer.ts";
import { headersOf, send } from "./http.ts";

/** The answer as a broken provider would word it; the body stays JSON where the fault is a lie, not noise. */
export function spoiled(answer: Answer, fault: Fault): Answer {
	switch (fault.fault) {
		case "wrong-amount":
			return rewritten(answer, (body) => {
				const total = Number(body["totalAmount"] ?? 0);
				const amount = fault.amount ?? total + 1;
				return { ...body, totalAmount: amount, balanceAmount: amount };
			});
		case "wrong-order":
			return rewritten(answer, (body) => ({ ...body, orderId: fault.orderId ?? "ANOTHER_ORDER" }));
		case "garbage":
			return { ...answer, type: "text/html", body: "<html><h1>It works!</h1>\u0000\ufffd{{{" };
		case "truncate":
			return { ...answer, body: half(answer) };
		default:
			return answer;
	}
}

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

/** Sends an answer with whatever the fault does to it on the way. */
export function deliver(response: ServerResponse, answer: Answer, fault: Fault | null): void {
	if (fault === null) return send(response, answer, false);
	switch (fault.fault) {
		case "drop-before":
		case "drop-after":
		case "late":
			return drop(response);
		case "never":
			return;
		case "reset":
			return resetMidBody(response, answer);
		default:
			return send(response, spoiled(answer, fault), false);
	}
}
