import { yamlDocuments } from "../../support/yaml.ts";

interface Rule {
	readonly alert: string;
	readonly expr: string;
	readonly for?: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly annotations: Readonly<Record<string, string>>;
}

interface Rules {
	readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

interface Trial {
	readonly alertname: string;
	readonly exp_alerts?: readonly { readonly exp_labels: object }[];
}

const FOLDER = "deploy/prometheus";
const [file] = yamlDocuments<Rules>(`${FOLDER}/alerts.yml`);
const rules = (file?.groups ?? []).flatMap((group) => group.rules);
const [trials] = yamlDocuments<{ tests: readonly { readonly alert_rule_test: readonly Trial[] }[] }>(
	`${FOLDER}/alerts.test.yml`,
);
const tried = (trials?.tests ?? []).flatMap((test) => test.alert_rule_test);
const labelsIn = (text: string) => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, name = ""]) => name);

describe("the alerts", () => {
	it("have names of their own", () => {
		expect(rules.length).toBeGreaterThan(10);
		expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
	});

	it.each(rules)(
		"$alert says how bad it is and what is the matter",
		({ labels, annotations, for: patience = "1m" }) => {
			expect(labels).toEqual({ severity: expect.stringMatching(/^(warning|critical)$/) });
			expect(Object.keys(annotations)).toEqual(["summary"]);
			expect(patience).toMatch(/^\d+[smh]$/);
		},
	);

	it.each(rules)("$alert speaks of labels that its expression leaves", ({ expr, annotations }) => {
		const kept = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/, */) ?? ["instance"];
		const isAggregate = /^(max|min|sum|absent)\b|^histogram_quantile/.test(expr);
		const left = isAggregate && !/\bby \(/.test(expr) ? [] : kept;
		expect(labelsIn(annotations["summary"] ?? "").filter((name) => !left.includes(name))).toEqual([]);
	});

	// Promtool runs them where it can be had; that each is there is seen here.
	it.each(rules)("$alert is tried, both when it has to come and when it must not", ({ alert }) => {
		const own = tried.filter(({ alertname }) => alertname === alert);
		expect(own.some(({ exp_alerts }) => exp_alerts === undefined)).toBe(true);
		expect(own.some(({ exp_alerts = [] }) => exp_alerts.length > 0)).toBe(true);
	});
});
