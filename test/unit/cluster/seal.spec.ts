import { createHmac } from "node:crypto";
import { createSeal, SEAL_LEEWAY_MS, SEAL_LIFE_MS } from "../../../mixins/cluster/seal.ts";

const NOW = Date.parse("2030-01-07T00:00:00.000Z");
const OURS = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const OLD = "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=";
const THEIRS = "dGhlaXJzdGhlaXJzdGhlaXJzdGhlaXJzdGhlaXJzdGg=";
const packet = {
	ver: "5",
	sender: "gateway-1",
	id: "call-1",
	action: "order.get",
	params: { orderId: "ORD_1" },
	meta: { userId: "USR_MINA", roles: ["ROLE_USER"], sessionId: "SES_1", clientAddress: "192.0.2.7" },
	headers: { commandId: "CMD_1" },
	caller: "api.rest",
	requestID: "COR_1",
};
type Packet = typeof packet;

let now = NOW;
const sealOf = (...secrets: string[]) => createSeal(secrets, () => now);
const ours = sealOf(OURS);
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const sealed = () => ours.close("REQ", "order-1", bytes(packet));
const problem = (data: Buffer, kind = "REQ", self = "order-1") => ours.problemOf(kind, self, data);

/** The sealed packet with something else in it and the token as it was. */
function altered(change: (copy: Packet & Record<string, unknown>) => void): Buffer {
	const { seal, ...copy } = JSON.parse(sealed().toString()) as Packet & { seal: string };
	change(copy);
	return bytes({ ...copy, seal });
}

function withToken(change: (token: string) => string): Buffer {
	const { seal, ...copy } = JSON.parse(sealed().toString()) as Packet & { seal: string };
	return bytes({ ...copy, seal: change(seal) });
}

beforeEach(() => (now = NOW));

describe("a sealed packet", () => {
	it("is believed by its receiver and stays readable", () => {
		const data = sealed();
		expect(problem(data)).toBeNull();
		expect(JSON.parse(data.toString())).toEqual({ ...packet, seal: expect.any(String) as string });
	});

	it("to everybody is believed by everybody", () => {
		const data = ours.close("INFO", null, bytes(packet));
		expect(["order-1", "order-2"].map((self) => ours.problemOf("INFO", self, data))).toEqual([null, null]);
	});

	it("is good for its life and the difference between two clocks, and no longer", () => {
		const data = sealed();
		const at = (ms: number) => {
			now = NOW + ms;
			return problem(data);
		};
		expect(at(SEAL_LIFE_MS + SEAL_LEEWAY_MS)).toBeNull();
		expect(at(SEAL_LIFE_MS + SEAL_LEEWAY_MS + 1)).toBe("expired");
		expect(at(-SEAL_LEEWAY_MS)).toBeNull();
		expect(at(-SEAL_LEEWAY_MS - 1)).toBe("expired");
		expect(SEAL_LIFE_MS + SEAL_LEEWAY_MS).toBeLessThanOrEqual(60_000);
	});

	it("outlives a change of the key, while both are listed", () => {
		const both = sealOf(OURS, OLD);
		expect(both.problemOf("REQ", "order-1", sealOf(OLD).close("REQ", "order-1", bytes(packet)))).toBeNull();
		expect(problem(both.close("REQ", "order-1", bytes(packet)))).toBeNull();
		expect(problem(sealOf(OLD, OURS).close("REQ", "order-1", bytes(packet)))).toBe("foreign");
	});

	it("needs a secret", () => {
		expect(() => sealOf()).toThrow("MASTER_KEY is required");
	});
});

describe("a forged packet is not believed", () => {
	const changes: Record<string, (copy: Packet & Record<string, unknown>) => void> = {
		"another user": (copy) => (copy.meta.userId = "USR_JUN"),
		"a user id in other letters": (copy) => (copy.meta.userId = "usr_mina"),
		"no user": (copy) => delete (copy.meta as Partial<Packet["meta"]>).userId,
		"one more role": (copy) => copy.meta.roles.push("ROLE_ADMIN"),
		"another role": (copy) => (copy.meta.roles = ["ROLE_ADMIN"]),
		"no roles": (copy) => (copy.meta.roles = []),
		"roles as a text": (copy) => (copy.meta.roles = "ROLE_ADMIN" as never),
		"another session": (copy) => (copy.meta.sessionId = "SES_2"),
		"another address": (copy) => (copy.meta.clientAddress = "127.0.0.1"),
		"an actor": (copy) => Object.assign(copy.meta, { actor: "SYSTEM" }),
		"a cause": (copy) => Object.assign(copy.meta, { causationId: "order:ORD_1:1" }),
		"meta twice": (copy) => (copy["Meta"] = { userId: "USR_ADMIN" }),
		"a prototype": (copy) =>
			Object.defineProperty(copy.meta, "__proto__", { value: { userId: "x" }, enumerable: true }),
		"no meta": (copy) => delete (copy as Partial<Packet>).meta,
		"another action": (copy) => (copy.action = "order.cancel"),
		"other params": (copy) => (copy.params.orderId = "ORD_2"),
		"more params": (copy) => Object.assign(copy.params, { amount: 1 }),
		"another command id": (copy) => (copy.headers.commandId = "CMD_2"),
		"another call id": (copy) => (copy.id = "call-2"),
		"another sender": (copy) => (copy.sender = "gateway-2"),
		"another caller": (copy) => (copy.caller = "saga.refund"),
		"another correlation": (copy) => (copy.requestID = "COR_2"),
	};
	it.each(Object.entries(changes))("with %s", (_name, change) => {
		expect(problem(altered(change))).toBe("altered");
	});

	const tokens: Record<string, (token: string) => string> = {
		"a later expiry": (token) => token.replace(String(NOW + SEAL_LIFE_MS), String(NOW + SEAL_LIFE_MS + 1)),
		"a MAC of zeros": (token) => token.replace(/\.[^.]+$/, `.${"A".repeat(43)}`),
		"a MAC with one other letter": (token) =>
			token.replace(/\.(.)([^.]+)$/, (_all, a: string, rest: string) => `.${a === "A" ? "B" : "A"}${rest}`),
	};
	it.each(Object.entries(tokens))("with %s", (_name, change) => {
		expect(problem(withToken(change))).toBe("altered");
	});

	const missing: Record<string, (token: string) => string> = {
		"an empty token": () => "",
		"a shorter MAC": (token) => token.slice(0, -1),
		"a longer MAC": (token) => `${token}A`,
		"a negative expiry": (token) => token.replace(/\.\d{13}\./, ".-123456789012."),
		"no key id": (token) => token.slice(4),
		"letters no token has": (token) => `${token.slice(0, -1)}*`,
		"a JWT without algorithm": () => "eyJhbGciOiJub25lIn0.eyJzdWIiOiJVU1JfTUlOQSJ9.",
	};
	it.each(Object.entries(missing))("with %s", (_name, change) => {
		expect(problem(withToken(change))).toBe("missing");
	});

	it("without a token, without anything, with a token in the wrong place", () => {
		const { seal, ...rest } = JSON.parse(sealed().toString()) as Packet & { seal: string };
		expect(problem(bytes(packet))).toBe("missing");
		expect(problem(Buffer.alloc(0))).toBe("missing");
		expect(problem(Buffer.from("}"))).toBe("missing");
		expect(problem(bytes({ seal, ...rest }))).toBe("missing");
		expect(problem(bytes({ ...rest, meta: { ...rest.meta, seal } }))).toBe("missing");
	});

	it("under another secret, also when it claims our key's id", () => {
		const foreign = sealOf(THEIRS).close("REQ", "order-1", bytes(packet));
		expect(problem(foreign)).toBe("foreign");
		const id = /"seal":"(.{4})/.exec(sealed().toString())?.[1] ?? "";
		expect(problem(Buffer.from(foreign.toString().replace(/"seal":".{4}/, `"seal":"${id}`)))).toBe("altered");
	});

	it("under the shared secret itself instead of the derived key", () => {
		const claim = /"seal":"(.{4}\.\d{13})/.exec(sealed().toString())?.[1] ?? "";
		const body = bytes(packet).subarray(0, -1);
		const mac = createHmac("sha256", OURS).update(`REQ\norder-1\n${claim}\n`).update(body).digest("base64url");
		expect(problem(Buffer.concat([body, Buffer.from(`,"seal":"${claim}.${mac}"}`)]))).toBe("altered");
	});

	it("as another kind of packet, or sent on to another process", () => {
		expect(problem(sealed(), "EVENT")).toBe("altered");
		expect(problem(sealed(), "RES")).toBe("altered");
		expect(problem(sealed(), "REQ", "payment-1")).toBe("altered");
	});

	it("with bytes before or behind it", () => {
		expect(problem(Buffer.concat([Buffer.from(" "), sealed()]))).toBe("altered");
		expect(problem(Buffer.concat([sealed(), Buffer.from(" ")]))).toBe("missing");
		expect(problem(Buffer.concat([sealed(), sealed()]))).toBe("altered");
	});

	it("for more than a minute", () => {
		now = NOW + 3_600_000;
		const future = sealed();
		now = NOW;
		expect(problem(future)).toBe("expired");
	});
});
