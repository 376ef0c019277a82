import { servers, type Server } from "../../../deploy/servers/index.ts";
import { JetStreamDriver } from "../../../mixins/bus/jetstream/driver.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { describeBus } from "../../support/specifications/bus.specification.ts";
import { outsideBed } from "./outside-bed.ts";

const LEASE_MS = 400;
let server: Server;

beforeAll(async () => {
	server = await servers.start("nats", { credentials: { user: "payflow", password: "secret" } });
	console.log(`JetStream of ${server.product}, ${server.origin}`);
});
afterAll(() => server.stop());

for (const batchMax of [undefined, 7])
	describeBus(
		batchMax === undefined ? "JetStream" : "JetStream, in batches",
		() =>
			outsideBed(
				({ plan, store, node }) =>
					new JetStreamDriver({
						url: server.url,
						node,
						plan,
						store,
						clock: systemClock(),
						onTrouble: () => undefined,
						leaseMs: LEASE_MS,
					}),
				batchMax,
			),
		{ isExact: false, isParallel: batchMax === undefined },
	);
