import { seededRandom, type SeededRandom } from "../../support/hostile/random.ts";

/** A source of its own for everything that draws, so that leaving one thing out does not change the draws of another. */
export function stream(seed: number, name: string): SeededRandom {
	let mixed = seed >>> 0;
	for (let index = 0; index < name.length; index++) mixed = Math.imul(mixed ^ name.charCodeAt(index), 0x01000193) >>> 0;
	return seededRandom(mixed ^ Math.imul(seed, 0x9e3779b1));
}

/** Bytes for ids and keys; not for secrets. */
export function bytesOf(random: SeededRandom): (size: number) => Uint8Array {
	return (size) => Uint8Array.from({ length: size }, () => random.below(256));
}

/** One of the items; throws for none. */
export function oneOf<Item>(random: SeededRandom, items: readonly Item[]): Item {
	const item = items[random.below(items.length)];
	if (item === undefined) throw new Error("nothing to choose from");
	return item;
}

/** A whole number from `from` up to and including `to`. */
export function between(random: SeededRandom, from: number, to: number): number {
	return from + random.below(to - from + 1);
}

export type { SeededRandom } from "../../support/hostile/random.ts";
