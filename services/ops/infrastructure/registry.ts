import type { ServiceBroker } from "moleculer";
import type { NodeView, ServiceView } from "../contract.ts";

/** What a node of Moleculer's registry knows of itself. */
interface KnownNode {
	readonly id: string;
	readonly available: boolean;
	readonly local: boolean;
	readonly hostname?: string | null;
	readonly client?: { readonly version?: string; readonly langVersion?: string } | null;
	readonly cpu?: number | null;
	/** Seconds on this process's own clock. */
	readonly lastHeartbeatTime: number;
	readonly services?: readonly { readonly fullName?: string; readonly name: string }[];
}

interface KnownAction {
	readonly name: string;
	readonly cache?: unknown;
	readonly circuitBreaker?: { readonly enabled?: boolean };
}

interface KnownService {
	readonly name: string;
	readonly fullName: string;
	readonly version?: string | number | null;
	readonly available: boolean;
	readonly nodeID: string;
	readonly actions?: Readonly<Record<string, KnownAction>>;
	readonly events?: Readonly<Record<string, unknown>>;
}

/** A look at a process: seconds it has run, and bytes of memory it holds. */
export interface Health {
	readonly nodeId: string;
	readonly uptimeSeconds: number;
	readonly memoryBytes: number;
}

/** Every process the broker has heard of, this one first, with what is known of its health; `now` is clock milliseconds. */
export function nodesOf(broker: ServiceBroker, healths: readonly Health[], now: number): readonly NodeView[] {
	const known = new Map(healths.map((health) => [health.nodeId, health]));
	const own = known.get(broker.nodeID)?.uptimeSeconds ?? 0;
	const nodes = broker.registry.getNodeList({ onlyAvailable: false, withServices: true }) as unknown as KnownNode[];
	return nodes.map((node) => nodeOf(node, known.get(node.id), heartbeatAt(node, own, now))).toSorted(localFirst);
}

function localFirst(left: NodeView, right: NodeView): number {
	return Number(right.isLocal) - Number(left.isLocal) || left.nodeId.localeCompare(right.nodeId);
}

function nodeOf(node: KnownNode, health: Health | undefined, heartbeatAt: string | null): NodeView {
	const { id, local, available, hostname = null, client, cpu = null, services = [] } = node;
	return {
		nodeId: id,
		isLocal: local,
		isAvailable: available,
		hostname,
		...versionsOf(client ?? {}),
		cpuPercent: cpu,
		heartbeatAt,
		...healthOf(health),
		services: services
			.map(({ fullName, name }) => fullName ?? name)
			.filter(isShown)
			.toSorted(),
	};
}

function versionsOf({ version = null, langVersion = null }: { version?: string | null; langVersion?: string | null }) {
	return { brokerVersion: version, runtimeVersion: langVersion };
}

function healthOf(health: Health | undefined) {
	if (health === undefined) return { uptimeSeconds: null, memoryBytes: null };
	return { uptimeSeconds: Math.floor(health.uptimeSeconds), memoryBytes: health.memoryBytes };
}

/** Of another process: its last sign of life, which the registry knows in seconds that this process has run. */
function heartbeatAt({ local, lastHeartbeatTime }: KnownNode, ownUptime: number, now: number): string | null {
	if (local) return null;
	const silentMs = Math.max(0, ownUptime - lastHeartbeatTime) * 1_000;
	return new Date(now - silentMs).toISOString();
}

/** Services the framework keeps for itself begin with a dollar sign. */
const isShown = (name: string): boolean => !name.startsWith("$");

/** Every service wherever it runs, by name. */
export function servicesOf(broker: ServiceBroker): readonly ServiceView[] {
	const options = { onlyAvailable: false, skipInternal: true, withActions: true, withEvents: true };
	const found = broker.registry.getServiceList(options) as unknown as KnownService[];
	const byName = Map.groupBy(found, ({ fullName }) => fullName);
	return [...byName].map(([, copies]) => serviceOf(broker, copies)).toSorted((a, b) => a.name.localeCompare(b.name));
}

function serviceOf(broker: ServiceBroker, copies: readonly KnownService[]): ServiceView {
	const [first] = copies;
	const actions = new Map(
		copies.flatMap(({ actions = {} }) => Object.values(actions).map((action) => [action.name, action])),
	);
	return {
		name: first?.name ?? "",
		version: first?.version === undefined || first.version === null ? null : String(first.version),
		isAvailable: copies.some(({ available }) => available),
		nodes: copies.filter(({ available }) => available).map(({ nodeID }) => nodeID),
		actions: [...actions.values()]
			.map((action) => actionOf(broker, action))
			.toSorted((left, right) => left.name.localeCompare(right.name)),
		events: [...new Set(copies.flatMap(({ events = {} }) => Object.keys(events)))].toSorted(),
	};
}

function actionOf(broker: ServiceBroker, { name, cache, circuitBreaker }: KnownAction): ServiceView["actions"][number] {
	return {
		name,
		isAvailable: broker.registry.actions.isAvailable(name),
		hasBreaker: circuitBreaker?.enabled === true,
		isCached: cache !== undefined && cache !== false,
	};
}
