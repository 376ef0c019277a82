import { everyService } from "../../../deploy/cluster/groups.ts";
import { siteRoutes } from "../../../services/api/routes/site.routes.ts";
import { filesEndingWith } from "../../support/documents.ts";
import { yamlDocuments } from "../../support/yaml.ts";
import { knownSettings } from "./names.ts";

interface Probe {
	readonly httpGet: { readonly path: string; readonly port: string };
}

interface Port {
	readonly name: string;
	readonly containerPort: number;
}

interface Pod {
	readonly name: string;
	readonly image: string;
	readonly ports: readonly [Port, ...Port[]];
	readonly env: readonly { readonly name: string; readonly value?: string }[];
	readonly securityContext: Readonly<Record<string, unknown>>;
	readonly resources: Readonly<Record<"requests" | "limits", Readonly<Record<string, string>>>>;
	readonly startupProbe: Probe;
	readonly readinessProbe: Probe;
	readonly livenessProbe: Probe;
	readonly envFrom: readonly unknown[];
}

interface Thing {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: { readonly name: string; readonly namespace?: string };
	readonly data?: Readonly<Record<string, string>>;
	readonly stringData?: Readonly<Record<string, string>>;
	readonly spec?: Record<string, unknown>;
}

interface DeploymentSpec {
	readonly replicas: number;
	readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
	readonly template: {
		readonly metadata: {
			readonly labels: Readonly<Record<string, string>>;
			readonly annotations: Readonly<Record<string, string>>;
		};
		readonly spec: { readonly securityContext: object; readonly containers: readonly [Pod, ...Pod[]] };
	};
}

const things = filesEndingWith(".yaml", "deploy/k8s").flatMap((path) => yamlDocuments<Thing>(path));
const of = (kind: string) => things.filter((thing) => thing.kind === kind);
const deployments = of("Deployment").map(
	({ metadata, spec }) => [metadata.name, spec as unknown as DeploymentSpec] as const,
);
const names = deployments.map(([name]) => name);

describe("the cluster on Kubernetes", () => {
	it("has things of known kinds, all in one namespace", () => {
		const known: Readonly<Record<string, string>> = {
			Namespace: "v1",
			ConfigMap: "v1",
			Secret: "v1",
			Service: "v1",
			Deployment: "apps/v1",
			HorizontalPodAutoscaler: "autoscaling/v2",
			PodDisruptionBudget: "policy/v1",
			Ingress: "networking.k8s.io/v1",
			NetworkPolicy: "networking.k8s.io/v1",
		};
		expect(things.filter(({ kind, apiVersion }) => known[kind] !== apiVersion)).toEqual([]);
		const strays = things.filter(({ kind, metadata }) => kind !== "Namespace" && metadata.namespace !== "payflow");
		expect(strays).toEqual([]);
	});

	it("runs every service once, and never the simulated provider", () => {
		const run = deployments.flatMap(([, spec]) => valueOf(spec.template.spec.containers[0], "SERVICES").split(","));
		expect(run.sort()).toEqual(everyService());
	});

	it.each(deployments)("lets %s be nobody's root, with limits, and asks it where it answers", (name, spec) => {
		const { securityContext, containers } = spec.template.spec;
		const [pod] = containers;
		expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1_000 });
		expect(pod.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
		expect(pod.securityContext["capabilities"]).toEqual({ drop: ["ALL"] });
		expect(pod.resources.limits).toMatchObject({ cpu: expect.any(String), memory: expect.any(String) });
		expect(pod.image).toMatch(/:\d+\.\d+\.\d+$/);
		const [port] = pod.ports;
		expect(valueOf(pod, name === "gateway" ? "PORT" : "METRICS_PORT")).toBe(String(port.containerPort));
		const metrics = pod.ports.find(({ name }) => name === "metrics")?.containerPort;
		expect(valueOf(pod, "METRICS_PORT")).toBe(String(metrics));
		expect(spec.template.metadata.annotations).toEqual({
			"prometheus.io/scrape": "true",
			"prometheus.io/port": String(metrics),
			"prometheus.io/path": "/metrics",
		});
		for (const { httpGet } of [pod.startupProbe, pod.readinessProbe, pod.livenessProbe]) {
			expect(Object.keys(siteRoutes)).toContain(`GET ${httpGet.path}`);
			expect(httpGet.port).toBe(port.name);
		}
		// A process that waits for its store is not ready, but must not be killed for it.
		expect(pod.livenessProbe.httpGet.path).toBe("/health");
		expect(pod.readinessProbe.httpGet.path).toBe("/ready");
	});

	it.each(deployments)("tells %s settings that exist", (_name, spec) => {
		const told = spec.template.spec.containers[0].env.map(({ name }) => name);
		const common = [...of("ConfigMap"), ...of("Secret")].flatMap(({ data, stringData }) =>
			Object.keys({ ...data, ...stringData }),
		);
		const known = knownSettings();
		expect([...told, ...common].filter((name) => !known.has(name))).toEqual([]);
		expect(spec.template.spec.containers[0].envFrom).toEqual([
			{ configMapRef: { name: of("ConfigMap")[0]?.metadata.name } },
			{ secretRef: { name: of("Secret")[0]?.metadata.name } },
		]);
	});

	it.each(["Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"])("gives every deployment a %s", (kind) => {
		expect(of(kind).map(({ metadata }) => metadata.name)).toEqual(names);
	});

	it("points every selector at pods", () => {
		for (const [name, { selector, template }] of deployments) {
			expect(template.metadata.labels).toMatchObject(selector.matchLabels);
			const service = of("Service").find(({ metadata }) => metadata.name === name)?.spec;
			expect(template.metadata.labels).toMatchObject(service?.["selector"] as object);
			const scaler = of("HorizontalPodAutoscaler").find(({ metadata }) => metadata.name === name)?.spec;
			expect(scaler?.["scaleTargetRef"]).toEqual({ apiVersion: "apps/v1", kind: "Deployment", name });
		}
	});

	it("lets nobody in but the ingress, and the monitoring to the metrics", () => {
		interface Rule {
			readonly from?: readonly object[];
			readonly ports?: readonly { readonly port: string }[];
		}
		const rules = of("NetworkPolicy").flatMap(({ spec }) => spec?.["ingress"] as readonly Rule[]);
		const namespace = (name: string) => [
			{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } },
		];
		expect(rules).toEqual([
			{ from: namespace("ingress-nginx"), ports: [{ port: "http" }] },
			{ from: namespace("monitoring"), ports: [{ port: "metrics" }] },
			{ from: namespace("monitoring"), ports: [{ port: "metrics" }] },
		]);
	});

	it("has a secret without a single value in it", () => {
		expect(of("Secret")).toHaveLength(1);
		expect(Object.values(of("Secret")[0]?.stringData ?? {}).filter((value) => value !== "")).toEqual([]);
	});

	it("leads the world to the gateways, and to no metrics", () => {
		const [ingress] = of("Ingress");
		const routes = JSON.stringify(ingress?.spec);
		expect(routes).toContain(`"path":"/","pathType":"Prefix","backend":{"service":{"name":"gateway"`);
		expect(routes).toContain(`"path":"/metrics","pathType":"Exact","backend":{"service":{"name":"nowhere"`);
		expect(names).not.toContain("nowhere");
	});
});

function valueOf(pod: Pod, name: string): string {
	return pod.env.find((line) => line.name === name)?.value ?? "";
}
