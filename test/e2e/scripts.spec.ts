import { spawn } from "node:child_process";
import { join } from "node:path";
import { System } from "../support/system.ts";

const FOLDER = join(__dirname, "..", "scripts");

interface Run {
	readonly code: number | null;
	readonly output: string;
}

/** Runs a script as somebody with a shell would. */
function run(script: string, env: Readonly<Record<string, string>>): Promise<Run> {
	return new Promise((resolve, reject) => {
		const child = spawn("sh", [join(FOLDER, script)], { env: { PATH: process.env["PATH"] ?? "", ...env } });
		let output = "";
		const take = (text: Buffer) => void (output += text.toString());
		child.stdout.on("data", take);
		child.stderr.on("data", take);
		child.on("error", reject);
		child.on("close", (code) => resolve({ code, output }));
	});
}

const failuresIn = ({ output }: Run) => output.split("\n").filter((line) => line.startsWith("❌"));

describe("the test scripts", () => {
	const system = new System();

	beforeAll(() => system.start(), 30_000);
	afterAll(() => system.end());

	const env = () => ({ BASE_URL: system.url, TWIN_URL: system.twinUrl });

	it.each([
		["test-saga.sh", 29],
		["test-security-api.sh", 23],
		["test-security-api.sh", 23],
		["test-api.sh", 17],
	])(
		"%s passes every one of its %i steps",
		async (script, steps) => {
			const done = await run(script, env());
			expect(failuresIn(done)).toEqual([]);
			expect(done.output).toContain(`${steps} steps, 0 failed`);
			expect(done.code).toBe(0);
		},
		30_000,
	);

	it("fail when the system does not do what it should", async () => {
		const done = await run("test-security-api.sh", { BASE_URL: system.twinUrl });
		expect(failuresIn(done).length).toBeGreaterThan(10);
		expect(done.code).toBe(1);
	}, 30_000);
});
