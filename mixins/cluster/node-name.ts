import { hostname } from "node:os";
import type { ClusterSettings } from "../config/cluster.ts";

/** Name of this process among all of a cluster: NODE_ID, else host and process id. */
export function nodeNameOf({ nodeId }: Pick<ClusterSettings, "nodeId">): string {
	return nodeId ?? `${hostname()}-${process.pid}`;
}
