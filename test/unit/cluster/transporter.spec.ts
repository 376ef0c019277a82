import { ServiceBroker } from "moleculer";
import { transporterOf, transporterTrouble } from "../../../mixins/cluster/transporter.ts";

describe("the transporter", () => {
	it("is NATS with what the address says, decoded", () => {
		expect(transporterOf("nats://pay%40flow:s%3Acret@a:4222,b:4223")).toEqual({
			type: "NATS",
			options: expect.objectContaining({ servers: ["a:4222", "b:4223"], user: "pay@flow", pass: "s:cret" }) as object,
		});
		expect(transporterOf("nats://a:4222")).not.toHaveProperty("options.user");
		expect(transporterOf("nats://a:4222")).toHaveProperty("options.tls", null);
	});

	it("speaks TLS where the address asks for it", () => {
		expect(transporterOf("tls://u:p@a:4222")).toHaveProperty("options.tls.handshakeFirst", false);
		expect(transporterOf("kafkas://u:p@a:9092")).toHaveProperty("options.consumer.tls", {});
		expect(transporterOf("kafkas://u:p@a:9092")).toHaveProperty("options.admin.tlsServerName", true);
		expect(transporterOf("kafkas://u:p@10.0.0.5:9092")).toHaveProperty("options.admin.tlsServerName", false);
		expect(transporterOf("kafka://u:p@a:9092")).not.toHaveProperty("options.admin.tls");
	});

	it("is Kafka with credentials for each of its clients", () => {
		const transporter = transporterOf("kafka://user:secret@a:9092,b:9093");
		expect(transporter).toMatchObject({ type: "Kafka", options: { bootstrapBrokers: ["a:9092", "b:9093"] } });
		for (const client of ["producer", "consumer", "admin"])
			expect(transporter).toHaveProperty(`options.${client}.sasl`, {
				mechanism: "PLAIN",
				username: "user",
				password: "secret",
			});
		expect(transporterOf("kafka://a:9092")).not.toHaveProperty("options.producer.sasl");
	});

	it("says in the log why it does not connect", () => {
		const lines: unknown[][] = [];
		const broker = new ServiceBroker({ logger: false, middlewares: [transporterTrouble()] });
		jest.spyOn(broker, "getLogger").mockReturnValue({ error: (...words: unknown[]) => lines.push(words) } as never);
		transporterTrouble().created?.(broker);
		const error = new Error("Listing topics failed.", { cause: new Error("certificate has expired") });
		for (const each of [error, new Error("said already")]) broker.localBus.emit("$transporter.error", { error: each });
		expect(lines).toEqual([
			["The transporter needs attention.", { reason: "Listing topics failed. certificate has expired" }],
		]);
	});

	it("is none without an address", () => {
		expect(transporterOf(null)).toBeNull();
	});
});
