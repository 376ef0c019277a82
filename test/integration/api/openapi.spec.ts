import { Ajv2020 } from "ajv/dist/2020.js";
import { routes } from "../../../services/api/routes.ts";
import { statusByCode } from "../../../services/api/errors/statuses.ts";
import { schemas } from "../../../services/api/openapi/schemas.ts";
import { startGateway, type GatewayBed, type Told } from "./gateway-bed.ts";

/** The rules of OpenAPI 3.1 that a generated document could break. */
const RULES = {
	type: "object",
	required: ["openapi", "info", "paths", "components"],
	properties: {
		openapi: { const: "3.1.0" },
		info: {
			type: "object",
			required: ["title", "version"],
			properties: { title: { type: "string" }, version: { type: "string" } },
		},
		servers: { type: "array", items: { type: "object", required: ["url"] } },
		paths: {
			type: "object",
			propertyNames: { pattern: "^/" },
			additionalProperties: {
				type: "object",
				propertyNames: { enum: ["get", "post", "put", "delete", "patch", "head", "options"] },
				additionalProperties: { $ref: "#/$defs/operation" },
			},
		},
		components: {
			type: "object",
			required: ["schemas", "securitySchemes"],
			properties: { securitySchemes: { required: ["bearer"] } },
		},
	},
	$defs: {
		operation: {
			type: "object",
			required: ["operationId", "summary", "tags", "security", "responses"],
			properties: {
				operationId: { type: "string", pattern: "^[a-z0-9-]+$" },
				summary: { type: "string", minLength: 3 },
				tags: { type: "array", minItems: 1 },
				security: { type: "array", items: { type: "object" } },
				parameters: {
					type: "array",
					items: {
						type: "object",
						required: ["name", "in", "schema"],
						properties: { in: { enum: ["path", "query", "header", "cookie"] }, required: { type: "boolean" } },
						if: { properties: { in: { const: "path" } } },
						then: { required: ["required"], properties: { required: { const: true } } },
					},
				},
				requestBody: { type: "object", required: ["content"] },
				responses: {
					type: "object",
					minProperties: 1,
					propertyNames: { pattern: "^[1-5][0-9]{2}$" },
					additionalProperties: { type: "object", required: ["description"] },
				},
			},
		},
	},
};

interface Operation {
	operationId: string;
	parameters?: { name: string; in: string; required: boolean; schema: object }[];
	requestBody?: { content: { "application/json": { schema: object } } };
	responses: Record<string, { content?: Record<string, { schema?: { $ref: string } }> }>;
	security: object[];
}

describe("the OpenAPI document", () => {
	let bed: GatewayBed;
	let document: { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } };
	const ajv = new Ajv2020({ strict: false, formats: { "date-time": true, email: true } });

	beforeAll(async () => {
		bed = await startGateway();
		document = (await bed.ask({ path: "/api/openapi.json" })).json();
	});
	afterAll(() => bed.stop());

	const operationOf = (key: string): Operation => {
		const [method = "", path = ""] = key.split(" ");
		const found = document.paths[path.replace(/[:*](\w+)/g, "{$1}")]?.[method.toLowerCase()];
		if (found === undefined) throw new Error(`${key} is not in the document`);
		return found;
	};

	it("keeps the rules of OpenAPI 3.1", () => {
		const validate = ajv.compile(RULES);
		expect(validate(document) ? [] : validate.errors).toEqual([]);
	});

	it("has every route and nothing else, each under its own id", () => {
		const documented = Object.entries(document.paths).flatMap(([path, item]) =>
			Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
		);
		const expected = Object.keys(routes).map((key) => key.replace(/[:*](\w+)/g, "{$1}"));
		expect(documented.sort()).toEqual(expected.sort());
		const ids = Object.keys(routes).map((key) => operationOf(key).operationId);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it("names every path parameter of its paths", () => {
		for (const [path, item] of Object.entries(document.paths))
			for (const operation of Object.values(item)) {
				const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
				const given = (operation.parameters ?? [])
					.filter((parameter) => parameter.in === "path")
					.map(({ name }) => name);
				expect([path, given]).toEqual([path, wanted]);
			}
	});

	it("refers only to schemas it has, and all of them compile", () => {
		const text = JSON.stringify(document);
		const names = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
		expect([...names].filter((name) => !(String(name) in document.components.schemas))).toEqual([]);
		expect(Object.keys(schemas).filter((name) => !names.has(name))).toEqual([]);
		for (const schema of Object.values(document.components.schemas)) expect(() => compile(schema)).not.toThrow();
	});

	it("takes parameters and bodies from the validators", () => {
		const list = operationOf("GET /api/orders").parameters?.find(({ name }) => name === "limit");
		expect(list).toMatchObject({ in: "query", required: false, schema: { type: "integer", minimum: 1, maximum: 100 } });
		const confirm = operationOf("POST /api/payments/confirm").requestBody?.content["application/json"].schema;
		expect(confirm).toMatchObject({
			required: ["paymentKey", "orderId", "amount"],
			properties: { amount: { type: "integer", minimum: 1, maximum: 100_000_000 }, paymentKey: { maxLength: 200 } },
		});
		const create = operationOf("POST /api/orders").requestBody?.content["application/json"].schema;
		expect(create).toMatchObject({
			properties: {
				items: { type: "array", minItems: 1, items: { type: "object", required: ["productId", "quantity"] } },
			},
		});
		expect(create).not.toHaveProperty("required");
	});

	it("tells what needs a token, an idempotency key, and which errors there are", () => {
		expect(operationOf("GET /api/orders").security).toEqual([{ bearer: [] }]);
		expect(operationOf("GET /api/products").security).toEqual([]);
		const names = (key: string) => operationOf(key).parameters?.map(({ name }) => name);
		expect(names("POST /api/orders")).toContain("Idempotency-Key");
		expect(names("POST /api/auth/login")).not.toContain("Idempotency-Key");
		const confirm = operationOf("POST /api/payments/confirm").responses;
		expect(Object.keys(confirm)).toEqual(
			expect.arrayContaining([
				"200",
				"202",
				"400",
				"401",
				"402",
				"404",
				"409",
				"413",
				"415",
				"422",
				"429",
				"500",
				"503",
				"504",
			]),
		);
		expect(JSON.stringify(confirm["402"])).toContain("PAYMENT_DECLINED");
		expect(new Set(statusByCode.values()).size).toBeGreaterThan(10);
	});

	it("describes the answers that come", async () => {
		const token = await bed.tokenOf("admin");
		const body = { productName: "A", amount: 5_000 };
		const answers: [string, Promise<Told>][] = [
			["POST /api/orders", bed.ask({ method: "POST", path: "/api/orders", token, body })],
			["GET /api/orders/:orderId", bed.ask({ path: "/api/orders/ORD_1", token })],
			["GET /api/payments/:orderId", bed.ask({ path: "/api/payments/ORD_1", token })],
			["GET /api/user/profile", bed.ask({ path: "/api/user/profile", token })],
			["GET /api/admin/dashboard", bed.ask({ path: "/api/admin/dashboard", token })],
			[
				"POST /api/auth/login",
				bed.ask({ method: "POST", path: "/api/auth/login", body: { username: "a", password: "b" } }),
			],
			["GET /api/logs/payments/:paymentId/state", bed.ask({ path: "/api/logs/payments/PAY_1/state" })],
			["GET /api/products", bed.ask({ path: "/api/products" })],
			["GET /api/orders", bed.ask({ path: "/api/orders" })],
		];
		for (const [key, answer] of answers) {
			const told = await answer;
			const described = operationOf(key).responses[String(told.status)]?.content ?? {};
			const type = String(told.headers["content-type"]).split(";")[0] ?? "";
			const validate = compile(described[type]?.schema ?? { not: {} });
			expect([key, told.status, validate(told.json()) ? [] : validate.errors]).toEqual([key, told.status, []]);
		}
	});

	it("is shown by Swagger UI from our own origin, without inline script", async () => {
		const page = await bed.ask({ path: "/api/docs" });
		expect(page.headers["content-type"]).toContain("text/html");
		expect(page.headers["content-security-policy"]).toContain("script-src 'self';");
		expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)|https?:\/\//);
		const links = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, link]) => String(link));
		expect(links).toHaveLength(3);
		for (const path of links) expect([path, (await bed.ask({ path })).status]).toEqual([path, 200]);
		for (const path of ["/api/docs/package.json", "/api/docs/index.html", "/api/docs/..%2fpackage.json"])
			expect((await bed.ask({ path })).status).toBe(404);
	});

	function compile(schema: object) {
		return ajv.compile({ ...schema, components: document.components });
	}
});
