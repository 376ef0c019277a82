import { EmbeddedTopology } from "../prove/embedded.ts";
import { readOptions } from "../prove/options.ts";
import { page, summarise } from "../prove/page.ts";
import { prove, type Verdict } from "../prove/run.ts";

const ORDERS = 120;
const KILLS = 5;
const SEED = 3;
const RUN_MAX_MS = 240_000;
const SETTING = { commit: "under test", at: "now", machine: "this one" };

describe(`a short proof (again: npm run prove -- --orders ${ORDERS} --chaos --kills ${KILLS} --seed ${SEED})`, () => {
	let verdict: Verdict;

	beforeAll(async () => {
		const words = ["--orders", String(ORDERS), "--chaos", "--kills", String(KILLS), "--seed", String(SEED)];
		verdict = await prove(readOptions(words, 0), new EmbeddedTopology(), () => undefined);
	}, RUN_MAX_MS);

	it("kills, pauses and cuts while people buy", () => {
		expect(verdict.damage.kills).toBeGreaterThanOrEqual(KILLS);
		expect(verdict.damage.cuts + verdict.damage.blackholes + verdict.damage.refusals).toBeGreaterThan(0);
		expect(verdict.requests.unknown).toBeGreaterThan(0);
		expect(verdict.orders).toBeGreaterThan(ORDERS / 2);
		expect(verdict.charges.count).toBeGreaterThan(ORDERS / 4);
	});

	it("loses nothing, doubles nothing, leaves nothing open, and all books agree", () => {
		const summary = summarise(verdict);
		expect(summary.failures).toEqual([]);
		expect(page(verdict, summary, SETTING)).toContain("PROVED   exit code 0");
	});
});
