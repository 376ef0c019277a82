import { createLimiter } from "../../../services/api/access/limiter.ts";
import { authorize, requirementOf } from "../../../services/api/access/policy.ts";
import { isOptional, objectSchema, schemaOfRule } from "../../../services/api/openapi/from-rules.ts";

describe("a limiter", () => {
	it("opens a window with a key's first request and refuses what is too much until it ends", () => {
		let now = 0;
		const limit = createLimiter({ count: 2, windowMs: 10_000 }, () => now);
		limit("a");
		now = 9_999;
		limit("a");
		expect(() => limit("a")).toThrow("RATE_LIMITED");
		limit("b");
		now = 10_000;
		limit("a");
	});

	it("keeps a bounded number of keys, the newest", () => {
		const limit = createLimiter({ count: 1, windowMs: 10_000 }, () => 0);
		for (let key = 0; key < 50_001; key++) limit(`k${key}`);
		expect(() => limit("k50000")).toThrow("RATE_LIMITED");
		limit("k0");
	});

	it("lets ended windows go first", () => {
		let now = 0;
		const limit = createLimiter({ count: 1, windowMs: 10 }, () => now);
		for (let key = 0; key < 50_000; key++) limit(`k${key}`);
		now = 10;
		limit("new");
		expect(() => limit("new")).toThrow("RATE_LIMITED");
	});
});

describe("a policy", () => {
	const closed = { logsPublic: false, isProduction: true };
	const open = { logsPublic: true, isProduction: false };
	const mina = { userId: "USR_1", sessionId: "SES_1", roles: ["ROLE_USER"] };
	const operator = { ...mina, roles: ["ROLE_USER", "ROLE_OPERATOR"] };
	const admin = { ...mina, roles: ["ROLE_ADMIN"] };
	const passes = (
		...[policy, openness, identity, isLocal = false]: [
			Parameters<typeof requirementOf>[0],
			typeof open,
			typeof mina | null,
			boolean?,
		]
	) => {
		try {
			authorize(requirementOf(policy, openness), { identity, isLocal });
			return true;
		} catch (error) {
			return (error as Error).message;
		}
	};

	it("asks for a role, or for an administrator", () => {
		const policy = { roles: ["ROLE_OPERATOR"] } as const;
		expect([null, mina, operator, admin].map((who) => passes(policy, closed, who))).toEqual([
			"UNAUTHENTICATED",
			"FORBIDDEN",
			true,
			true,
		]);
	});

	it("opens logs when they are public", () => {
		expect([passes("logs", open, null), passes("own-logs", open, null)]).toEqual([true, true]);
		expect([passes("logs", closed, mina), passes("own-logs", closed, mina), passes("own-logs", closed, null)]).toEqual([
			"FORBIDDEN",
			true,
			"UNAUTHENTICATED",
		]);
	});

	it("keeps operations in production for administrators and this machine", () => {
		expect([
			passes("operations", open, null),
			passes("operations", closed, null),
			passes("operations", closed, null, true),
		]).toEqual([true, "UNAUTHENTICATED", true]);
		expect(passes("admin", closed, null, true)).toBe("UNAUTHENTICATED");
	});
});

describe("schemas from validators", () => {
	it("say what the rules say", () => {
		expect(schemaOfRule({ type: "string", min: 1, max: 9, pattern: /^a/ })).toEqual({
			type: "string",
			minLength: 1,
			maxLength: 9,
			pattern: "^a",
		});
		expect(schemaOfRule({ type: "string", length: 4 })).toEqual({ type: "string", minLength: 4, maxLength: 4 });
		expect(schemaOfRule({ type: "email", max: 254 })).toEqual({ type: "string", format: "email", maxLength: 254 });
		expect(schemaOfRule({ type: "number", integer: true, positive: true, max: 5 })).toEqual({
			type: "integer",
			exclusiveMinimum: 0,
			maximum: 5,
		});
		expect(schemaOfRule({ type: "boolean" })).toEqual({ type: "boolean" });
		expect(schemaOfRule({ type: "enum", values: ["A"] })).toEqual({ type: "string", enum: ["A"] });
		expect(schemaOfRule({ type: "array", max: 2, items: { type: "boolean" } })).toEqual({
			type: "array",
			maxItems: 2,
			items: { type: "boolean" },
		});
		expect([schemaOfRule({ type: "any" }), schemaOfRule("string"), schemaOfRule(undefined)]).toEqual([{}, {}, {}]);
	});

	it("require what is not optional", () => {
		const rules = { $$strict: "remove", a: { type: "boolean" }, b: { type: "boolean", optional: true } };
		expect(objectSchema(rules)).toEqual({
			type: "object",
			properties: { a: { type: "boolean" }, b: { type: "boolean" } },
			required: ["a"],
		});
		expect(objectSchema({})).toEqual({ type: "object", properties: {} });
		expect([isOptional(rules.b), isOptional(rules.a), isOptional(null)]).toEqual([true, false, false]);
	});
});
