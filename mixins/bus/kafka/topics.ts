import type { Admin } from "kafkajs";
import { aliasTopics } from "../outside/aliases.ts";
import type { TopicPlan } from "../outside/driver.ts";

/** Names of the topics of one plan. */
export function topicNames({ prefix }: Pick<TopicPlan, "prefix">) {
	const start = `${prefix}.`;
	return {
		topicOf: (kind: string): string => start + kind,
		kindOf: (topic: string): string => topic.slice(start.length),
		groupId: (group: string): string => start + group,
	};
}

/** Makes the topics that are missing: events are kept for ever, and a write counts when a majority of the replicas has it. */
export async function ensureTopics(admin: Admin, plan: TopicPlan): Promise<void> {
	const { kinds, partitions, replicas, hasAliases } = plan;
	const { topicOf } = topicNames(plan);
	const existing = new Set(await admin.listTopics());
	const missing = [...kinds.map(topicOf), ...(hasAliases ? aliasTopics : [])].filter((topic) => !existing.has(topic));
	if (missing.length === 0) return;
	await admin.createTopics({
		waitForLeaders: true,
		topics: missing.map((topic) => ({
			topic,
			numPartitions: partitions,
			replicationFactor: replicas,
			configEntries: [
				{ name: "retention.ms", value: "-1" },
				{ name: "retention.bytes", value: "-1" },
				{ name: "min.insync.replicas", value: String(Math.floor(replicas / 2) + 1) },
			],
		})),
	});
}
