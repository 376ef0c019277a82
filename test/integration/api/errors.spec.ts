import { Errors } from "moleculer";
import { startGateway, type BedOptions, type GatewayBed } from "./gateway-bed.ts";
import { refuse } from "./stubs.ts";

describe("errors", () => {
	let bed: GatewayBed;
	let failure: () => Error = () => new Error("unset");
	const order = (headers: Record<string, string> = {}) => bed.ask({ path: "/api/orders/ORD_1", headers, token });
	let token = "";
	const options: BedOptions = {
		without: ["logging"],
		answers: {
			"order.get": () => {
				throw failure();
			},
			"order.history": () => refuse(409, "INVALID_ORDER_STATE", { status: "PAID", secret: "hidden", stack: "x" }),
			"payment.get": () => refuse(429, "RATE_LIMITED", { retryAfterSeconds: 90 }),
			"payment.config": () => refuse(418, "PAYMENT_NOT_FOUND"),
		},
	};

	beforeAll(async () => {
		bed = await startGateway(options);
		token = await bed.tokenOf("mina");
	});
	afterAll(() => bed.stop());

	it("are problem documents with code, correlation id and time", async () => {
		const told = await bed.ask({
			path: "/api/orders/ORD_1/history?x=1",
			token,
			headers: { "x-correlation-id": "flow-9" },
		});
		expect(told.status).toBe(409);
		expect(told.headers["content-type"]).toBe("application/problem+json");
		expect(told.headers["x-correlation-id"]).toBe("flow-9");
		const { timestamp, ...problem } = told.json();
		expect(problem).toEqual({
			type: "urn:payflow:problem:invalid-order-state",
			title: "Invalid order state",
			status: 409,
			detail: "지금 상태에서는 할 수 없는 주문입니다.",
			message: "지금 상태에서는 할 수 없는 주문입니다.",
			instance: "/api/orders/ORD_1/history",
			code: "INVALID_ORDER_STATE",
			correlationId: "flow-9",
			errors: [],
			currentStatus: "PAID",
		});
		expect(new Date(String(timestamp)).toISOString()).toBe(timestamp);
	});

	it("speak English to those who ask for it", async () => {
		const told = await bed.ask({
			path: "/api/orders/ORD_1/history",
			token,
			headers: { "accept-language": "en-GB,en;q=0.9,ko;q=0.5" },
		});
		expect(told.json().detail).toBe("The order's state does not allow this.");
		expect(told.headers["content-language"]).toBe("en");
	});

	it("take their status from the error tables, not from the error", async () => {
		expect((await bed.ask({ path: "/api/payments/config" })).status).toBe(404);
	});

	it("pass on when to try again", async () => {
		const told = await bed.ask({ path: "/api/payments/ORD_1", token });
		expect([told.status, told.headers["retry-after"]]).toEqual([429, "90"]);
	});

	const outages: [name: string, error: () => Error, status: number, code: string][] = [
		["a bug", () => new Error("E11000 duplicate key at mongodb://10.0.0.1:27017"), 500, "INTERNAL_ERROR"],
		[
			"an unknown refusal",
			() => new Errors.MoleculerClientError("secret host db1", 418, "SOMETHING_ELSE", { at: "10.0.0.1" }),
			500,
			"INTERNAL_ERROR",
		],
		["a numeric code", () => Object.assign(new Error("secret"), { code: 404 }), 500, "INTERNAL_ERROR"],
		["a server error", () => new Errors.MoleculerServerError("secret", 500, "X"), 500, "INTERNAL_ERROR"],
		[
			"a timeout",
			() => new Errors.RequestTimeoutError({ action: "order.get", nodeID: "node-secret" }),
			504,
			"SERVICE_TIMEOUT",
		],
		[
			"a full queue",
			() => new Errors.QueueIsFullError({ action: "order.get", nodeID: "node-secret" }),
			503,
			"SERVICE_UNAVAILABLE",
		],
		[
			"an open circuit",
			() => new Errors.ServiceNotAvailableError({ action: "order.get", nodeID: "node-secret" }),
			503,
			"SERVICE_UNAVAILABLE",
		],
		[
			"a lost node",
			() => new Errors.RequestRejectedError({ action: "order.get", nodeID: "node-secret" }),
			503,
			"SERVICE_UNAVAILABLE",
		],
		["a retryable error", () => new Errors.MoleculerRetryableError("secret", 500, "X"), 503, "SERVICE_UNAVAILABLE"],
	];
	it.each(outages)("hide what is inside of %s", async (_name, error, status, code) => {
		failure = error;
		const told = await order();
		expect([told.status, told.json().code]).toEqual([status, code]);
		expect(told.text).not.toMatch(/secret|mongodb|10\.0\.0\.1|E11000|node-|stack|at \//);
		if (status === 503) expect(told.headers["retry-after"]).toBe("1");
	});

	it("say which service is missing to nobody, and 503 to the client", async () => {
		const told = await bed.ask({ path: "/api/logs/events/recent" });
		expect([told.status, told.json().code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
		expect(told.text).not.toContain("logging");
	});

	it("of validation name fields and codes, never values", async () => {
		const told = await bed.ask({
			method: "POST",
			path: "/api/orders",
			token,
			body: { productName: "A", amount: "evil-value" },
		});
		expect([told.status, told.json().code]).toEqual([400, "VALIDATION_ERROR"]);
		expect(told.json().errors).toEqual([{ field: "amount", code: "number", message: "올바르지 않은 값입니다." }]);
		expect(told.text).not.toContain("evil-value");
	});

	it("leave one log line with route and code, without the path or its ids", async () => {
		const lines: unknown[][] = [];
		const service = bed.platform.broker.getLocalService("api");
		const log = jest.spyOn(service.logger, "error").mockImplementation((...line: unknown[]) => void lines.push(line));
		failure = () => new Error("a bug");
		await bed.ask({ path: "/api/orders/ORD_SECRET?x=private", token, headers: { "x-correlation-id": "flow-7" } });
		log.mockRestore();
		expect(lines).toHaveLength(1);
		expect(lines[0]?.[1]).toMatchObject({
			correlationId: "flow-7",
			route: "GET /api/orders/:orderId",
			status: 500,
			code: "INTERNAL_ERROR",
		});
		expect(JSON.stringify(lines)).toContain("a bug");
		expect(JSON.stringify(lines)).not.toMatch(/ORD_SECRET|private/);
	});
});

describe("correlation ids", () => {
	let bed: GatewayBed;
	beforeAll(async () => {
		bed = await startGateway();
	});
	afterAll(() => bed.stop());

	it.each(["", "has blank", "x".repeat(129), "inject\u00e9", "<script>"])(
		"that cannot be logged as they are (%j) are replaced",
		async (given) => {
			const told = await bed.ask({ path: "/api/products", headers: { "x-correlation-id": given } });
			expect(told.headers["x-correlation-id"]).toMatch(/^COR_[0-9A-Z]{26}$/);
		},
	);

	const failures: [string, Parameters<GatewayBed["ask"]>[0], number][] = [
		["an unknown path", { path: "/api/nothing" }, 404],
		["a wrong method", { method: "PUT", path: "/api/orders", body: {} }, 405],
		["bad JSON", { method: "POST", path: "/api/auth/login", body: "{" }, 400],
		["too much", { method: "POST", path: "/api/auth/login", body: JSON.stringify({ a: "x".repeat(1_048_576) }) }, 413],
		[
			"another type",
			{ method: "POST", path: "/api/auth/login", body: "a=1", headers: { "content-type": "text/plain" } },
			415,
		],
		["an undecodable path", { path: "/api/orders/%E0%A4%A" }, 400],
		["no token", { path: "/api/orders" }, 401],
	];
	it.each(failures)("come back with %s", async (_name, request, status) => {
		const told = await bed.ask({ ...request, headers: { ...request.headers, "x-correlation-id": "flow:1.2_3-4" } });
		expect(told.status).toBe(status);
		expect(told.headers["x-correlation-id"]).toBe("flow:1.2_3-4");
		expect(told.json()).toMatchObject({ status, correlationId: "flow:1.2_3-4" });
	});
});
