/** A pattern like `/v1/payments/:paymentKey/cancel` with what it leads to. */
export interface Route<Target> {
	readonly method: string;
	readonly pattern: string;
	readonly target: Target;
}

export type Found<Target> =
	| { readonly kind: "found"; readonly target: Target; readonly params: Readonly<Record<string, string>> }
	| { readonly kind: "wrong-method" }
	| { readonly kind: "unknown" };

interface Compiled<Target> {
	readonly segments: readonly string[];
	readonly targets: Map<string, Target>;
	readonly wildcards: number;
}

/** A small route table: fixed segments win over parameters, nothing is scanned but patterns of the same length. */
export function createRouter<Target>(
	routes: readonly Route<Target>[],
): (method: string, path: string) => Found<Target> {
	const byLength = new Map<number, Compiled<Target>[]>();
	for (const route of routes) addRoute(byLength, route);
	for (const list of byLength.values()) list.sort((left, right) => left.wildcards - right.wildcards);
	return (method, path) => {
		const segments = path.split("/");
		let isKnown = false;
		for (const candidate of byLength.get(segments.length) ?? []) {
			const params = match(candidate.segments, segments);
			if (params === null) continue;
			const target = candidate.targets.get(method);
			if (target !== undefined) return { kind: "found", target, params };
			isKnown = true;
		}
		return { kind: isKnown ? "wrong-method" : "unknown" };
	};
}

function addRoute<Target>(byLength: Map<number, Compiled<Target>[]>, route: Route<Target>): void {
	const segments = route.pattern.split("/");
	const list = byLength.get(segments.length) ?? [];
	byLength.set(segments.length, list);
	const same = list.find((entry) => entry.segments.join("/") === route.pattern);
	if (same !== undefined) {
		same.targets.set(route.method, route.target);
		return;
	}
	const wildcards = segments.filter((segment) => segment.startsWith(":")).length;
	list.push({ segments, targets: new Map([[route.method, route.target]]), wildcards });
}

function match(pattern: readonly string[], path: readonly string[]): Record<string, string> | null {
	const params: Record<string, string> = {};
	for (let index = 0; index < pattern.length; index++) {
		const expected = pattern[index] ?? "";
		const given = path[index] ?? "";
		if (!expected.startsWith(":")) {
			if (expected !== given) return null;
			continue;
		}
		const value = decoded(given);
		if (value === null || value === "") return null;
		params[expected.slice(1)] = value;
	}
	return params;
}

function decoded(segment: string): string | null {
	if (!segment.includes("%")) return segment;
	try {
		return decodeURIComponent(segment);
	} catch {
		return null;
	}
}
