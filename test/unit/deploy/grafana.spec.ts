import { filesEndingWith, readDocument } from "../../support/documents.ts";
import { yamlDocuments } from "../../support/yaml.ts";

interface Place {
	readonly x: number;
	readonly y: number;
	readonly w: number;
	readonly h: number;
}

interface Source {
	readonly type: string;
	readonly uid: string;
}

interface Panel {
	readonly id: number;
	readonly title: string;
	readonly type: string;
	readonly datasource: Source;
	readonly gridPos: Place;
	readonly targets: readonly {
		readonly refId: string;
		readonly expr: string;
		readonly legendFormat: string;
		readonly datasource: Source;
	}[];
}

interface Board {
	readonly uid: string;
	readonly title: string;
	readonly panels: readonly Panel[];
}

const FOLDER = "deploy/grafana";
/** Width of Grafana's grid. */
const COLUMNS = 24;
const boards = filesEndingWith(".json", `${FOLDER}/dashboards`).map((path) => JSON.parse(readDocument(path)) as Board);
const panels = boards.flatMap(({ title, panels }) => panels.map((panel) => [title, panel.title, panel] as const));
const [provisioned] = yamlDocuments<{ datasources: readonly Source[] }>(
	`${FOLDER}/provisioning/datasources/prometheus.yml`,
);

function overlap(a: Place, b: Place): boolean {
	return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe("the dashboards", () => {
	it("have addresses of their own, and panels that do not lie upon each other", () => {
		expect(boards.length).toBeGreaterThan(2);
		expect(new Set(boards.map(({ uid }) => uid)).size).toBe(boards.length);
		for (const { panels } of boards) {
			expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
			for (const [index, { gridPos }] of panels.entries()) {
				expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(COLUMNS);
				expect(panels.slice(index + 1).filter((other) => overlap(gridPos, other.gridPos))).toEqual([]);
			}
		}
	});

	it.each(panels)("%s: %s asks the source that is provisioned, and names each series", (_board, _title, panel) => {
		const known = provisioned?.datasources.map(({ type, uid }) => ({ type, uid })) ?? [];
		expect(known).toContainEqual(panel.datasource);
		expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
		for (const { datasource, legendFormat } of panel.targets) {
			expect(known).toContainEqual(datasource);
			expect(legendFormat).not.toBe("");
		}
	});

	// Every process reports what it knows: without `sum` or `max` a platform of twelve processes would show a figure twelve times.
	it.each(panels)("%s: %s shows a figure once, or says whose it is", (_board, _title, { targets }) => {
		const bare = targets.filter(({ expr }) => !/\b(sum|max|min)\b/.test(expr));
		expect(bare.filter(({ legendFormat }) => !legendFormat.includes("{{instance}}"))).toEqual([]);
	});

	it.each(panels)("%s: %s names series by labels that are left", (_board, _title, { targets }) => {
		for (const { expr, legendFormat } of targets) {
			const used = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name);
			const kept = (/\bby \(([^)]*)\)/.exec(expr)?.[1] ?? "instance").split(/, */);
			expect(used.filter((name) => !kept.includes(name))).toEqual([]);
		}
	});
});
