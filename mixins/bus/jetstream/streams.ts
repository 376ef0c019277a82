import { DiscardPolicy, RetentionPolicy, StorageType, type JetStreamManager } from "nats";
import { aliasTopics } from "../outside/aliases.ts";
import type { PartitionId, TopicPlan } from "../outside/driver.ts";

/** The server drops a message whose id it has seen this long ago, nanoseconds. */
const DUPLICATE_WINDOW_NS = 120 * 1e9;

/** Names of the streams and subjects of one plan. */
export function streamNames({ prefix }: Pick<TopicPlan, "prefix">) {
	return {
		streamOf: (kind: string): string => `${prefix}-${kind}`,
		/** Subject of one partition. */
		subjectOf: (kind: string, partition: number | "*"): string => `${prefix}.${kind}.${partition}`,
	};
}

/** What `streamNames` gives. */
export type StreamNames = ReturnType<typeof streamNames>;

/** Makes the streams that are missing: on disk, kept for ever, full means refused. */
export async function ensureStreams(jsm: JetStreamManager, plan: TopicPlan): Promise<void> {
	const { streamOf, subjectOf } = streamNames(plan);
	const existing = new Set<string>();
	for await (const name of jsm.streams.names()) existing.add(name);
	const wanted = [
		...plan.kinds.map((kind) => ({ name: streamOf(kind), subjects: [subjectOf(kind, "*")] })),
		...(plan.hasAliases ? aliasTopics : []).map((alias) => ({ name: alias, subjects: [alias] })),
	];
	for (const { name, subjects } of wanted) {
		if (existing.has(name)) continue;
		await jsm.streams.add({
			name,
			subjects,
			storage: StorageType.File,
			retention: RetentionPolicy.Limits,
			discard: DiscardPolicy.New,
			num_replicas: plan.replicas,
			duplicate_window: DUPLICATE_WINDOW_NS,
		});
	}
}

/** Sequence of the newest message of a partition; 0 for an empty one. */
export async function headOf(
	jsm: JetStreamManager,
	{ streamOf, subjectOf }: StreamNames,
	{ kind, partition }: PartitionId,
): Promise<number> {
	try {
		const message = await jsm.streams.getMessage(streamOf(kind), { last_by_subj: subjectOf(kind, partition) });
		return message.seq;
	} catch (error) {
		if ((error as { code?: string }).code === "404") return 0;
		throw error;
	}
}
