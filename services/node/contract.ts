import type { GroupStatus, ParkedEvent } from "../../mixins/bus/port.ts";
import type { BreakerView } from "../ops/contract.ts";
import type { HttpStatus } from "../shared/errors.ts";

/** A parked event as operators see it; the event's data stays inside. */
export type ParkedView = Omit<ParkedEvent, "event"> & { eventId: string; eventType: string; time: string };

/** Actions of every process about itself, all internal: the gateway asks them all and puts the answers together. */
export interface NodeActions {
	/** Internal: seconds this process has run, and bytes of memory it holds. */
	"node.health": { params: null; result: { nodeId: string; uptimeSeconds: number; memoryBytes: number } };
	/** Internal: the circuit breakers that guard this process's own calls. */
	"node.breakers": { params: null; result: { items: readonly BreakerView[] } };
	/** Internal: how far the consumer groups of this process are. */
	"node.bus": { params: null; result: { items: readonly GroupStatus[] } };
	/** Internal: parked events of a group this process knows, oldest first. */
	"node.parked": { params: { group: string; limit: number }; result: { items: readonly ParkedView[] } };
	/** Internal: tries a parked or dead event again, if its subject is at home here. */
	"node.replayParked": { params: { parkedId: string }; result: { isDone: boolean } };
	/** Internal: gives a dead event up, if its subject is at home here. */
	"node.skipParked": { params: { parkedId: string }; result: { isDone: boolean } };
}

/** It refuses nothing of its own: what is not here is simply not here, and the gateway asks the others. */
export const nodeErrors = {} as const satisfies Record<string, HttpStatus>;
