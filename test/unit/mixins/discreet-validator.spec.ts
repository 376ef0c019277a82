import { DiscreetValidator } from "../../../mixins/discreet-validator.ts";

const SECRET = "hunter2-canary";

describe("the validator of every call", () => {
	const validator = new DiscreetValidator();

	it("lets good parameters pass", () => {
		expect(validator.compile({ name: { type: "string", max: 20 } })({ name: "a" })).toBe(true);
	});

	it.each([
		["a pattern", { password: { type: "string", pattern: /^\d+$/ } }],
		["a length", { password: { type: "string", min: 40 } }],
		["a list of values", { password: { type: "enum", values: ["a", "b"] } }],
		["a type", { password: "number" }],
		["an e-mail address", { password: "email" }],
	])("names the field and the rule, never the value: %s", (_name, schema) => {
		const problems = validator.compile(schema)({ password: SECRET }) as unknown as readonly object[];
		expect(problems).toMatchObject([{ field: "password", type: expect.any(String) as string }]);
		expect(JSON.stringify(problems)).not.toContain(SECRET);
	});

	it("keeps quiet in asynchronous checks too", async () => {
		const custom = (_value: unknown, errors: unknown[]) => {
			errors.push({ type: "taken", actual: SECRET });
			return Promise.resolve();
		};
		const check = validator.compile({ $$async: true, password: { type: "string", custom } });
		expect(check.async).toBe(true);
		const problems = await check({ password: SECRET });
		expect(problems).toMatchObject([{ type: "taken", field: "password" }]);
		expect(JSON.stringify(problems)).not.toContain(SECRET);
	});
});
