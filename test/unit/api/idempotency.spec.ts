import fc from "fast-check";
import { canonicalJson } from "../../../services/api/idempotency/canonical.ts";
import { claimKey, readIdempotencyKey, SEAL_IV_BYTES } from "../../../services/api/idempotency/key.ts";

describe("canonical JSON", () => {
	it("is the same for the same values in any order", () => {
		expect(canonicalJson({ b: [1, { d: 2, c: null }], a: "x", e: undefined })).toBe(
			'{"a":"x","b":[1,{"c":null,"d":2}]}',
		);
	});

	it("means what JSON means", () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});

	it("does not depend on the order of keys", () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
				const turned = Object.fromEntries(Object.entries(value).reverse());
				expect(canonicalJson(turned)).toBe(canonicalJson(value));
			}),
		);
	});
});

describe("a claim's key", () => {
	const key = claimKey("pepper", "USR_1", "POST /api/orders", "key-1");
	const iv = Buffer.alloc(SEAL_IV_BYTES, 7);

	it("belongs to user, route and key together", () => {
		const others = [
			claimKey("pepper", "USR_2", "POST /api/orders", "key-1"),
			claimKey("pepper", "USR_1", "POST /api/x", "key-1"),
			claimKey("pepper", "USR_1", "POST /api/orders", "key-2"),
			claimKey("other", "USR_1", "POST /api/orders", "key-1"),
		];
		expect(new Set([key, ...others].map(({ id }) => id)).size).toBe(5);
		expect(new Set([key, ...others].map((one) => one.fingerprint("{}"))).size).toBe(5);
		expect(claimKey("pepper", "USR_1", "POST /api/orders", "key-1").id).toBe(key.id);
	});

	it("opens what it sealed, and nobody else does", () => {
		const sealed = key.seal("결제 완료 {}", iv);
		expect(key.open(sealed)).toBe("결제 완료 {}");
		expect(sealed).not.toContain("결제");
		expect(() => claimKey("pepper", "USR_1", "POST /api/orders", "key-2").open(sealed)).toThrow();
		const bytes = Buffer.from(sealed, "base64");
		for (const at of [0, 13, bytes.length - 1]) {
			const changed = Buffer.from(bytes);
			changed[at] = (changed[at] ?? 0) ^ 1;
			expect(() => key.open(changed.toString("base64"))).toThrow();
		}
	});

	it("is visible ASCII, 1 to 255 characters", () => {
		expect(readIdempotencyKey(undefined)).toBeNull();
		expect(readIdempotencyKey("a-B_1!~")).toBe("a-B_1!~");
		for (const bad of ["", " ", "a b", "x".repeat(256), "한", "a\tb", ["a", "b"]])
			expect(() => readIdempotencyKey(bad)).toThrow("INVALID_IDEMPOTENCY_KEY");
	});
});
