import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { filesEndingWith, readDocument, ROOT } from "../../support/documents.ts";
import { yamlDocuments } from "../../support/yaml.ts";

interface Thing {
	readonly kind: string;
	readonly metadata: { readonly name: string };
}

const pipeline = readDocument("Jenkinsfile");
const scripts = Object.keys((JSON.parse(readDocument("package.json")) as { scripts: object }).scripts);

describe("the pipeline", () => {
	it("tests before it builds, and builds before it deploys", () => {
		const stages = [...pipeline.matchAll(/stage\('([^']+)'\)/g)].map(([, name = ""]) => name);
		const order = ["Checkout", "Install", "Check", "Test", "Test the cluster", "Image", "Smoke", "Publish", "Staging"];
		expect(stages.filter((name) => order.includes(name))).toEqual(order);
		expect(stages.at(-1)).toBe("Production");
	});

	it("runs scripts that are there", () => {
		const ours = [...pipeline.matchAll(/npm run ([a-z:]+)/g)].map(([, name = ""]) => name);
		expect(ours.length).toBeGreaterThan(4);
		expect(ours.filter((name) => !scripts.includes(name))).toEqual([]);
		const files = [...pipeline.matchAll(/\btest\/scripts\/[a-z-]+\.sh/g)].map(([path]) => path);
		expect(files.length).toBeGreaterThan(1);
		for (const file of files) expect(() => accessSync(join(ROOT, file), constants.X_OK)).not.toThrow();
	});

	// The scenarios that pay by themselves are switched off there.
	it("asks the containers for nothing that they refuse", () => {
		expect(readDocument("docker-compose.yml")).toContain('SAGA_TEST_ENDPOINTS: "false"');
		expect(pipeline).not.toContain("test-saga.sh");
	});

	it("rolls out every deployment, the gateways last", () => {
		const things = filesEndingWith(".yaml", "deploy/k8s").flatMap((path) => yamlDocuments<Thing>(path));
		const deployments = things.filter(({ kind }) => kind === "Deployment").map(({ metadata }) => metadata.name);
		const groups = /def groups = \[([^\]]*)\]/.exec(pipeline)?.[1]?.match(/[a-z-]+/g) ?? [];
		expect([...groups].sort()).toEqual([...deployments].sort());
		expect(groups.at(-1)).toBe("gateway");
	});
});
