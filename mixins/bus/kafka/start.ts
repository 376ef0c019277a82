import type { Admin } from "kafkajs";
import type { Store } from "../../store/port.ts";
import type { Membership } from "../outside/driver.ts";

/** Kind of the documents that hold where a group started. */
const START_KIND = "bus-start";
const UNSEEN = "-1";

interface StartState {
	readonly group: string;
	readonly topic: string;
	/** By partition, as Kafka writes them. */
	readonly offsets: readonly string[];
}

/**
 * Gives a group its offsets where Kafka has none: those it started with, which are stored before anybody of the group reads.
 * A group that is at work has them, and Kafka refuses to change them.
 */
export async function prepareStart(
	admin: Admin,
	store: Store,
	{ groupId, from, topics }: { groupId: string; from: Membership["from"]; topics: readonly string[] },
): Promise<void> {
	store.define({ kind: START_KIND });
	const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
	for (const { topic, partitions } of committed) {
		const unseen = partitions.filter(({ offset }) => offset === UNSEEN);
		if (unseen.length === 0) continue;
		const { offsets } = await startOf(store, {
			group: groupId,
			topic,
			offsets: await firstOffsets(admin, topic, from),
		});
		const missing = unseen.map(({ partition }) => ({ partition, offset: offsets[partition] ?? "0" }));
		await admin.setOffsets({ groupId, topic, partitions: missing }).catch((error: unknown) => {
			if (!isActive(error)) throw error;
		});
	}
}

async function firstOffsets(admin: Admin, topic: string, from: Membership["from"]): Promise<readonly string[]> {
	const offsets = await admin.fetchTopicOffsets(topic);
	const sorted = [...offsets].sort((left, right) => left.partition - right.partition);
	return sorted.map(({ low, high }) => (from === "now" ? high : low));
}

/** The stored start; the first to ask decides it. */
async function startOf(store: Store, wanted: StartState): Promise<StartState> {
	const id = `${wanted.group}/${wanted.topic}`;
	const commit = { kind: START_KIND, id, expectedVersion: 0, state: wanted, events: [], commands: [] };
	const stored = await store.load<StartState>(START_KIND, id);
	if (stored !== null) return stored.state;
	const [result] = await store.commit([commit]);
	if (result?.status === "unknown") throw result.error;
	return (await store.load<StartState>(START_KIND, id))?.state ?? wanted;
}

/** Kafka's words for a group with members. */
function isActive(error: unknown): boolean {
	const { message = "" } = error as Partial<Error>;
	return /unknown_member|not aware of this member|non_empty_group|group is not empty|must have no running instances|illegal_generation|rebalanc/i.test(
		message,
	);
}
