import type { CheckName } from "../contract.ts";
import { finding, signatureOf, type Finding } from "../domain/finding.ts";
import { checkLedger, checkPoints, checkRows, checkStock } from "./checks.ts";
import { lookAt } from "./look.ts";
import type { ExaminerDeps } from "./ports.ts";
import type { Tally } from "./tally.ts";

/** Times the doctor looks at most; what moves each time is told as under way. */
export const LOOKS_MAX = 5;

const AT_REST: readonly [CheckName, (deps: ExaminerDeps, tally: Tally) => Promise<void>][] = [
	["rows", checkRows],
	["ledger", checkLedger],
	["stock", checkStock],
	["points", checkPoints],
];
const IN_MOTION: readonly CheckName[] = ["figures", "deliveries", "sagas", "purchases"];

/** A whole examination; what it finds goes into the tally. */
export async function examine(deps: ExaminerDeps, tally: Tally): Promise<void> {
	for (const [check, work] of AT_REST) {
		await guarded(check, tally, () => work(deps, tally));
		tally.end(check);
	}
	for (const check of IN_MOTION) tally.begin(check, null);
	await guarded("purchases", tally, () => lookUntilSure(deps, tally));
	for (const check of IN_MOTION) tally.end(check);
}

/**
 * One look sees the sides at different moments. So what it suspects is looked at again, after everything that was
 * committed until then has been delivered: only what is the same twice, with nobody at work on it, is a difference.
 */
async function lookUntilSure(deps: ExaminerDeps, tally: Tally): Promise<void> {
	await deps.deliveries.drained();
	tally.looks = 1;
	const first = await lookAt(deps, tally, null);
	for (const [check, more] of first.beyond) tally.count(check, more);
	for (const found of first.findings) if (found.isCertain) tally.add(found);
	let suspected = first.findings.filter(({ isCertain }) => !isCertain);
	const sure = new Set<string>();
	while (suspected.length > 0 && tally.looks < LOOKS_MAX) {
		await settle(deps, tally.looks, suspected);
		tally.looks += 1;
		const { findings } = await lookAt(deps, tally, keysOf(suspected));
		const open = findings.filter((found) => !sure.has(signatureOf(found)));
		const seen = new Set(suspected.map(signatureOf));
		const isSure = (found: Finding) => !found.isMoving && seen.has(signatureOf(found));
		for (const found of open.filter(isSure)) {
			sure.add(signatureOf(found));
			tally.add(found);
		}
		suspected = open.filter((found) => !isSure(found));
	}
	for (const found of suspected) tally.addInFlight(found);
}

async function settle({ deliveries, sleep, retryDelayMs }: ExaminerDeps, looks: number, suspected: readonly Finding[]) {
	if (suspected.some(({ isMoving }) => isMoving)) await sleep(retryDelayMs * 2 ** (looks - 1));
	await deliveries.drained();
}

function keysOf(findings: readonly Finding[]): ReadonlySet<string> {
	return new Set(findings.flatMap(({ orderId }) => (orderId === null ? [] : [orderId])));
}

/** A check that could not be made is a difference: nobody may take its silence for health. */
async function guarded(check: CheckName, tally: Tally, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		tally.add(finding(check, "check-failed", check, ["a check that can be made", wordFor(error)]));
	}
}

/** The code of a refusal or the name of an error; its text may tell of the inside. */
function wordFor(error: unknown): string {
	const { type, name, message } = error as {
		readonly type?: unknown;
		readonly name?: unknown;
		readonly message?: unknown;
	};
	if (name === "DamagedRow") return String(message);
	return typeof type === "string" ? type : typeof name === "string" ? name : "no answer";
}
