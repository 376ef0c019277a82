import type { IncomingMessage } from "node:http";
import { addressKey, clientAddress, isLoopback } from "../../../services/api/http/address.ts";
import { readCookie, refreshCookie } from "../../../services/api/http/cookies.ts";
import { languageReader } from "../../../services/api/http/language.ts";
import { paramsReader } from "../../../services/api/http/params.ts";
import { parseQuery, splitTarget } from "../../../services/api/http/query.ts";
import { createRouter } from "../../../services/api/http/router.ts";

describe("the router", () => {
	const router = createRouter([
		["GET /a/:id", "one"],
		["GET /a/config", "config"],
		["GET /a/:id/b/:other", "two"],
		["POST /a/:id/b", "make"],
		["DELETE /a/:id", "remove"],
		["GET /files/*path", "files"],
		["GET /", "root"],
	]);

	it("prefers literal paths, then fewer parameters", () => {
		expect(router.find("GET", "/a/config")?.target).toBe("config");
		expect(router.find("GET", "/a/x")).toEqual({ target: "one", params: { id: "x" } });
		expect(router.find("GET", "/a/x/b/y")?.params).toEqual({ id: "x", other: "y" });
		expect(router.find("GET", "/")?.target).toBe("root");
	});

	it("gives the rest of the path to an open end", () => {
		expect(router.find("GET", "/files/css/a%20b.css")?.params).toEqual({ path: "css/a b.css" });
		expect(router.find("GET", "/files")).toBeUndefined();
		expect(router.find("GET", "/files/")).toBeUndefined();
	});

	it.each(["/a", "/a/", "/a//b/y", "/a/x/", "/b/x", "", "/constructor", "/a/x/b"])(
		"finds nothing for GET %j",
		(path) => {
			expect(router.find("GET", path)).toBeUndefined();
		},
	);

	it("knows a path's methods", () => {
		expect(router.methodsOf("/a/x")).toEqual(["GET", "DELETE"]);
		expect(router.methodsOf("/a/config")).toEqual(["GET", "DELETE"]);
		expect(router.methodsOf("/nothing")).toEqual([]);
		expect(router.find("PATCH", "/a/x")).toBeUndefined();
	});

	it("refuses a segment that cannot be decoded, or is too long", () => {
		expect(() => router.find("GET", "/a/%zz")).toThrow("VALIDATION_ERROR");
		expect(() => router.find("GET", `/a/${"x".repeat(257)}`)).toThrow("VALIDATION_ERROR");
	});
});

describe("queries", () => {
	it("are split from the path at the first mark", () => {
		expect(splitTarget("/a?b=c?d")).toEqual({ url: "/a", search: "b=c?d" });
		expect(splitTarget("/a")).toEqual({ url: "/a", search: "" });
	});

	it("hold names of every kind without touching a prototype", () => {
		const query = parseQuery("__proto__=1&constructor=2&a=%EA%B0%80+b");
		expect(Object.entries(query)).toEqual([
			["__proto__", "1"],
			["constructor", "2"],
			["a", "가 b"],
		]);
		expect(({} as Record<string, unknown>)["1"]).toBeUndefined();
	});

	it("are refused with a name given twice, or too many names", () => {
		expect(() => parseQuery("a=1&a=2")).toThrow("VALIDATION_ERROR");
		expect(() => parseQuery(Array.from({ length: 51 }, (_value, index) => `a${index}=1`).join("&"))).toThrow(
			"VALIDATION_ERROR",
		);
	});
});

describe("parameters", () => {
	const input = {
		path: { id: "ORD_1" },
		query: { limit: "7", q: "x" },
		body: { amount: 5, refreshToken: undefined },
		cookie: "from-cookie",
	};

	it("come from where the route says, and from nowhere else", () => {
		const read = paramsReader({
			id: "path",
			limit: "query-integer",
			q: "query",
			amount: "body",
			refreshToken: "body-or-cookie",
			missing: "body",
		});
		expect(read(input)).toEqual({ id: "ORD_1", limit: 7, q: "x", amount: 5, refreshToken: "from-cookie" });
		expect(paramsReader(undefined)(input)).toEqual({});
		expect(paramsReader({ amount: "query" })(input)).toEqual({});
	});

	it("that are no whole numbers are refused, not converted", () => {
		const read = paramsReader({ limit: "query-integer" });
		for (const limit of ["", " ", "1.5", "1e3", "0x10", "ten", "9".repeat(16)])
			expect(() => read({ ...input, query: { limit } })).toThrow("VALIDATION_ERROR");
		expect(read({ ...input, query: { limit: "-3" } })).toEqual({ limit: -3 });
	});
});

describe("the client's address", () => {
	const request = (remoteAddress: string | undefined, forwarded?: string | string[]) =>
		({
			socket: { remoteAddress },
			headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
		}) as unknown as IncomingMessage;

	it("is the socket's, whatever the header says, without trusted proxies", () => {
		const address = clientAddress([]);
		expect(address(request("203.0.113.9", "1.2.3.4"))).toBe("203.0.113.9");
		expect(address(request("::ffff:203.0.113.9"))).toBe("203.0.113.9");
		expect(address(request(undefined))).toBe("");
	});

	it("is the right-most hop that is no proxy of ours", () => {
		const address = clientAddress(["10.0.0.0/8", "2001:db8::1", "192.0.2.1"]);
		expect(address(request("10.0.0.1", "6.6.6.6, 203.0.113.9, 192.0.2.1"))).toBe("203.0.113.9");
		expect(address(request("2001:db8::1", ["6.6.6.6", "203.0.113.9"]))).toBe("203.0.113.9");
		expect(address(request("203.0.113.9", "6.6.6.6"))).toBe("203.0.113.9");
		expect(address(request("10.0.0.1"))).toBe("10.0.0.1");
		expect(address(request("10.0.0.1", "10.0.0.2, 10.0.0.3"))).toBe("10.0.0.2");
		expect(address(request("10.0.0.1", "1.1.1.1, not-an-address"))).toBe("10.0.0.1");
	});

	it("is counted by network where one client owns many", () => {
		expect(addressKey("2001:db8:1:2:aaaa::1")).toBe(addressKey("2001:db8:1:2:bbbb::2"));
		expect(addressKey("203.0.113.9")).toBe("203.0.113.9");
	});

	it("may be the machine's own", () => {
		expect(["127.0.0.1", "::1", "10.0.0.1", "1127.0.0.1"].map(isLoopback)).toEqual([true, true, false, false]);
	});
});

describe("cookies", () => {
	it("are read by their whole name", () => {
		expect(readCookie("xa=1; a=2; b=3", "a")).toBe("2");
		expect(readCookie("a=x=y==", "a")).toBe("x=y==");
		expect(readCookie("a=", "a")).toBeUndefined();
		expect(readCookie(`a=${"x".repeat(513)}`, "a")).toBeUndefined();
		expect(readCookie(undefined, "a")).toBeUndefined();
		expect(readCookie("a", "a")).toBeUndefined();
	});

	it("are secure on https", () => {
		expect(refreshCookie("t", 60, false)).not.toContain("Secure");
		expect(refreshCookie("t", 60, true)).toContain("; Secure");
	});
});

describe("languages", () => {
	it("are Korean unless English is preferred, and remembered by header", () => {
		const read = languageReader();
		expect([read(undefined), read("en-US,en"), read("fr"), read("ko,en;q=0.5"), read("en-US,en")]).toEqual([
			"ko",
			"en",
			"ko",
			"ko",
			"en",
		]);
	});
});
