import type { Answer, Facts, Wire } from "./wire.ts";

/** What the platform's own audit says of itself. */
export interface Diagnosis {
	readonly verdict: string;
	/** Differences it has found; null when it could not be asked. */
	readonly differences: number | null;
	readonly findings: readonly string[];
}

const FINDINGS_MAX = 10;

/** Asks the platform's doctor; the run's own audit never relies on it. */
export async function askDoctor(platform: Wire, admin: string): Promise<Diagnosis> {
	const answer = await platform.ask("POST", "/api/admin/doctor", { token: admin, body: {} });
	if (answer === null || answer.status >= 400) return { verdict: verdictOf(answer), differences: null, findings: [] };
	const { isHealthy, inconsistencies, findings } = answer.body;
	const found = Array.isArray(findings) ? (findings as readonly Facts[]) : [];
	return {
		verdict: isHealthy === true ? "healthy" : "ill",
		differences: typeof inconsistencies === "number" ? inconsistencies : found.length,
		findings: found.slice(0, FINDINGS_MAX).map((finding) => JSON.stringify(finding)),
	};
}

function verdictOf(answer: Answer): string {
	return answer === null ? "no answer" : `answers ${answer.status}`;
}
