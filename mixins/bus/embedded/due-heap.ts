interface Due<Item> {
	readonly at: number;
	readonly item: Item;
}

/** Items ordered by the time they are due; the owner ignores entries that were overtaken by a newer one. */
export class DueHeap<Item> {
	readonly #heap: Due<Item>[] = [];

	/** The earliest time, or null when nothing waits. */
	get earliest(): number | null {
		return this.#heap[0]?.at ?? null;
	}

	push(at: number, item: Item): void {
		this.#heap.push({ at, item });
		this.#rise(this.#heap.length - 1);
	}

	/** Takes the earliest item that is due at `now`; null if there is none. */
	pop(now: number): Due<Item> | null {
		const top = this.#heap[0];
		if (top === undefined || top.at > now) return null;
		const last = this.#heap.pop();
		if (last !== undefined && this.#heap.length > 0) {
			this.#heap[0] = last;
			this.#sink(0);
		}
		return top;
	}

	#rise(start: number): void {
		for (let index = start; index > 0;) {
			const parent = (index - 1) >> 1;
			if (this.#at(parent) <= this.#at(index)) return;
			this.#swap(index, parent);
			index = parent;
		}
	}

	#sink(start: number): void {
		for (let index = start; ;) {
			const left = 2 * index + 1;
			const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
			if (this.#at(child) >= this.#at(index)) return;
			this.#swap(index, child);
			index = child;
		}
	}

	#at(index: number): number {
		return this.#heap[index]?.at ?? Number.POSITIVE_INFINITY;
	}

	#swap(left: number, right: number): void {
		const a = this.#heap[left];
		const b = this.#heap[right];
		if (a === undefined || b === undefined) return;
		this.#heap[left] = b;
		this.#heap[right] = a;
	}
}
