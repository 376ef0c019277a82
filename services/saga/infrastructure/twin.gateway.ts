import { request } from "undici";

/** The provider's payment window, as the Toss Twin lets a test use it. */
export interface PaymentWindow {
	/** Somebody pays in the window; answers the key that confirms it. */
	pay(order: { readonly orderId: string; readonly amount: number; readonly orderName: string }): Promise<string>;
}

const TIMEOUT_MS = 10_000;

/** Opens windows at the Twin behind `apiUrl`. */
export function twinWindow(apiUrl: string): PaymentWindow {
	const origin = new URL(apiUrl).origin;

	async function post(path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
		const { statusCode, body: answer } = await request(origin + path, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
			headersTimeout: TIMEOUT_MS,
			bodyTimeout: TIMEOUT_MS,
		});
		const text = await answer.text();
		if (statusCode >= 300) throw new Error(`The Twin answered ${statusCode} to ${path}.`);
		return JSON.parse(text) as Readonly<Record<string, unknown>>;
	}

	return {
		async pay(order) {
			const { sessionId, paymentKey } = await post("/twin/sessions", order);
			await post(`/twin/sessions/${encodeURIComponent(String(sessionId))}/approve`, {});
			return String(paymentKey);
		},
	};
}
