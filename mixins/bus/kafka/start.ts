import type { Admin } from "kafkajs";
import type { Store } from "../../store/port.ts";
import type { Membership } from "../outside/driver.ts";

/** Kind of the documents that hold where a group started. */
const START_KIND = "bus-start";

interface StartState {
	readonly group: string;
	readonly topic: string;
	/** By partition, as Kafka writes them. */
	readonly offsets: readonly string[];
}

/** First offset a group wants, by topic and partition. */
export type Starts = ReadonlyMap<string, readonly number[]>;

/** Where a group starts in each topic: stored by whoever of the group came first, before anybody of it reads. */
export async function startsOf(
	admin: Admin,
	store: Store,
	{ groupId, from, topics }: { groupId: string; from: Membership["from"]; topics: readonly string[] },
): Promise<Starts> {
	store.define({ kind: START_KIND });
	const starts = new Map<string, readonly number[]>();
	for (const topic of topics) {
		const id = `${groupId}/${topic}`;
		const stored = await store.load<StartState>(START_KIND, id);
		const state = stored?.state ?? { group: groupId, topic, offsets: await firstOffsets(admin, topic, from) };
		const { offsets } = stored === null ? await found(store, id, state) : state;
		starts.set(topic, offsets.map(Number));
	}
	return starts;
}

async function firstOffsets(admin: Admin, topic: string, from: Membership["from"]): Promise<readonly string[]> {
	const offsets = await admin.fetchTopicOffsets(topic);
	const sorted = [...offsets].sort((left, right) => left.partition - right.partition);
	return sorted.map(({ low, high }) => (from === "now" ? high : low));
}

/** Stores a start; the first to ask decides it. */
async function found(store: Store, id: string, state: StartState): Promise<StartState> {
	const [result] = await store.commit([{ kind: START_KIND, id, expectedVersion: 0, state, events: [], commands: [] }]);
	if (result?.status === "unknown") throw result.error;
	return (await store.load<StartState>(START_KIND, id))?.state ?? state;
}
