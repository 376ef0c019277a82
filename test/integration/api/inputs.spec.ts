import { connect } from "node:net";
import { startGateway, type GatewayBed } from "./gateway-bed.ts";

describe("hostile inputs", () => {
	let bed: GatewayBed;
	let token = "";
	const create = (body: unknown, headers: Record<string, string> = {}) =>
		bed.ask({ method: "POST", path: "/api/orders", token, body, headers });

	beforeAll(async () => {
		bed = await startGateway();
		token = await bed.tokenOf("mina");
	});
	afterAll(() => bed.stop());

	const bodies: [name: string, body: unknown, code: string][] = [
		["text for a number", { productName: "A", amount: "5000" }, "VALIDATION_ERROR"],
		["a huge number", '{"productName":"A","amount":1e300}', "VALIDATION_ERROR"],
		["a number past the safe integers", '{"productName":"A","amount":9007199254740993}', "VALIDATION_ERROR"],
		["a fraction", { productName: "A", amount: 1.5 }, "VALIDATION_ERROR"],
		["a negative amount", { productName: "A", amount: -1 }, "VALIDATION_ERROR"],
		["an operator for text", { productName: { $gt: "" }, amount: 5_000 }, "VALIDATION_ERROR"],
		["an operator for a number", { productName: "A", amount: { $gt: 0 } }, "VALIDATION_ERROR"],
		["a list for a number", { productName: "A", amount: [5_000] }, "VALIDATION_ERROR"],
		["an object for a list", { items: { length: 1, 0: {} } }, "VALIDATION_ERROR"],
		["__proto__", '{"productName":"A","amount":5000,"__proto__":{"isAdmin":true}}', "VALIDATION_ERROR"],
		["an escaped __proto__", '{"productName":"A","amount":5000,"\\u005f_proto__":{}}', "VALIDATION_ERROR"],
		[
			"a constructor further in",
			{ items: [{ productId: "P", quantity: 1, constructor: { prototype: {} } }] },
			"VALIDATION_ERROR",
		],
		["bad JSON", '{"productName":', "MALFORMED_JSON"],
		["half of a character", '{"productName":"a\\ud800","amount":5000}', "MALFORMED_JSON"],
		["JSON with a tail", '{"amount":1}}', "MALFORMED_JSON"],
		["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), "MALFORMED_JSON"],
		["a list at the top", "[]", "VALIDATION_ERROR"],
		["null at the top", "null", "VALIDATION_ERROR"],
		["text at the top", '"amount"', "VALIDATION_ERROR"],
		["nesting without end", `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`, "VALIDATION_ERROR"],
	];
	it.each(bodies)("%s is refused and reaches no action", async (_name, body, code) => {
		const told = await create(body);
		expect([told.status, told.json().code]).toEqual([400, code]);
		expect(bed.calls.filter(({ action }) => action === "order.create")).toEqual([]);
	});

	it("unknown fields are dropped", async () => {
		const told = await create({ productName: "A", amount: 5_000, $where: "1", status: "PAID", items: undefined });
		expect(told.status).toBe(201);
		expect(bed.calls.pop()?.params).toEqual({ productName: "A", amount: 5_000 });
	});

	it.each([
		["text/plain", 415],
		["application/x-www-form-urlencoded", 415],
		["multipart/form-data; boundary=x", 415],
		["application/jsonp", 415],
		["application/json; charset=utf-8", 201],
		["Application/JSON", 201],
	])("a body of type %s gets %i", async (type, status) => {
		const told = await create({ productName: "A", amount: 5_000 }, { "content-type": type });
		expect(told.status).toBe(status);
	});

	it("a packed body is not unpacked", async () => {
		const told = await create({ productName: "A", amount: 5_000 }, { "content-encoding": "gzip" });
		expect([told.status, told.json().code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
	});

	it("a megabyte is refused, announced or not", async () => {
		const body = JSON.stringify({ productName: "x".repeat(1_048_576) });
		expect((await create(body)).status).toBe(413);
		const chunked = await fetch(`${bed.origin}/api/orders`, {
			method: "POST",
			headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
			body: new Blob([body]).stream(),
			duplex: "half",
		} as RequestInit);
		expect(chunked.status).toBe(413);
		expect(((await chunked.json()) as { code: string }).code).toBe("PAYLOAD_TOO_LARGE");
	});

	it.each(["limit=1&limit=2", "cursor=a&cursor=b", "x=1&x=1", "limit=1&%6Cimit=2"])(
		"duplicated parameters (%s) are refused",
		async (query) => {
			const told = await bed.ask({ path: `/api/orders?${query}`, token });
			expect([told.status, told.json().code]).toEqual([400, "VALIDATION_ERROR"]);
			expect(told.json().errors[0].code).toBe("duplicate");
		},
	);

	it.each([
		"limit=0",
		"limit=101",
		"limit=-1",
		"limit=1e2",
		"limit=0x10",
		"limit=",
		"limit=%20",
		"limit=ten",
		"cursor=../x",
	])("a page of %s is refused", async (query) => {
		expect((await bed.ask({ path: `/api/orders?${query}`, token })).status).toBe(400);
	});

	it("a parameter that looks like a path into an object is an unknown name", async () => {
		const told = await bed.ask({ path: "/api/orders?limit[$gt]=1&__proto__=1&constructor=2", token });
		expect(told.status).toBe(200);
		expect(bed.calls.pop()?.params).toEqual({});
	});

	it.each(["%00", "..%2f..%2fetc", "a b", "%3Cscript%3E", "x".repeat(129), "x".repeat(5_000), "%E0%A4%A"])(
		"an id of %s is refused",
		async (id) => {
			const told = await bed.ask({ path: `/api/orders/${id.replace(" ", "%20")}`, token });
			expect([told.status, told.json().code]).toEqual([400, "VALIDATION_ERROR"]);
		},
	);

	it("a client that leaves while it sends harms nobody", async () => {
		const { port } = new URL(bed.origin);
		await new Promise<void>((resolve) => {
			const socket = connect(Number(port), "127.0.0.1", () => {
				socket.write(
					`POST /api/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a`,
				);
				setImmediate(() => socket.destroy());
			});
			socket.on("close", () => resolve());
		});
		expect((await bed.ask({ path: "/api/products" })).status).toBe(200);
	});

	it("a request that is no HTTP gets 400 and no details", async () => {
		const { port } = new URL(bed.origin);
		const answer = await new Promise<string>((resolve) => {
			const socket = connect(Number(port), "127.0.0.1", () => socket.write("NONSENSE\r\n\r\n"));
			let text = "";
			socket.on("data", (chunk) => (text += chunk.toString()));
			socket.on("close", () => resolve(text));
		});
		expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
	});
});
