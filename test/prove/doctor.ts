import { pause, type Answer, type Facts, type Wire } from "./wire.ts";

/** What the platform's own audit says of itself. */
export interface Diagnosis {
	readonly verdict: string;
	/** Differences it has found; null when it could not be asked. */
	readonly differences: number | null;
	readonly findings: readonly string[];
	/** It has seen the provider's own books. */
	readonly hasProviderBooks: boolean;
}

const FINDINGS_MAX = 10;
const EXAMINE_MAX_MS = 120_000;
const LOOK_MS = 250;
const DOCTOR = "/api/admin/doctor";

/** Lets the platform's doctor examine everything; what it says of orders in `waiting` is known. The run's own audit never relies on it. */
export async function askDoctor(platform: Wire, admin: string, waiting: ReadonlySet<string>): Promise<Diagnosis> {
	const begun = await platform.ask("POST", DOCTOR, { token: admin });
	if (begun === null || begun.status >= 300) return silent(verdictOf(begun));
	const until = Date.now() + EXAMINE_MAX_MS;
	while (Date.now() < until) {
		const { last } = await platform.read(DOCTOR, admin);
		const ended = (last ?? null) as Facts | null;
		if (ended !== null && ended["examinationId"] === begun.body["examinationId"]) return diagnosisOf(ended, waiting);
		await pause(LOOK_MS);
	}
	return silent("has not ended in time");
}

function diagnosisOf(examination: Facts, waiting: ReadonlySet<string>): Diagnosis {
	const listed = examination["differences"] as readonly Facts[];
	const known = listed.filter(({ orderId }) => typeof orderId === "string" && waiting.has(orderId));
	const news = listed.filter((difference) => !known.includes(difference));
	const isDone = examination["status"] !== "FAILED";
	return {
		verdict: String(examination["status"]).toLowerCase(),
		differences: isDone ? Number(examination["differenceCount"]) - known.length : null,
		findings: news
			.slice(0, FINDINGS_MAX)
			.map(({ kind, subject, expected, found }) =>
				[kind, subject, `expected ${String(expected)}`, `found ${String(found)}`].map(String).join(", "),
			),
		hasProviderBooks: examination["hasProviderBooks"] === true,
	};
}

function silent(verdict: string): Diagnosis {
	return { verdict, differences: null, findings: [], hasProviderBooks: false };
}

function verdictOf(answer: Answer): string {
	return answer === null ? "no answer" : `answers ${answer.status}`;
}
