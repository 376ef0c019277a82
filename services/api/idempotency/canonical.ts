/** JSON with sorted keys and without blanks: equal values give equal text. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const fields = value as Readonly<Record<string, unknown>>;
	const entries = Object.keys(fields)
		.filter((key) => fields[key] !== undefined)
		.sort()
		.map((key) => `${JSON.stringify(key)}:${canonicalJson(fields[key])}`);
	return `{${entries.join(",")}}`;
}
