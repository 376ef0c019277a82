import { readDocument } from "../../support/documents.ts";

const TWIN = "TOSS_TWIN_";

/** Every variable that the platform or the Toss Twin reads. */
export function knownSettings(): ReadonlySet<string> {
	const text = readDocument(".env.example");
	const platform = [...text.matchAll(/^# ([A-Z][A-Z_0-9]+)=/gm)].map(([, name = ""]) => name);
	const twin = [...readDocument("services/toss-twin/settings.ts").matchAll(/"(TOSS_TWIN_[A-Z_]+|HOST|CLOCK)"/g)];
	return new Set([...platform, ...twin.map(([, name = ""]) => name)]);
}

/** Whether the Toss Twin alone reads it. */
export function isOfTwin(name: string): boolean {
	return name.startsWith(TWIN);
}
