/** Requests to the provider that are under way in this process: one per payment, whoever asks. */
export interface Flights<Result> {
	/** Starts the request, or waits for the one that is under way. */
	board(paymentId: string, start: () => Promise<Result>): Promise<Result>;
	has(paymentId: string): boolean;
	/** Resolves when no request is under way any more; never rejects. */
	landed(paymentId: string): Promise<void>;
}

export function createFlights<Result>(): Flights<Result> {
	const flying = new Map<string, Promise<Result>>();
	return {
		board(paymentId, start) {
			const known = flying.get(paymentId);
			if (known !== undefined) return known;
			const flight = start().finally(() => flying.delete(paymentId));
			flying.set(paymentId, flight);
			return flight;
		},
		has: (paymentId) => flying.has(paymentId),
		async landed(paymentId) {
			await flying.get(paymentId)?.catch(() => undefined);
		},
	};
}
