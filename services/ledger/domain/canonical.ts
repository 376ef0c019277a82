/** JSON with sorted names and no space, so that equal values have equal text wherever they were stored. */
export function canonical(value: unknown): string {
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
	const fields = value as Readonly<Record<string, unknown>>;
	const names = Object.keys(fields).sort();
	return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(fields[name])}`).join(",")}}`;
}
