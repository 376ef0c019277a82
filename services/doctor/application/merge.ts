import type { Group, Keyed } from "./ports.ts";

/** Facts in the order of their keys, a page at a time; null at the end. */
export type NextPage = () => Promise<readonly Keyed[] | null>;

/** Puts the facts of several sorted sources together, key by key; holds one page of each. */
export async function* mergeByKey(sources: readonly NextPage[]): AsyncGenerator<Group> {
	const cursors = sources.map((next) => new Cursor(next));
	for (const cursor of cursors) await cursor.fill();
	for (;;) {
		const key = lowest(cursors);
		if (key === null) return;
		const facts = [];
		for (const cursor of cursors) {
			while (cursor.key === key) {
				facts.push(...cursor.take());
				await cursor.fill();
			}
		}
		yield { key, facts };
	}
}

function lowest(cursors: readonly Cursor[]): string | null {
	let key: string | null = null;
	for (const cursor of cursors) if (cursor.key !== null && (key === null || cursor.key < key)) key = cursor.key;
	return key;
}

class Cursor {
	readonly #next: NextPage;
	#page: readonly Keyed[] = [];
	#at = 0;
	#isOver = false;

	constructor(next: NextPage) {
		this.#next = next;
	}

	/** Key of the next fact; null when there is none. */
	get key(): string | null {
		return this.#page[this.#at]?.key ?? null;
	}

	/** Takes the next fact. */
	take(): readonly Keyed["fact"][] {
		const keyed = this.#page[this.#at++];
		return keyed === undefined ? [] : [keyed.fact];
	}

	/** Reads on where the page is used up. */
	async fill(): Promise<void> {
		while (!this.#isOver && this.#at >= this.#page.length) {
			const page = await this.#next();
			this.#isOver = page === null;
			this.#page = page ?? [];
			this.#at = 0;
		}
	}
}
