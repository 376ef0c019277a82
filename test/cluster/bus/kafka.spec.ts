import { connect, type Socket } from "node:net";
import type { ISocketFactory } from "kafkajs";
import { servers, type Server } from "../../../deploy/servers/index.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { KafkaDriver } from "../../../mixins/bus/kafka/driver.ts";
import { describeBus } from "../../support/specifications/bus.specification.ts";
import { outsideBed, type Mortal } from "./outside-bed.ts";

const SESSION_MS = 1_000;
let server: Server;

beforeAll(async () => {
	process.env["KAFKAJS_NO_PARTITIONER_WARNING"] = "1";
	server = await servers.start("kafka", {
		credentials: { user: "payflow", password: "secret" },
		settings: ["group.min.session.timeout.ms=500"],
	});
	console.log(`${server.product}, ${server.origin}`);
});
afterAll(() => server.stop());

for (const batchMax of [undefined, 7])
	describeBus(
		batchMax === undefined ? "Kafka" : "Kafka, in batches",
		() =>
			outsideBed(
				({ plan, store, process }) =>
					new KafkaDriver({
						url: server.url,
						plan,
						store,
						clock: systemClock(),
						onTrouble: () => undefined,
						sessionTimeoutMs: SESSION_MS,
						socketFactory: socketsOf(process),
					}),
				batchMax,
			),
		{ isExact: false, isParallel: batchMax === undefined },
	);

/** Connections that break with their process and cannot be made after its death. */
function socketsOf(process: Mortal): ISocketFactory {
	return ({ host, port, onConnect }): Socket => {
		const socket = connect({ host, port }, onConnect);
		const end = () => socket.destroy(new Error("the process is dead"));
		if (process.isAlive) process.ends.push(end);
		else end();
		return socket;
	};
}
