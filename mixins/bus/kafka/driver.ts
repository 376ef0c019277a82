import { Kafka, logLevel, type ISocketFactory, type Admin, type Consumer, type Message, type Producer } from "kafkajs";
import { kindOf } from "../../../services/shared/events.ts";
import type { Clock } from "../../clock/port.ts";
import type { Store } from "../../store/port.ts";
import { Stopping, type OnTrouble } from "../embedded/persist.ts";
import { laneOf } from "../embedded/parking.ts";
import { aliasOf } from "../outside/aliases.ts";
import type { Driver, Membership, PartitionLag, TopicPlan } from "../outside/driver.ts";
import { headersOf } from "../outside/message.ts";
import { partitionOf } from "../outside/partitions.ts";
import type { WrittenEvent } from "../port.ts";
import { connectionOf } from "./connection.ts";
import { KafkaGroup, type Assignment } from "./group.ts";
import { startsOf, type Starts } from "./start.ts";
import { ensureTopics, topicNames } from "./topics.ts";

/** What the Kafka driver stands on. */
export interface KafkaOptions {
	/** `kafka://user:password@host:port,host:port`, `kafkas://` for TLS. */
	readonly url: string;
	readonly plan: TopicPlan;
	/** Remembers where each group starts. */
	readonly store: Store;
	readonly clock: Clock;
	readonly onTrouble: OnTrouble;
	/** A member that is silent for longer has its partitions taken away, ms. */
	readonly sessionTimeoutMs?: number;
	/** Opens the connections, for tests that cut them. */
	readonly socketFactory?: ISocketFactory;
}

const SESSION_TIMEOUT_MS = 10_000;
const PUBLISH_MAX_MS = 20_000;
/** Kafka's offset of a group that has none. */
const UNSEEN = "-1";

/** Events in Kafka: one topic per kind, the partition by subject, acks of all replicas, the position after the batch. */
export class KafkaDriver implements Driver {
	readonly #options: KafkaOptions;
	readonly #kafka: Kafka;
	readonly #names: ReturnType<typeof topicNames>;
	readonly #groups = new Set<KafkaGroup>();
	readonly #starts = new Map<string, Starts>();
	#admin: Promise<Admin> | null = null;
	#producer: Promise<Producer> | null = null;
	#topics: Promise<void> | null = null;
	#isClosed = false;

	constructor(options: KafkaOptions) {
		this.#options = options;
		this.#names = topicNames(options.plan);
		const { url, socketFactory } = options;
		this.#kafka = new Kafka({
			...connectionOf(url),
			...(socketFactory === undefined ? {} : { socketFactory }),
			logLevel: logLevel.NOTHING,
		});
	}

	async publish(events: readonly WrittenEvent[]): Promise<void> {
		if (this.#isClosed) throw new Stopping();
		await this.#ready();
		const producer = await this.#produce();
		const answered = new AbortController();
		try {
			const sent = producer.sendBatch({ acks: -1, topicMessages: this.#messagesOf(events) });
			await Promise.race([sent, this.#tooLong(answered.signal)]);
		} catch (error) {
			// An idempotent producer that has lost an answer may never get its sequence right again, nor end by itself.
			this.#producer = null;
			void producer.disconnect().catch(() => undefined);
			throw error;
		} finally {
			answered.abort(new Stopping());
		}
	}

	/** kafkajs may wait for ever for the answer of a connection that has gone. */
	async #tooLong(answered: AbortSignal): Promise<never> {
		await this.#options.clock.sleep(PUBLISH_MAX_MS, answered);
		throw new Error(`Kafka has not acknowledged events for ${PUBLISH_MAX_MS} ms`);
	}

	async join(membership: Membership): Promise<void> {
		if (this.#isClosed) throw new Stopping();
		await this.#ready();
		const { group, kinds } = membership;
		const topics = kinds.map(this.#names.topicOf);
		const starts = await startsOf(await this.#administer(), this.#options.store, {
			groupId: this.#names.groupId(group),
			from: membership.from,
			topics,
		});
		this.#starts.set(group, starts);
		const groupId = this.#names.groupId(group);
		const place = new KafkaGroup({
			kafka: this.#kafka,
			groupId,
			topics,
			membership,
			starts,
			kindOf: this.#names.kindOf,
			clock: this.#options.clock,
			onTrouble: this.#options.onTrouble,
			sessionTimeoutMs: this.#options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
			onAssigned: (consumer, assignment) => void this.#skip(consumer, assignment, { groupId, starts }),
		});
		this.#groups.add(place);
		try {
			await place.enter();
		} catch (error) {
			this.#groups.delete(place);
			await place.close();
			throw error;
		}
	}

	/** A group that starts now need not read what was before; what slips through is left out by the member. */
	async #skip(
		consumer: Consumer,
		assignment: Assignment,
		{ groupId, starts }: { groupId: string; starts: Starts },
	): Promise<void> {
		const admin = await this.#administer();
		const committed = await admin.fetchOffsets({ groupId, topics: Object.keys(assignment) }).catch(() => []);
		for (const { topic, partitions } of committed) {
			const fresh = partitions.filter(
				({ partition, offset }) => offset === UNSEEN && isIn(assignment, topic, partition),
			);
			for (const { partition } of fresh)
				consumer.seek({ topic, partition, offset: String(starts.get(topic)?.[partition] ?? 0) });
		}
	}

	async lag(group: string, kinds: readonly string[]): Promise<readonly PartitionLag[]> {
		const admin = await this.#administer();
		const topics = kinds.map(this.#names.topicOf);
		const [committed, ...heads] = await Promise.all([
			admin.fetchOffsets({ groupId: this.#names.groupId(group), topics }),
			...topics.map((topic) => admin.fetchTopicOffsets(topic)),
		]);
		const starts = this.#starts.get(group);
		return topics.flatMap((topic, index) =>
			(heads[index] ?? []).map(({ partition, high }) => ({
				kind: this.#names.kindOf(topic),
				partition,
				position: offsetIn(committed, topic, partition) ?? starts?.get(topic)?.[partition] ?? 0,
				head: Number(high),
			})),
		);
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await Promise.all([...this.#groups].map((group) => group.close()));
		await Promise.all([disconnect(this.#admin), disconnect(this.#producer)]);
	}

	#messagesOf(events: readonly WrittenEvent[]) {
		const { partitions, hasAliases } = this.#options.plan;
		const byTopic = new Map<string, Message[]>();
		const add = (topic: string, message: Message): void => {
			const messages = byTopic.get(topic);
			if (messages === undefined) byTopic.set(topic, [message]);
			else messages.push(message);
		};
		for (const { event, text } of events) {
			const partition = partitionOf(laneOf(event), partitions);
			const message = { key: event.subject, partition, value: text, headers: headersOf(event, "ce_") };
			add(this.#names.topicOf(kindOf(event)), message);
			const alias = hasAliases ? aliasOf(event.type) : null;
			if (alias !== null) add(alias, message);
		}
		return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
	}

	/** Topics exist; asked once, and again after a failure. */
	#ready(): Promise<void> {
		this.#topics ??= this.#administer()
			.then((admin) => ensureTopics(admin, this.#options.plan))
			.catch((error: unknown) => {
				this.#topics = null;
				throw error;
			});
		return this.#topics;
	}

	#administer(): Promise<Admin> {
		this.#admin ??= connected(this.#kafka.admin()).catch((error: unknown) => {
			this.#admin = null;
			throw error;
		});
		return this.#admin;
	}

	#produce(): Promise<Producer> {
		this.#producer ??= connected(
			this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false }),
		).catch((error: unknown) => {
			this.#producer = null;
			throw error;
		});
		return this.#producer;
	}
}

/** The committed offset of a partition, or null if there is none. */
function offsetIn(committed: Awaited<ReturnType<Admin["fetchOffsets"]>>, topic: string, partition: number) {
	const offsets = committed.find((each) => each.topic === topic)?.partitions;
	const offset = offsets?.find((each) => each.partition === partition)?.offset ?? UNSEEN;
	return offset === UNSEEN ? null : Number(offset);
}

function isIn(assignment: Assignment, topic: string, partition: number): boolean {
	return assignment[topic]?.includes(partition) === true;
}

async function connected<Client extends { connect(): Promise<void> }>(client: Client): Promise<Client> {
	await client.connect();
	return client;
}

async function disconnect(client: Promise<{ disconnect(): Promise<void> }> | null): Promise<void> {
	await client?.then((each) => each.disconnect()).catch(() => undefined);
}
