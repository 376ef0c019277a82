import type { Verdict } from "./run.ts";

/** What a reader wants to know first, and what makes the run fail. */
export interface Summary {
	readonly lost: number;
	readonly doubled: number;
	readonly differences: number;
	readonly stuck: number;
	readonly unexplained: number;
	readonly failures: readonly string[];
}

/** Where and when it ran. */
export interface Setting {
	readonly commit: string;
	readonly at: string;
	readonly machine: string;
}

const STOP_MAX_MS = 10_000;
const LABEL = 22;
const SHOWN_MAX = 5;

/** Everything that must be zero; the run has passed when nothing failed. */
export function summarise(verdict: Verdict): Summary {
	const { findings, memory, drained, damage, options, doctor, stops, damagedRows, surprises } = verdict;
	const lost = memory.lost.length;
	const doubled = memory.doubled.length + findings.doubled.length;
	const differences = findings.differences.length;
	const stuck = Math.max(drained.open.length, findings.stuck.length);
	const unexplained = memory.unexplained.length;
	const badStops = stops.filter(({ code, ms }) => code !== 0 || ms > STOP_MAX_MS);
	return {
		lost,
		doubled,
		differences,
		stuck,
		unexplained,
		failures: [
			...named("lost", memory.lost),
			...named("doubled", [...memory.doubled, ...findings.doubled]),
			...named("different", findings.differences),
			...named("stuck", drained.open.length > 0 ? drained.open : findings.stuck),
			...named("unexplained", memory.unexplained),
			...named("damaged row", damagedRows),
			...named("printed", surprises),
			...named(
				"stop",
				badStops.map(({ name, code, ms }) => `${name} ended with ${String(code)} after ${ms} ms`),
			),
			...(damage.kills < options.kills ? [`only ${damage.kills} of ${options.kills} kills`] : []),
			...(doctor.differences === 0 ? [] : [`the doctor: ${doctor.verdict}, ${doctor.differences ?? "no"} differences`]),
			...doctor.findings.slice(0, SHOWN_MAX).map((text) => `doctor: ${text}`),
		],
	};
}

/** The one page of a run. */
export function page(verdict: Verdict, summary: Summary, setting: Setting): string {
	const { failures } = summary;
	const lines = [
		...head(verdict, setting),
		...traffic(verdict),
		...books(verdict),
		...ends(verdict, summary),
		"",
		failures.length === 0 ? "  PROVED   exit code 0" : "  FAILED   exit code 1",
		...failures.map((text) => `    ✗ ${text}`),
		"",
	];
	return lines.join("\n");
}

function head({ options, seconds, buyers }: Verdict, { commit, at, machine }: Setting): string[] {
	const { orders, profile, events, transporter, seed, hasChaos } = options;
	const servers = profile === "cluster" ? ` --events ${events} --transporter ${transporter}` : "";
	const chaos = hasChaos ? " --chaos" : "";
	const again = `npm run prove -- --orders ${orders}${chaos} --profile ${profile}${servers} --seed ${seed}`;
	return [
		"",
		`  PayFlow, proof of ${at}   commit ${commit}   seed ${seed}   ${seconds} s`,
		row("machine", machine),
		row("again", again),
		row("buyers", `${buyers} people, ${orders} purchases, profile ${profile}, chaos ${hasChaos ? "on" : "off"}`),
	];
}

function traffic({ requests, memory, damage, orders, charges, refunds }: Verdict): string[] {
	const { kills, killsAtStart, pauses, cuts, blackholes, slowdowns, refusals } = damage;
	const { answeredLater, neverAnswered } = memory.unknown;
	return [
		row(
			"requests",
			`${number(requests.ok)} ok   ${number(requests.fail)} refused   ${number(requests.unknown)} unknown`,
		),
		row(
			"unknown, afterwards",
			`${answeredLater} answered when asked again, ${neverAnswered} explained by what is there`,
		),
		row("processes", `${kills} kills (${killsAtStart} while starting), ${pauses} pauses`),
		row("network", `${cuts} connections cut, ${blackholes} blackholes, ${slowdowns} slow spells, ${refusals} refusals`),
		row("orders", number(orders)),
		row("charges, refunds", `${money(charges)}   ${money(refunds)}`),
	];
}

function books({ findings }: Verdict): string[] {
	const { charged, refunded, net, stock, points, sentBack } = findings.balances;
	const same = (values: Readonly<Record<string, number>>): string => {
		const numbers = Object.values(values);
		const isEqual = numbers.every((value) => value === numbers[0]);
		return `${isEqual ? "=" : "✗"}  ${Object.entries(values)
			.map(([name, value]) => `${name} ${number(value)}`)
			.join(isEqual ? " = " : " ≠ ")}`;
	};
	return [
		row("charged", same(charged)),
		row("given back", same(refunded)),
		row("kept", same(net)),
		row("sent back at once", `${sentBack.count} charges, ${number(sentBack.amount)} won`),
		row("stock", `${same({ taken: stock.taken, orders: stock.orders })}, held ${stock.reserved}`),
		row("points", same({ ...points })),
	];
}

function ends(verdict: Verdict, { lost, doubled, stuck, differences, unexplained }: Summary): string[] {
	const { memory, drained, recoveryMs, damage, doctor, stops } = verdict;
	const starts = damage.starts.toSorted((a, b) => a - b);
	const start =
		starts.length === 0 ? "no restarts" : `${starts[starts.length >> 1]} ms median, ${starts.at(-1)} ms at most`;
	return [
		row("lost", `${lost} of ${number(memory.acknowledged)} acknowledged answers, each read back`),
		row("doubled", String(doubled)),
		row("stuck", `${stuck}   oldest unresolved: ${drained.oldestMs === null ? "none" : seconds(drained.oldestMs)}`),
		row(
			"waiting",
			`${drained.waiting.length} uncharged, cancelled by their buyers, end when the provider's window closes`,
		),
		row("differences", `${differences}   unexplained ${unexplained}`),
		row(
			"doctor",
			`${doctor.verdict}, ${doctor.differences ?? "?"} differences${doctor.hasProviderBooks ? ", with the provider's books" : ""}`,
		),
		row("recovery", `${seconds(recoveryMs)} from the last fault until all was settled`),
		row("restarts", start),
		row("stop", stops.map(({ name, code, ms }) => `${name} exit ${String(code)} in ${ms} ms`).join(", ")),
	];
}

function row(label: string, text: string): string {
	return `  ${label.padEnd(LABEL)}${text}`;
}

function number(value: number): string {
	return value.toLocaleString("en");
}

function money({ count, amount }: { readonly count: number; readonly amount: number }): string {
	return `${number(count)} for ${number(amount)} won`;
}

function seconds(ms: number): string {
	return `${(ms / 1_000).toFixed(1)} s`;
}

function named(what: string, items: readonly string[]): string[] {
	const shown = items.slice(0, SHOWN_MAX).map((item) => `${what}: ${item}`);
	return items.length > SHOWN_MAX ? [...shown, `${what}: … ${items.length - SHOWN_MAX} more`] : shown;
}
