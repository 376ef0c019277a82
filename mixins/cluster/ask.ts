import type { ServiceBroker } from "moleculer";

/** A process that does not answer within this time is left out. */
export const ASK_TIMEOUT_MS = 3_000;

/** Asks every process that offers the action, at once; answers of those that gave one. */
export async function askEvery<Answer>(
	broker: Pick<ServiceBroker, "registry">,
	action: string,
	ask: (options: { readonly nodeID: string; readonly timeout: number }) => Promise<Answer>,
): Promise<readonly Answer[]> {
	const endpoints = broker.registry.actions.get(action)?.endpoints ?? [];
	const asked = endpoints
		.filter((endpoint) => endpoint.isAvailable)
		.map(({ id }) => ask({ nodeID: id, timeout: ASK_TIMEOUT_MS }));
	const settled = await Promise.allSettled(asked);
	return settled.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}
