/** A seeded source of numbers: the same seed gives the same run. */
export interface SeededRandom {
	/** From 0 (inclusive) to 1 (exclusive). */
	next(): number;
	/** A whole number from 0 to `below` - 1. */
	below(below: number): number;
	/** True in this share of the cases. */
	chance(share: number): boolean;
	shuffle<Item>(items: readonly Item[]): Item[];
}

/** A small generator with good spread; not for secrets. */
export function seededRandom(seed: number): SeededRandom {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x9e3779b9) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
		mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
		return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
	};
	const below = (limit: number) => Math.floor(next() * limit);
	return {
		next,
		below,
		chance: (share) => share > 0 && next() < share,
		shuffle: (items) =>
			items
				.map((item) => ({ item, rank: next() }))
				.sort((left, right) => left.rank - right.rank)
				.map(({ item }) => item),
	};
}
