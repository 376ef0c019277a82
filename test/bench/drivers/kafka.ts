import { Kafka, logLevel, type Consumer, type Producer } from "kafkajs";
import type { Server } from "../../../deploy/servers/index.ts";
import { laneOf } from "../../../mixins/bus/embedded/parking.ts";
import { connectionOf } from "../../../mixins/bus/kafka/connection.ts";
import { KafkaDriver } from "../../../mixins/bus/kafka/driver.ts";
import { ensureTopics, topicNames } from "../../../mixins/bus/kafka/topics.ts";
import { headersOf } from "../../../mixins/bus/outside/message.ts";
import { partitionOf } from "../../../mixins/bus/outside/partitions.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { kindOf, type Envelope } from "../../../services/shared/events.ts";
import { median } from "../figures.ts";
import { batchesOf, benchEvents, KINDS, PARTITIONS } from "./events.ts";
import { ourWay, planOf } from "./our-way.ts";
import { rateSince, sideBySide, type ContestFigures, type Way } from "./side-by-side.ts";
import { printContest } from "./table.ts";
import { withServer } from "./with-server.ts";

const COUNT = 20_000;
const PACE = 1_000;
const BATCH = 1_000;
const LEAN_ROUNDS = 3;
/** As the driver's, so that both fetch alike. */
const FETCH = { maxWaitTimeInMs: 100, maxBytesPerPartition: 1_048_576 };

/** Kafka's figures, and how fast the bare producer is with messages of key and value alone. */
export interface KafkaFigures extends ContestFigures {
	readonly bareWithoutHeadersPerSecond: number;
}

/** Events through Kafka beside a bare kafkajs producer and consumer: same messages, batches, acks, partitions and server. */
export async function kafkaBench(): Promise<KafkaFigures> {
	process.env["KAFKAJS_NO_PARTITIONER_WARNING"] = "1";
	return withServer("kafka", { credentials: { user: "payflow", password: "bench" } }, async (server) => {
		const figures = await sideBySide({
			server,
			count: COUNT,
			pace: PACE,
			bare: (prefix) => bareKafka(server, prefix),
			ours: (prefix) =>
				ourWay(
					prefix,
					(options) => new KafkaDriver({ ...options, url: server.url, clock: systemClock(), onTrouble: loudly }),
				),
		});
		const bareWithoutHeadersPerSecond = await leanRate(server);
		printContest("Kafka", figures);
		console.log(`bare with key and value alone, no headers: ${bareWithoutHeadersPerSecond}/s`);
		return { ...figures, bareWithoutHeadersPerSecond };
	});
}

function loudly(error: Error): void {
	console.error(`trouble: ${error.message}`);
}

/** kafkajs alone: an idempotent producer with acks of all replicas, and a consumer that commits behind each batch. */
async function bareKafka(server: Server, prefix: string, hasHeaders = true): Promise<Way> {
	const kafka = new Kafka({ ...connectionOf(server.url), logLevel: logLevel.NOTHING });
	const plan = planOf(prefix);
	const admin = kafka.admin();
	await admin.connect();
	await ensureTopics(admin, plan);
	await admin.disconnect();
	const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
	await producer.connect();
	const consumers: Consumer[] = [];
	return {
		prepare: (batch) => sending(producer, prefix, batch, hasHeaders),
		async consume(onHandled) {
			const consumer = kafka.consumer({ groupId: `${prefix}.bare`, allowAutoTopicCreation: false, ...FETCH });
			consumers.push(consumer);
			await consumer.connect();
			await consumer.subscribe({ topics: KINDS.map(topicNames(plan).topicOf), fromBeginning: true });
			const joined = new Promise<void>((resolve) => void consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
			await consumer.run({
				partitionsConsumedConcurrently: 8,
				eachBatch: async ({ batch }) => {
					for (const { headers } of batch.messages) onHandled(String(headers?.["ce_id"]));
				},
			});
			await joined;
		},
		async close() {
			await Promise.all([producer.disconnect(), ...consumers.map((consumer) => consumer.disconnect())]);
		},
	};
}

function sending(producer: Producer, prefix: string, batch: readonly Envelope[], hasHeaders: boolean) {
	const { topicOf } = topicNames({ prefix });
	const topicMessages = [...Map.groupBy(batch, kindOf)].map(([kind, events]) => ({
		topic: topicOf(kind),
		messages: events.map((event) => ({
			key: event.subject,
			partition: partitionOf(laneOf(event), PARTITIONS),
			value: JSON.stringify(event),
			...(hasHeaders ? { headers: headersOf(event, "ce_") } : {}),
		})),
	}));
	return async () => {
		await producer.sendBatch({ acks: -1, topicMessages });
	};
}

/** The bare producer without headers, which kafkajs writes one by one at some cost. */
async function leanRate(server: Server): Promise<number> {
	const rates: number[] = [];
	for (let round = 0; round < LEAN_ROUNDS; round++) {
		const way = await bareKafka(server, `lean${process.pid}x${round}`, false);
		const batches = batchesOf(benchEvents("lean", COUNT), BATCH).map((batch) => way.prepare(batch));
		const startedAt = performance.now();
		for (const publish of batches) await publish();
		rates.push(rateSince(startedAt, COUNT));
		await way.close();
	}
	return median(rates);
}
