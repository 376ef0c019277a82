import type { StartPolicy } from "../typed.ts";
import type { Delivery } from "./port.ts";

/** What the handlers of a group together want. */
export interface HandlerGroup {
	readonly from: StartPolicy;
	/** Events per call; undefined for one by one. */
	readonly batch: number | undefined;
	readonly types: Set<string>;
	hearsAll: boolean;
}

/** Groups by name. */
export type Groups = Map<string, HandlerGroup>;

/** A handler of facts, as its service declares it. */
export interface DurableEvent {
	readonly name: string;
	readonly group: string;
	readonly from: StartPolicy;
	readonly batch?: number;
}

/** Events per call that a handler may ask for. */
export const BATCH_SIZE_MAX = 512;

/** Whether a handler is one of facts: it says where its group starts. */
export function isDurable(event: object): event is DurableEvent {
	return "from" in event && "group" in event && "name" in event && !String(event.name).startsWith("$");
}

/** Adds a handler to its group; throws when it does not go with the others. */
export function addTo(groups: Groups, { name, group, from, batch }: DurableEvent, service: string): void {
	const known = groups.get(group) ?? { from, batch, types: new Set<string>(), hearsAll: false };
	if (name === "**") known.hearsAll = true;
	else known.types.add(name);
	groups.set(group, known);
	const problem = known.from === from ? batchProblem(known, batch) : `must start at one place, "beginning" or "now"`;
	if (problem !== null) throw new Error(`${service}: group ${group} ${problem}`);
}

function batchProblem({ batch: known, hearsAll, types }: HandlerGroup, batch: number | undefined): string | null {
	if (known !== batch) return "takes all its events one by one, or in equal batches";
	if (batch === undefined) return null;
	if (!Number.isInteger(batch) || batch < 1 || batch > BATCH_SIZE_MAX)
		return `takes batches of 1 to ${BATCH_SIZE_MAX} events`;
	return hearsAll && types.size > 0 ? "takes batches of everything, or of what it names" : null;
}

/** A batch cut into stretches of one handler each, in order. */
export function runsOf(
	deliveries: readonly Delivery[],
	{ hearsAll }: Pick<HandlerGroup, "hearsAll">,
): readonly (readonly Delivery[])[] {
	if (hearsAll) return [deliveries];
	const runs: Delivery[][] = [];
	let last: string | null = null;
	for (const delivery of deliveries) {
		const { type } = delivery.event;
		if (type !== last) runs.push([]);
		last = type;
		runs.at(-1)?.push(delivery);
	}
	return runs;
}
