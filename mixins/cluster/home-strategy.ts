import { Strategies, type ActionEndpoint, type Context, type Endpoint } from "moleculer";
import { homeKeyOf } from "../../services/shared/homes.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Sends every call for one aggregate to one process, for all actions of a service alike: of the processes that offer it, the one
 * with the highest weight for the id. All callers agree without talking, and a process that leaves or joins moves only the ids it
 * had or gets. Calls about no aggregate go round.
 */
export class HomeStrategy extends Strategies.Base {
	#turn = 0;

	override select(list: Endpoint[], ctx?: Context): Endpoint {
		const key = homeKeyOf(nameOf(list[0]), ctx?.params);
		const chosen = key === null ? list[this.#turn++ % list.length] : homeOf(list, key);
		// Moleculer never asks with an empty list.
		return chosen as Endpoint;
	}
}

/** The process with the highest weight for the key; ties go to the name that comes first. */
export function homeOf<Place extends { readonly id: string }>(
	places: readonly Place[],
	key: string,
): Place | undefined {
	let best: Place | undefined;
	let highest = -1;
	for (const place of places) {
		const weight = weightOf(place.id, key);
		const isBetter = weight > highest || (weight === highest && best !== undefined && place.id < best.id);
		if (isBetter) [best, highest] = [place, weight];
	}
	return best;
}

/** FNV-1a over both names, mixed once more: neighbours among ids have to end up far apart. */
function weightOf(place: string, key: string): number {
	let hash = FNV_OFFSET;
	for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), FNV_PRIME);
	for (let index = 0; index < place.length; index++) hash = Math.imul(hash ^ place.charCodeAt(index), FNV_PRIME);
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}

function nameOf(endpoint: Endpoint | undefined): string {
	const { action } = (endpoint ?? {}) as Partial<ActionEndpoint>;
	return action?.name ?? "";
}
