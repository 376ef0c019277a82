import { generateKeyPairSync } from "node:crypto";
import { createLocalJWKSet, jwtVerify, type JWK } from "jose";
import { createTokens } from "../../../services/auth/infrastructure/tokens.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const signing = [{ kid: "key-1", privateKey, publicJwk: {} }] as const;
const tokens = createTokens({ signing, refresh: Buffer.alloc(32, 3) });
const NOW = Date.parse("2030-01-07T00:00:00.000Z");

describe("an access token", () => {
	const jwks = createLocalJWKSet({
		keys: [{ ...(publicKey.export({ format: "jwk" }) as JWK), kid: "key-1", alg: "EdDSA" }],
	});
	const token = tokens.access({
		userId: "USR_1",
		sessionId: "SES_1",
		roles: ["ROLE_USER", "ROLE_ADMIN"],
		tokenId: "SES_1.0",
		issuedAt: NOW,
		expiresAt: NOW + 300_000,
	});
	const verify = async (ms: number) =>
		jwtVerify(await token, jwks, {
			algorithms: ["EdDSA"],
			typ: "at+jwt",
			issuer: "payflow",
			audience: "payflow-api",
			currentDate: new Date(NOW + ms),
		});

	it("says who, in which session, with which roles, from when to when", async () => {
		const { payload, protectedHeader } = await verify(0);
		expect(protectedHeader).toEqual({ alg: "EdDSA", typ: "at+jwt", kid: "key-1" });
		expect(payload).toEqual({
			iss: "payflow",
			aud: "payflow-api",
			sub: "USR_1",
			sid: "SES_1",
			roles: ["ROLE_USER", "ROLE_ADMIN"],
			jti: "SES_1.0",
			iat: NOW / 1_000,
			nbf: NOW / 1_000,
			exp: NOW / 1_000 + 300,
		});
	});

	it("ends after five minutes", async () => {
		await expect(verify(299_000)).resolves.toBeDefined();
		await expect(verify(300_000)).rejects.toThrow("exp");
		await expect(verify(-1_000)).rejects.toThrow("nbf");
	});
});

describe("a refresh token", () => {
	const token = tokens.refresh("SES_1", 7);

	it("is the same whenever it is made, 256 bits nobody else can make", () => {
		expect(token).toMatch(/^SES_1\.7\.[\w-]{43}$/);
		expect(tokens.refresh("SES_1", 7)).toBe(token);
		expect(createTokens({ signing, refresh: Buffer.alloc(32, 4) }).refresh("SES_1", 7)).not.toBe(token);
		expect(tokens.parse(token)).toEqual({ sessionId: "SES_1", step: 7 });
	});

	it.each([
		["another step", token.replace(".7.", ".8.")],
		["another session", token.replace("SES_1", "SES_2")],
		["another way to write the step", token.replace(".7.", ".07.")],
		["a missing byte", token.slice(0, -1)],
		["one character more", `${token}A`],
		["a changed MAC", token.slice(0, -2) + (token.at(-2) === "A" ? "B" : "A") + (token.at(-1) ?? "")],
		["nothing", ""],
		["a blank", `${token} `],
	])("is not accepted with %s", (_name, forged) => {
		expect(tokens.parse(forged)).toBeNull();
	});
});
