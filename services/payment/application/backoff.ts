interface Delay {
	readonly nextAt: number;
	readonly delayMs: number;
}

/** Remembers which payments the provider could not tell about, and when to ask again. */
export interface Backoff {
	isDue(paymentId: string): boolean;
	/** The next question waits twice as long as the one before, up to the cap. */
	failed(paymentId: string): void;
	settled(paymentId: string): void;
}

/** Delays in ms; memory only, so that a restart simply asks again. */
export function createBackoff(now: () => number, firstMs: number, capMs: number): Backoff {
	const delays = new Map<string, Delay>();
	return {
		isDue: (paymentId) => (delays.get(paymentId)?.nextAt ?? 0) <= now(),
		failed(paymentId) {
			const delayMs = Math.min(capMs, 2 * (delays.get(paymentId)?.delayMs ?? firstMs / 2));
			delays.set(paymentId, { delayMs, nextAt: now() + delayMs });
		},
		settled: (paymentId) => void delays.delete(paymentId),
	};
}
