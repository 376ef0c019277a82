import * as fc from "fast-check";
import { operationsOf } from "../../fuzz/document.ts";
import { judge } from "../../fuzz/judge.ts";
import { Pool } from "../../fuzz/pool.ts";
import { readBackFaults } from "../../fuzz/readback.ts";
import { requestsTo, type FuzzRequest } from "../../fuzz/request.ts";
import type { Told } from "../../support/raw-http.ts";

const ORDER = {
	type: "object",
	required: ["orderId", "amount"],
	properties: { orderId: { type: "string" }, amount: { type: "integer", minimum: 1 } },
};
const DOCUMENT = {
	components: { schemas: {} },
	paths: {
		"/api/orders/{orderId}": {
			post: {
				"x-access": "user",
				parameters: [
					{
						name: "orderId",
						in: "path",
						required: true,
						schema: { type: "string", pattern: "^ORD_[0-9]+$", maxLength: 20 },
					},
					{ name: "limit", in: "query", required: false, schema: { type: "integer", minimum: 1, maximum: 100 } },
					{ name: "Idempotency-Key", in: "header", required: false, schema: { type: "string" } },
				],
				requestBody: { required: true, content: { "application/json": { schema: ORDER } } },
				responses: {
					"200": { content: { "application/json": { schema: ORDER } } },
					"400": { content: { "application/problem+json": { schema: { type: "object" } } } },
				},
			},
		},
	},
};
const [operation] = operationsOf(DOCUMENT);
if (operation === undefined) throw new Error("no operation");

const RIGHT: FuzzRequest = {
	...{ operation, role: "customer", kind: "valid", method: "POST", path: "/api/orders/ORD_1", body: "{}" },
	...{ sentBody: { orderId: "ORD_1", amount: 1 }, idempotencyKey: null, isInvalid: false },
};
const told = (
	status: number,
	body: unknown,
	type = status < 400 ? "application/json" : "application/problem+json",
): Told => ({
	status,
	headers: { "content-type": type, "x-correlation-id": "COR_1" },
	text: JSON.stringify(body),
});
const PROBLEM = { code: "VALIDATION_ERROR", status: 400, correlationId: "COR_1" };
const faults = (answer: Told, change: Partial<FuzzRequest> = {}) =>
	judge({ ...RIGHT, ...change }, answer, "/data/here");

describe("the judge of answers", () => {
	it("has nothing against an answer that is as it should be", () => {
		expect(faults(told(200, { orderId: "ORD_1", amount: 1 }))).toEqual([]);
		expect(faults(told(400, PROBLEM))).toEqual([]);
	});

	it.each<[string, Told, Partial<FuzzRequest>]>([
		["a failure of its own", told(500, { ...PROBLEM, status: 500 }), {}],
		["a success that the document forbids", told(200, { orderId: "ORD_1", amount: 1 }), { isInvalid: true }],
		["a stranger who was let in", told(200, { orderId: "ORD_1", amount: 1 }), { role: "anonymous" }],
		["another shape", told(200, { orderId: "ORD_1", amount: "1" }), {}],
		["a status nobody knows", told(418, { ...PROBLEM, status: 418 }), {}],
		["an error of another type", told(400, PROBLEM, "application/json"), {}],
		["an error without its code", told(400, { ...PROBLEM, code: undefined }), {}],
		["an error of another request", told(400, { ...PROBLEM, correlationId: "COR_2" }), {}],
		["a stack", told(400, { ...PROBLEM, detail: "at run (/srv/x.ts:1:2)" }), {}],
		["a driver", told(400, { ...PROBLEM, detail: "SQLITE_CONSTRAINT" }), {}],
		["a folder", told(400, { ...PROBLEM, detail: "/data/here/x" }), {}],
		["an inner address", told(400, { ...PROBLEM, detail: "connect to 127.0.0.1" }), {}],
	])("finds %s", (_name, answer, change) => {
		expect(faults(answer, change)).not.toEqual([]);
	});

	it("compares what was written with what is read", () => {
		const made = told(201, { orderId: "ORD_1", amount: 5, status: "PENDING" });
		const sent = { ...RIGHT, sentBody: { amount: 5 } };
		expect(readBackFaults(sent, made, told(200, { orderId: "ORD_1", amount: 5, status: "PAID" }))).toEqual([]);
		expect(readBackFaults(sent, made, told(200, { orderId: "ORD_1", amount: 6 }))).toHaveLength(1);
		expect(readBackFaults({ ...RIGHT, sentBody: { amount: 4 } }, made, made)).not.toEqual([]);
		expect(readBackFaults(sent, made, told(404, PROBLEM))).toHaveLength(1);
	});
});

describe("the requests to a door", () => {
	const samples = fc.sample(requestsTo(operation, new Pool()), { seed: 1, numRuns: 400 });

	it("are of every kind, by everybody, and come out the same for the same seed", () => {
		expect(new Set(samples.map(({ kind }) => kind)).size).toBe(3);
		expect(new Set(samples.map(({ role }) => role)).size).toBe(5);
		expect(fc.sample(requestsTo(operation, new Pool()), { seed: 1, numRuns: 400 })).toEqual(samples);
	});

	it("know whether the document allows them", () => {
		const right = samples.filter(({ isInvalid }) => !isInvalid);
		expect(right.length).toBeGreaterThan(50);
		expect(samples.length - right.length).toBeGreaterThan(100);
		for (const { path, sentBody } of right) {
			expect(path).toMatch(/^\/api\/orders\/ORD_[0-9]+(\?limit=\d+)?$/);
			expect(sentBody).toMatchObject({ amount: expect.any(Number) as unknown, orderId: expect.any(String) as unknown });
		}
	});

	it("are about things that answers have shown", () => {
		const pool = new Pool();
		pool.keepOut("ORD_666");
		pool.learn({ items: [{ orderId: "ORD_777" }, { orderId: "ORD_666" }] });
		const paths = fc.sample(requestsTo(operation, pool), { seed: 2, numRuns: 200 }).map(({ path }) => path);
		expect(paths.filter((path) => path.startsWith("/api/orders/ORD_777")).length).toBeGreaterThan(20);
		expect(paths.filter((path) => path.includes("ORD_666"))).toEqual([]);
	});
});
