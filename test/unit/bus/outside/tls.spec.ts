import { NatsError } from "nats";
import type { PeerCertificate } from "node:tls";
import { connectTo } from "../../../../mixins/bus/jetstream/connection.ts";
import { connectionReason, haveNames, hostNames, natsTls } from "../../../../mixins/bus/outside/tls.ts";

const certificateFor = (subjectaltname: string) => ({ subject: { CN: "x" }, subjectaltname }) as PeerCertificate;
const number = certificateFor("IP Address:10.0.0.5");
const name = certificateFor("DNS:nats.example.com");

describe("hosts of an address", () => {
	it("are names or numbers, without their ports", () => {
		expect(hostNames(["a.example:1", "10.0.0.5:2", "[::1]:3", "b"])).toEqual(["a.example", "10.0.0.5", "::1", "b"]);
		expect(haveNames(["a.example:1", "b:2"])).toBe(true);
		expect(haveNames(["a.example:1", "[::1]:2"])).toBe(false);
	});
});

describe("the certificate of a NATS server", () => {
	it("is for its number, where the address has numbers, whatever Node takes its name to be", () => {
		const { checkServerIdentity } = natsTls(["10.0.0.4:4222", "10.0.0.5:4222"]);
		expect(checkServerIdentity("localhost", number)).toBeUndefined();
		for (const other of [name, certificateFor("DNS:localhost"), certificateFor("IP Address:10.0.0.6")])
			expect(checkServerIdentity("localhost", other)?.message).toContain("10.0.0.4");
	});

	it("is for its name, where the address has names", () => {
		const { checkServerIdentity } = natsTls(["nats.example.com:4222", "10.0.0.5:4222"]);
		expect(checkServerIdentity("nats.example.com", name)).toBeUndefined();
		expect(checkServerIdentity("nats.example.com", number)?.message).toContain("does not match");
		expect(natsTls(["a:1"]).checkServerIdentity("a", name)?.message).toContain("does not match");
		expect(natsTls(["localhost:1"]).checkServerIdentity("localhost", certificateFor("DNS:localhost"))).toBeUndefined();
	});
});

describe("the reason of a failed connection", () => {
	it("is said with all that lies below, once", () => {
		const broken = new Error("certificate has expired");
		const wrapped = new AggregateError([new Error("No broker.", { cause: broken }), new Error("other")], "It failed.");
		expect(connectionReason(new Error("It failed.", { cause: wrapped }))).toBe(
			"It failed. No broker. certificate has expired",
		);
		expect(connectionReason(new Error("alone"))).toBe("alone");
		expect(connectionReason("thrown")).toBe("thrown");
	});

	it("is put into words where NATS says too little", () => {
		for (const words of ["tls", "Cannot destructure property 'certFile' of 'this.options.tls' as it is null."])
			expect(connectionReason(new NatsError(words, "TLS"))).toContain("tls:// is for a NATS server");
	});

	it("comes with the error", async () => {
		await expect(connectTo("nats://127.0.0.1:1")).rejects.toThrow(/REFUSED/);
	});
});
