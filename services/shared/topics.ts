/**
 * The durable logs outside of the store have one topic per kind of aggregate. Here stands which events a kind may state, by
 * the first word of their names, so that a consumer knows its topics without asking anybody. A test holds this table against
 * docs/events.md.
 */
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
	user: ["user", "auth"],
	session: ["auth"],
	order: ["order"],
	payment: ["payment"],
	saga: ["saga"],
	stock: ["inventory"],
	"points-account": ["points"],
};

/** The kinds whose topics hold events of these types; `*` for all. */
export function kindsOf(types: readonly string[] | "*", topics = TOPICS): readonly string[] {
	const kinds = Object.entries(topics);
	if (types === "*") return kinds.map(([kind]) => kind);
	const words = new Set(types.map((type) => type.slice(0, type.indexOf("."))));
	return kinds.filter(([, states]) => states.some((word) => words.has(word))).map(([kind]) => kind);
}
