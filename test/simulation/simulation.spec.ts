import { spawn } from "node:child_process";
import { join } from "node:path";
import { NODE } from "../support/process.ts";
import { ROOT } from "../support/documents.ts";
import { bugs } from "./bugs/bugs.ts";
import type { KnownFinding } from "./bugs/report.ts";

const RUN_MAX_MS = 600_000;
const SEEDS = 300;
/** The sources move on, and with them what a seed lives through: then so many seeds are tried. */
const SEARCH = 2_000;

interface Told {
	readonly code: number | null;
	readonly output: string;
}

/** Runs `npm run simulate` with these words. */
function simulate(...words: readonly string[]): Promise<Told> {
	const child = spawn(NODE, ["--disable-warning=ExperimentalWarning", join(ROOT, "test/simulation/main.ts"), ...words]);
	let output = "";
	child.stdout.on("data", (data) => (output += String(data)));
	child.stderr.on("data", (data) => (output += String(data)));
	return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

describe("the platform, simulated", () => {
	it(
		`keeps every promise through ${SEEDS} seeds`,
		async () => {
			const { code, output } = await simulate("--seeds", String(SEEDS));
			expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(": 0 violations") as string });
		},
		RUN_MAX_MS,
	);

	it(
		"lives through a seed twice in the same way",
		async () => {
			const { code, output } = await simulate("--seeds", "40", "--from", "5001", "--twice");
			expect({ code, output }).toEqual({
				code: 0,
				output: expect.stringContaining("0 of 40 repeats differ") as string,
			});
		},
		RUN_MAX_MS,
	);

	it(
		"tells the shortest story of a broken promise, and how to see it again",
		async () => {
			const { code, output } = await simulate("--seed", "1", "--bug", "ledger-legs-not-balanced");
			expect(code).toBe(1);
			expect(output).toContain("ledger-balanced is broken");
			const line = /npm run simulate -- (--seed 1 .*--bug ledger-legs-not-balanced)/.exec(output)?.[1] ?? "";
			expect(line).toContain("--without");
			const again = await simulate(...line.split(" "));
			expect(/trace [0-9a-f]+/.exec(again.output)?.[0]).toBe(/trace [0-9a-f]+/.exec(output)?.[0]);
		},
		RUN_MAX_MS,
	);
});

describe("a planted bug", () => {
	let findings: ReadonlyMap<string, KnownFinding>;

	beforeAll(async () => {
		const { output } = await simulate("--known", "--limit", String(SEARCH));
		const line = output.split("\n").find((text) => text.startsWith("[")) ?? output;
		findings = new Map((JSON.parse(line) as KnownFinding[]).map((finding) => [finding.name, finding]));
	}, RUN_MAX_MS);

	it("is one of at least twenty", () => {
		expect(bugs.length).toBeGreaterThanOrEqual(20);
		expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
	});

	it.each(bugs.map(({ name, checks }) => [name, checks] as const))(
		"%s is caught, by a check that is made for it, and the same seed passes without it",
		(name, checks) => {
			const { check, without } = findings.get(name) ?? { check: "not tried", without: null };
			expect(checks).toContain(check);
			expect(without).toBeNull();
		},
	);
});
