import { randomBytes } from "node:crypto";
import { DEFAULT_COST, createHasher } from "../../../services/auth/infrastructure/hasher.ts";

const CHEAP = { memoryKiB: 64, passes: 1, parallelism: 1 };

describe("the hasher", () => {
	const hasher = createHasher(randomBytes, CHEAP);

	it("makes a PHC string with a salt of its own, and knows the password again", async () => {
		const [first, second] = await Promise.all([hasher.hash("password123"), hasher.hash("password123")]);
		expect(first).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
		expect(first).not.toBe(second);
		expect(await hasher.verify(first, "password123")).toBe(true);
		expect(await hasher.verify(first, "password124")).toBe(false);
	});

	it("takes a password however its characters were composed", async () => {
		const hash = await hasher.hash("cafe\u0301 au lait");
		expect(await hasher.verify(hash, "café au lait")).toBe(true);
	});

	it("costs at least what OWASP asks for unless told otherwise", async () => {
		const real = createHasher(randomBytes);
		const hash = await real.hash("password123");
		expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(DEFAULT_COST).toEqual({ memoryKiB: 19_456, passes: 2, parallelism: 1 });
		expect(real.isOutdated(hash)).toBe(false);
		expect(hasher.isOutdated(hash)).toBe(true);
		expect(await hasher.verify(hash, "password123")).toBe(true);
	});

	it("matches nobody, and nothing that is not a hash", async () => {
		expect(await hasher.verifyNobody("password123")).toBe(false);
		expect(await hasher.verify("password123", "password123")).toBe(false);
		expect(hasher.isOutdated("password123")).toBe(true);
	});

	it("refuses work beyond its queue and goes on with the rest", async () => {
		const results = await Promise.allSettled(Array.from({ length: 250 }, () => hasher.verifyNobody("x")));
		const refused = results.filter((result) => result.status === "rejected");
		expect(refused.length).toBe(48);
		expect(refused[0]).toMatchObject({ reason: { code: "RATE_LIMITED", details: { retryAfterSeconds: 5 } } });
		expect(await hasher.verifyNobody("x")).toBe(false);
	});
});
