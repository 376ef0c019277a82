const KEPT_MAX = 200;
/** Names under which one kind of thing goes. */
const ALIASES: Readonly<Record<string, string>> = { parent: "account", nextCursor: "cursor" };

/** Things that exist, by the name of the field they were seen under: requests are made of what answers have shown. */
export class Pool {
	readonly #values = new Map<string, unknown[]>();
	readonly #secret = new Set<unknown>();

	/** No request will ever be about this. */
	keepOut(value: unknown): void {
		this.#secret.add(value);
	}

	/** Remembers every scalar of an answer under its name. */
	learn(body: unknown): void {
		if (typeof body !== "object" || body === null) return;
		for (const [name, value] of Object.entries(body)) {
			if (typeof value === "object") this.learn(value);
			else this.#keep(ALIASES[name] ?? name, value);
		}
	}

	/** One of the things seen under this name; null when none was. */
	some(name: string, at: number): unknown {
		const values = this.#values.get(ALIASES[name] ?? name) ?? [];
		return values.length === 0 ? null : values[at % values.length];
	}

	#keep(name: string, value: unknown): void {
		const values = this.#values.get(name) ?? [];
		this.#values.set(name, values);
		if (this.#secret.has(value) || values.includes(value)) return;
		// The oldest are forgotten in turn.
		if (values.push(value) > KEPT_MAX) values.shift();
	}
}
