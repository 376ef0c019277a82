import { headers, type ConsumerMessages, type JetStreamClient } from "nats";
import type { Server } from "../../../deploy/servers/index.ts";
import { laneOf } from "../../../mixins/bus/embedded/parking.ts";
import { connectTo } from "../../../mixins/bus/jetstream/connection.ts";
import { JetStreamDriver } from "../../../mixins/bus/jetstream/driver.ts";
import { ensureStreams, streamNames } from "../../../mixins/bus/jetstream/streams.ts";
import { headersOf } from "../../../mixins/bus/outside/message.ts";
import { partitionOf } from "../../../mixins/bus/outside/partitions.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { kindOf, type Envelope } from "../../../services/shared/events.ts";
import { KINDS, PARTITIONS } from "./events.ts";
import { ourWay, planOf } from "./our-way.ts";
import { sideBySide, type ContestFigures, type Way } from "./side-by-side.ts";
import { printContest } from "./table.ts";
import { withServer } from "./with-server.ts";

const COUNT = 10_000;
const PACE = 500;
const MESSAGES_AT_ONCE = 512;

/** Events through JetStream beside a bare publisher and consumers: same messages, batches, acknowledgements, subjects and server. */
export async function jetStreamBench(): Promise<ContestFigures> {
	return withServer("nats", { credentials: { user: "payflow", password: "bench" } }, async (server) => {
		const onTrouble = (error: Error) => console.error(`trouble: ${error.message}`);
		const figures = await sideBySide({
			server,
			count: COUNT,
			pace: PACE,
			bare: (prefix) => bareJetStream(server, prefix),
			ours: (prefix) =>
				ourWay(
					prefix,
					(options) => new JetStreamDriver({ ...options, url: server.url, clock: systemClock(), onTrouble }),
				),
		});
		printContest("JetStream", figures);
		return figures;
	});
}

/** The nats client alone: every message of a batch on its way at once, each acknowledged; an ordered consumer per stream. */
async function bareJetStream(server: Server, prefix: string): Promise<Way> {
	const connection = await connectTo(server.url);
	const manager = await connection.jetstreamManager();
	await ensureStreams(manager, planOf(prefix));
	const client = connection.jetstream();
	const open: ConsumerMessages[] = [];
	return {
		prepare: (batch) => publishing(client, prefix, batch),
		async consume(onHandled) {
			for (const kind of KINDS) {
				const consumer = await client.consumers.get(streamNames({ prefix }).streamOf(kind));
				const messages = await consumer.consume({ max_messages: MESSAGES_AT_ONCE });
				open.push(messages);
				void handle(messages, onHandled);
			}
		},
		async close() {
			for (const messages of open) messages.stop();
			await connection.close();
		},
	};
}

async function handle(messages: ConsumerMessages, onHandled: (eventId: string) => void): Promise<void> {
	for await (const message of messages) onHandled(message.headers?.get("ce-id") ?? "");
}

function publishing(client: JetStreamClient, prefix: string, batch: readonly Envelope[]) {
	const { subjectOf } = streamNames({ prefix });
	const messages = batch.map((event) => {
		const own = headers();
		for (const [name, value] of Object.entries(headersOf(event, "ce-"))) own.set(name, value);
		const subject = subjectOf(kindOf(event), partitionOf(laneOf(event), PARTITIONS));
		return { subject, payload: JSON.stringify(event), options: { msgID: event.id, headers: own } };
	});
	return async () => {
		await Promise.all(messages.map(({ subject, payload, options }) => client.publish(subject, payload, options)));
	};
}
