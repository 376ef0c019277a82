/** How many of the first items come to `most` together at most, by the size of each; at least one where there is any. */
export function leadingCount<Item>(items: readonly Item[], sizeOf: (item: Item) => number, most: number): number {
	let size = 0;
	const beyond = items.findIndex((item, index) => {
		size += sizeOf(item);
		return index > 0 && size > most;
	});
	return beyond < 0 ? items.length : beyond;
}
