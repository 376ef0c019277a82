import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readDocument, ROOT } from "../../support/documents.ts";
import { refuse } from "./stubs.ts";
import { startGateway, type GatewayBed } from "./gateway-bed.ts";

interface Panel {
	readonly title: string;
	readonly targets: readonly { readonly expr: string }[];
}

const BOARDS = "deploy/grafana/dashboards";
/** What Prometheus itself knows of a target. */
const OWN = new Set(["up"]);
/** Words of the query language, and of what stands in braces and brackets. */
const GRAMMAR = /\{[^}]*\}|\[[^\]]*\]|\bby\s*\([^)]*\)|"[^"]*"/g;
const FUNCTIONS = new Set([
	"sum",
	"rate",
	"increase",
	"deriv",
	"max",
	"min",
	"histogram_quantile",
	"by",
	"absent",
	"or",
]);

/** Names of metrics in an expression. */
function namesIn(expression: string): string[] {
	const words = expression.replace(GRAMMAR, " ").match(/\b[a-z_][a-z0-9_]*\b/gi) ?? [];
	return words.filter((word) => !FUNCTIONS.has(word) && !OWN.has(word));
}

/** Names a scrape has samples or at least a type of; of a histogram also its parts. */
function namesOf(text: string): ReadonlySet<string> {
	const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
	return new Set(
		types.flatMap(([, name = "", type]) =>
			type === "histogram" ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
		),
	);
}

describe("metrics", () => {
	let bed: GatewayBed;
	const scrape = async () => (await bed.ask({ path: "/metrics" })).text;
	const valueOf = (text: string, line: string) => {
		const found = text.split("\n").find((each) => each.startsWith(`${line} `));
		return found === undefined ? null : Number(found.slice(line.length + 1));
	};
	beforeAll(async () => {
		bed = await startGateway({
			env: { RATE_LIMIT_LOGIN: "3/60" },
			answers: {
				"auth.login": ({ username }) =>
					username === "mina" ? (undefined as never) : refuse(401, "INVALID_CREDENTIALS"),
				"ledger.accounts": () => ({ items: [account(700, 0), account(0, 700)], nextCursor: null }),
				"order.counts": () => refuse(503, "SERVICE_UNAVAILABLE"),
			},
		});
	});
	afterAll(() => bed.stop());

	it("have every name that a dashboard or an alert asks for", async () => {
		const known = namesOf(await scrape());
		const boards = readdirSync(join(ROOT, BOARDS)).filter((file) => file.endsWith(".json"));
		expect(boards.length).toBeGreaterThan(2);
		const panels = boards.flatMap(
			(file) => (JSON.parse(readDocument(`${BOARDS}/${file}`)) as { panels: Panel[] }).panels,
		);
		const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
		const alerts = readDocument("deploy/prometheus/alerts.yml");
		const rules = [...alerts.matchAll(/expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)/g)].map(
			([, many, one]) => many ?? one ?? "",
		);
		expect(rules).toHaveLength(alerts.match(/- alert:/g)?.length ?? 0);
		const names = [...new Set([...asked, ...rules].flatMap(namesIn))];
		expect(names.length).toBeGreaterThan(25);
		expect(names.filter((name) => !known.has(name))).toEqual([]);
	});

	it("are all shown on some dashboard, the process's own aside", async () => {
		const boards = readdirSync(join(ROOT, BOARDS)).map((file) => readDocument(`${BOARDS}/${file}`));
		const own = [...(await scrape()).matchAll(/^# TYPE (payflow_\S+) /gm)].map(([, name = ""]) => name);
		expect(own.length).toBeGreaterThan(20);
		expect(own.filter((name) => !boards.some((board) => board.includes(name)))).toEqual([]);
	});

	it("count logins, refusals of the limiter, repeats and durable batches", async () => {
		const login = () =>
			bed.ask({ method: "POST", path: "/api/auth/login", body: { username: "jun", password: "wrong password" } });
		for (let time = 0; time < 4; time++) await login();
		const body = { productName: "Code review", amount: 5_000 };
		const token = await bed.tokenOf("mina");
		const order = () =>
			bed.ask({ method: "POST", path: "/api/orders", token, body, headers: { "idempotency-key": "metrics-key-1" } });
		expect([(await order()).status, (await order()).status]).toEqual([201, 201]);
		const text = await scrape();
		expect(valueOf(text, 'payflow_auth_logins_total{result="error",code="INVALID_CREDENTIALS"}')).toBe(3);
		expect(valueOf(text, 'payflow_rate_limited_total{limit="login"}')).toBe(1);
		expect(valueOf(text, "payflow_idempotent_replays_total")).toBe(1);
		expect(valueOf(text, "payflow_rate_limits_alone")).toBe(0);
		const batches = valueOf(text, "payflow_commit_batch_size_count") ?? 0;
		expect(batches).toBeGreaterThan(0);
		expect(valueOf(text, "payflow_commit_duration_seconds_count")).toBe(batches);
		expect(valueOf(text, 'payflow_commit_batch_size_bucket{le="+Inf"}')).toBe(batches);
		expect(valueOf(text, 'payflow_pg_call_seconds_count{operation="confirm",result="ok",code="approved"}')).toBeNull();
	});

	it("say whether the ledger balances, and leave out what does not answer", async () => {
		const text = await scrape();
		expect(valueOf(text, "payflow_ledger_imbalance")).toBe(0);
		expect(valueOf(text, 'payflow_ledger_volume{side="debit"}')).toBe(700);
		expect(text).toContain("# TYPE payflow_orders gauge");
		expect(text).not.toContain("payflow_orders{");
		expect(text).not.toMatch(/USR_|ORD_|PAY_/);
	});
});

function account(debits: number, credits: number) {
	return {
		account: "checkout:cash",
		name: "Cash",
		type: "asset",
		normalSide: "debit",
		hasOwners: false,
		debits,
		credits,
		balance: debits - credits,
		currency: "KRW",
	} as never;
}
