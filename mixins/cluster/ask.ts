import type { ServiceBroker } from "moleculer";

/** A process that does not answer within this time is left out. */
export const ASK_TIMEOUT_MS = 3_000;

type Ask<Answer> = (options: { readonly nodeID: string; readonly timeout: number }) => Promise<Answer>;

/** Asks every process that offers the action, at once; answers of those that gave one. */
export async function askEvery<Answer>(
	broker: Pick<ServiceBroker, "registry">,
	action: string,
	ask: Ask<Answer>,
): Promise<readonly Answer[]> {
	return answersOf(placesOf(broker, action), ask);
}

/** Asks every process but this one. */
export async function askOthers<Answer>(
	broker: Pick<ServiceBroker, "registry" | "nodeID">,
	action: string,
	ask: Ask<Answer>,
): Promise<readonly Answer[]> {
	return answersOf(
		placesOf(broker, action).filter((id) => id !== broker.nodeID),
		ask,
	);
}

function placesOf({ registry }: Pick<ServiceBroker, "registry">, action: string): readonly string[] {
	const endpoints = registry.actions.get(action)?.endpoints ?? [];
	return endpoints.filter(({ isAvailable }) => isAvailable).map(({ id }) => id);
}

async function answersOf<Answer>(places: readonly string[], ask: Ask<Answer>): Promise<readonly Answer[]> {
	const settled = await Promise.allSettled(places.map((nodeID) => ask({ nodeID, timeout: ASK_TIMEOUT_MS })));
	return settled.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}
