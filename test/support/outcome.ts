/** `ok`, or the code of the refusal. */
export function outcomeOf(promise: Promise<unknown>): Promise<string> {
	return promise.then(
		() => "ok",
		(error: unknown) => String((error as { type?: unknown }).type ?? error),
	);
}
