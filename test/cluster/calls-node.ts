import type { Context } from "moleculer";
import { startNode } from "./node-bed.ts";

/** `calls-node <name> <address of the transporter>`: a process that says who it is, and asks others when it is told to. */
const [nodeId = "", transporterUrl = ""] = process.argv.slice(2);
const CALL_MS = 2_000;

const catalog = () => ({
	name: "catalog",
	actions: { where: (ctx: Context) => ctx.broker.nodeID },
});

const node = await startNode({ nodeId, transporterUrl, services: nodeId.startsWith("catalog") ? [catalog()] : [] });

process.on("message", (wish) => {
	if (wish === "ask") void ask();
	else void node.stop().then(() => process.disconnect());
});
process.send?.("ready");

async function ask(): Promise<void> {
	const answer = await node.broker
		.call<string, object>("catalog.where", {}, { timeout: CALL_MS })
		.catch((error: unknown) => `refused: ${String(error)}`);
	process.send?.(answer);
}
