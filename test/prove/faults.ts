import { pause, type Wire } from "./wire.ts";

const SLOW_MS = 800;
/** Longer than the platform waits for an answer. */
const LATE_MS = 3_500;
const RETRY_MS = 200;
const TRIES = 100;

const at = (operation: string, fault: string, percentage: number, more: object = {}): object => ({
	match: { operation, percentage },
	fault,
	...more,
});

/** What the provider does wrong, in percent of its requests. */
const FAULTS: readonly object[] = [
	...["confirm", "cancel"].flatMap((operation) => [
		at(operation, "error", 2),
		at(operation, "error-after", 3),
		at(operation, "drop-before", 2),
		at(operation, "drop-after", 4),
		at(operation, "never", 1),
		at(operation, "late", 1, { ms: LATE_MS }),
		at(operation, "slow", 3, { ms: SLOW_MS }),
		at(operation, "garbage", 2),
		at(operation, "truncate", 2),
		at(operation, "reset", 2),
		at(operation, "rate-limit", 1),
		at(operation, "processing", 1),
	]),
	at("confirm", "wrong-amount", 1),
	at("get", "error", 5),
	at("get", "drop-after", 3),
	at("get", "garbage", 2),
	at("get", "slow", 3, { ms: SLOW_MS }),
	at("webhook", "webhook-lose", 10),
	at("webhook", "webhook-duplicate", 15),
	at("webhook", "webhook-reorder", 10),
	at("webhook", "webhook-delay", 10, { ms: SLOW_MS }),
	at("webhook", "webhook-forge", 5),
];

/** From now on the provider makes every mistake it knows. */
export function spoilProvider(twin: Wire): Promise<void> {
	return insist(() => twin.ask("POST", "/twin/faults", { body: FAULTS }));
}

/** From now on the provider is as it should be. */
export function mendProvider(twin: Wire): Promise<void> {
	return insist(() => twin.ask("DELETE", "/twin/faults"));
}

async function insist(send: () => ReturnType<Wire["ask"]>): Promise<void> {
	for (let tries = 0; tries < TRIES; tries++) {
		const answer = await send();
		if (answer !== null && answer.status < 300) return;
		if (answer !== null && answer.status < 500) throw new Error(`the provider says ${JSON.stringify(answer)}`);
		await pause(RETRY_MS);
	}
	throw new Error("the provider does not answer");
}
