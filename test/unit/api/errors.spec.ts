import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Errors, ServiceBroker } from "moleculer";
import { RecordUnknown } from "../../../mixins/scheduler/records.ts";
import { StoreUnavailable } from "../../../mixins/store/port.ts";
import { classify } from "../../../services/api/errors/classify.ts";
import { problemBody } from "../../../services/api/errors/problem.ts";
import { GatewayRejected, invalidField } from "../../../services/api/errors/rejected.ts";
import { errorTables, statusByCode } from "../../../services/api/errors/statuses.ts";
import { errorTexts, titleOf } from "../../../services/api/errors/texts.ts";
import { DomainError } from "../../../services/shared/errors.ts";

describe("the error catalogue", () => {
	const root = join(process.cwd(), "services");
	/** Services that have actions, as the registry of contracts lists them. */
	const contracts = [
		...readFileSync(join(root, "contracts.ts"), "utf8").matchAll(/Actions\b.*from "\.\/(.+)\/contract\.ts"/g),
	].map(([, service]) => String(service));

	it("is checked against every service", () => {
		expect(contracts).toEqual(
			expect.arrayContaining(["api", "auth", "catalog", "logging", "order", "payment", "toss"]),
		);
	});

	it.each(contracts)("knows every code of %s", async (service) => {
		const contract = (await import(join(root, service, "contract.ts"))) as Record<string, unknown>;
		const tables = Object.entries(contract).filter(([name]) => name.endsWith("Errors"));
		expect(tables).toHaveLength(1);
		for (const [code, status] of Object.entries(tables[0]?.[1] as Record<string, number>))
			expect([code, statusByCode.get(code)]).toEqual([code, status]);
	});

	it("gives one status to a code, whichever table names it", () => {
		const pairs = Object.values(errorTables).flatMap((table) => Object.entries<number>(table));
		for (const [code, status] of pairs) expect([code, statusByCode.get(code)]).toEqual([code, status]);
	});

	it("has a Korean and an English text for every code, and no text too many", () => {
		expect(Object.keys(errorTexts).sort()).toEqual([...statusByCode.keys()].sort());
		for (const [code, { ko, en }] of Object.entries(errorTexts)) {
			expect([code, /[가-힣]/.test(ko)]).toEqual([code, true]);
			expect([code, /^[A-Z][\x20-\x7e]+\.$/.test(en)]).toEqual([code, true]);
		}
	});

	it("makes titles of codes", () => {
		expect(titleOf("ORDER_NOT_FOUND")).toBe("Order not found");
	});
});

describe("classifying errors", () => {
	it("takes a refusal's status from the tables and only public facts from its details", () => {
		const problem = classify(new DomainError("INVALID_ORDER_STATE", { status: "PAID", userId: "USR_1", left: 100 }));
		expect(problem).toMatchObject({
			status: 409,
			code: "INVALID_ORDER_STATE",
			facts: { currentStatus: "PAID", left: 100 },
		});
	});

	it("tells what there is of what is short, and nothing else that stands beside it", () => {
		const short = { productId: "P1", quantity: 3, available: 1 };
		const shortages = [{ ...short, shelf: "B7" }, { productId: "P2" }, null];
		const { status, code, facts } = classify(new DomainError("OUT_OF_STOCK", { shortages }));
		expect({ status, code, facts }).toEqual({ status: 409, code: "OUT_OF_STOCK", facts: { shortages: [short] } });
	});

	it.each([
		["a code of no table", new DomainError("MADE_UP")],
		["a name that every object has", new DomainError("constructor")],
		["nothing", undefined],
		["text", "boom"],
		["an unknown client error", new Errors.MoleculerClientError("x", 404, "MADE_UP")],
	])("hides %s behind INTERNAL_ERROR", (_name, error) => {
		expect(classify(error)).toMatchObject({ status: 500, code: "INTERNAL_ERROR", errors: [], facts: {} });
	});

	it("calls a failed disk what it is", () => {
		expect(classify(new StoreUnavailable("I/O error at /data"))).toMatchObject({
			status: 503,
			code: "STORE_UNAVAILABLE",
			retryAfterSeconds: 1,
		});
	});

	it("knows errors that came from another node as plain copies", () => {
		expect(classify({ name: "MoleculerClientError", type: "ORDER_NOT_FOUND", data: null })).toMatchObject({
			status: 404,
		});
		expect(classify({ name: "RequestTimeoutError" })).toMatchObject({ status: 504, code: "SERVICE_TIMEOUT" });
	});

	it("calls a store that another node cannot reach what it is", () => {
		const wire = new Errors.Regenerator();
		wire.init(new ServiceBroker({ logger: false }));
		const outage = new StoreUnavailable("10.0.0.7 does not answer");
		const sent = JSON.stringify(wire.extractPlainError(outage, { sender: "node-2" }));
		const received = wire.restore(JSON.parse(sent) as Errors.PlainMoleculerError, { sender: "node-2" });
		expect(received).not.toBeInstanceOf(StoreUnavailable);
		expect(classify(received)).toMatchObject({ status: 503, code: "STORE_UNAVAILABLE", retryAfterSeconds: 1 });
		expect(classify(new RecordUnknown("slot", "7"))).toMatchObject({ status: 503, code: "STORE_UNAVAILABLE" });
	});

	it("names the fields of a validation error, at most twenty", () => {
		const data = Array.from({ length: 30 }, (_value, index) => ({
			field: `f${index}`,
			type: "number",
			actual: "secret",
		}));
		const problem = classify(new Errors.ValidationError("bad", "VALIDATION_ERROR", data));
		expect(problem.errors).toHaveLength(20);
		expect(problem.errors[0]).toEqual({ field: "f0", code: "number" });
	});

	it("names the field of a domain's own validation", () => {
		expect(classify(new DomainError("VALIDATION_ERROR", { field: "amount" })).errors).toEqual([
			{ field: "amount", code: "invalid" },
		]);
		expect(classify(invalidField("limit", "duplicate")).errors).toEqual([{ field: "limit", code: "duplicate" }]);
	});

	it("rounds the time to come back up", () => {
		expect(classify(new GatewayRejected("RATE_LIMITED", { retryAfterSeconds: 1.2 })).retryAfterSeconds).toBe(2);
		expect(classify(new DomainError("ORDER_NOT_FOUND")).retryAfterSeconds).toBeNull();
	});
});

describe("a problem body", () => {
	it("cannot be overwritten by a refusal's facts", () => {
		const problem = { ...classify(new DomainError("ORDER_NOT_FOUND")), facts: { status: 200, code: "OK" } };
		const context = { lang: "en", instance: "/x", correlationId: "c", timestamp: "t" } as const;
		expect(problemBody(problem, context)).toMatchObject({
			status: 404,
			code: "ORDER_NOT_FOUND",
			detail: "There is no such order.",
		});
	});
});
