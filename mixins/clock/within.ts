import type { Clock } from "./port.ts";

/** Waits for `work`, but for `ms` at most; whether it has ended, be it with a failure. What takes longer goes on without anybody. */
export async function within(clock: Pick<Clock, "sleep">, ms: number, work: Promise<unknown>): Promise<boolean> {
	const over = new AbortController();
	const ended = work.then(
		() => true,
		() => true,
	);
	const late = clock.sleep(ms, over.signal).then(
		() => false,
		() => false,
	);
	try {
		return await Promise.race([ended, late]);
	} finally {
		over.abort(new Error("it is over"));
	}
}
