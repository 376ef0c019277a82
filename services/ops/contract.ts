import type { HttpStatus } from "../shared/errors.ts";

/** A process of the platform; times ISO 8601. */
export interface NodeView {
	nodeId: string;
	/** The process that answers. */
	isLocal: boolean;
	isAvailable: boolean;
	hostname: string | null;
	/** Version of the service broker, and of Node.js. */
	brokerVersion: string | null;
	runtimeVersion: string | null;
	/** Load of its processor in percent, from its last heartbeat. */
	cpuPercent: number | null;
	heartbeatAt: string | null;
	/** Null for a process that does not answer. */
	uptimeSeconds: number | null;
	memoryBytes: number | null;
	services: readonly string[];
}

/** A service wherever it runs. */
export interface ServiceView {
	name: string;
	version: string | null;
	isAvailable: boolean;
	nodes: readonly string[];
	actions: readonly { name: string; isAvailable: boolean; hasBreaker: boolean; isCached: boolean }[];
	/** Names of the events it hears. */
	events: readonly string[];
}

/** What a circuit breaker does: lets everything through, nothing, or one call to try. */
export type BreakerState = "CLOSED" | "OPEN" | "HALF_OPEN";

/**
 * The circuit breaker of an action on one process; counts of the window in which it last changed. Every process that calls has its
 * own: of all of them, the worst.
 */
export interface BreakerView {
	action: string;
	nodeId: string;
	state: BreakerState;
	/** What an operator wants whatever happens; null leaves it to the breaker. */
	forced: "OPEN" | "CLOSED" | null;
	failures: number | null;
	count: number | null;
	changedAt: string | null;
}

/** A scheduled job of the cluster; times ISO 8601. */
export interface JobView {
	job: string;
	runs: number;
	failures: number;
	lastStartedAt: string | null;
	lastFinishedAt: string | null;
	lastError: string | null;
	lastErrorAt: string | null;
	/** The process that runs it now, until when. */
	heldBy: string | null;
	heldUntil: string | null;
}

/** A stored document, masked: what could be somebody's data or a secret is not shown. */
export interface DocumentView {
	kind: string;
	id: string;
	version: number;
	sequence: number;
	lastTime: string | null;
	state: Readonly<Record<string, unknown>>;
}

/** A stored event, masked alike. */
export interface DocumentEventView {
	eventId: string;
	sequence: number;
	eventType: string;
	occurredAt: string;
	actor: string;
	correlationId: string;
	data: Readonly<Record<string, unknown>>;
}

/** Actions for operators; the gateway lets administrators in only. */
export interface OpsActions {
	"ops.nodes": { params: null; result: { items: readonly NodeView[] } };
	"ops.services": { params: null; result: { items: readonly ServiceView[] } };
	"ops.breakers": { params: null; result: { items: readonly BreakerView[] } };
	/** Holds an action's breaker open or closed in every process, or (AUTO) leaves it to itself again. */
	"ops.setBreaker": {
		params: { action: string; state: "OPEN" | "CLOSED" | "AUTO" };
		result: { items: readonly BreakerView[] };
	};
	/** Every job that has ever run, by name. */
	"ops.jobs": { params: null; result: { items: readonly JobView[] } };
	/** Kinds of documents of this process. Not there in production, like the next three. */
	"ops.kinds": { params: null; result: { items: readonly string[] } };
	/** Documents of a kind, newest id first (`limit` 1–100, default 20). */
	"ops.documents": {
		params: { kind: string; limit?: number; cursor?: string };
		result: { items: readonly DocumentView[]; nextCursor: string | null };
	};
	"ops.document": { params: { kind: string; id: string }; result: DocumentView };
	/** A document's events in order (`limit` 1–100, default 20, after the sequence `after`). */
	"ops.documentEvents": {
		params: { kind: string; id: string; after?: number; limit?: number };
		result: { items: readonly DocumentEventView[]; nextAfter: number | null };
	};
}

/** Every way operations refuse. */
export const opsErrors = {
	BREAKER_NOT_FOUND: 404,
	DATA_NOT_FOUND: 404,
	VALIDATION_ERROR: 400,
} as const satisfies Record<string, HttpStatus>;
/** Codes of `opsErrors`. */
export type OpsErrorCode = keyof typeof opsErrors;
