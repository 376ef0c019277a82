import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { startGateway, type GatewayBed } from "./gateway-bed.ts";
import { refuse } from "./stubs.ts";
import { createSigner } from "./tokens.ts";

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("access tokens", () => {
	let bed: GatewayBed;
	const claims = { sub: "USR_MINA", sid: "SES_MINA", roles: ["ROLE_USER"] };
	const profile = (token: string) => bed.ask({ path: "/api/user/profile", token });

	beforeAll(async () => {
		bed = await startGateway({
			clock: "virtual",
			answers: {
				"auth.refresh": ({ refreshToken }) =>
					refuse(401, refreshToken.startsWith("used") ? "REFRESH_TOKEN_REUSED" : "INVALID_REFRESH_TOKEN"),
			},
		});
	});
	afterAll(() => bed.stop());

	const now = () => bed.platform.runtime.clock.now();
	const good = () => bed.signer.sign(claims, { now: now() });
	const body = (extra: object = {}) => {
		const seconds = Math.floor(now() / 1_000);
		return { ...claims, iss: "payflow", aud: "payflow-api", iat: seconds, exp: seconds + 300, ...extra };
	};

	it("open the door of their session's user", async () => {
		expect((await profile(await good())).status).toBe(200);
	});

	it("are read whatever the case of the scheme", async () => {
		const headers = { authorization: `bEaReR ${await good()}` };
		expect((await bed.ask({ path: "/api/user/profile", headers })).status).toBe(200);
	});

	const forgeries: [name: string, make: () => Promise<string> | string][] = [
		["empty", () => ""],
		["garbage", () => "a.b.c"],
		["too long", () => "a".repeat(10_000)],
		["alg none", () => `${encode({ alg: "none", typ: "at+jwt", kid: bed.signer.kid })}.${encode(body())}.`],
		[
			"HS256 with the public key as its secret",
			() => {
				const secret = String(bed.signer.jwks.keys[0]?.["x"]);
				const unsigned = `${encode({ alg: "HS256", typ: "at+jwt", kid: bed.signer.kid })}.${encode(body())}`;
				return `${unsigned}.${createHmac("sha256", Buffer.from(secret, "base64url")).update(unsigned).digest("base64url")}`;
			},
		],
		[
			"a key of the attacker in the header",
			() => {
				const { privateKey, publicKey } = generateKeyPairSync("ed25519");
				const header = { alg: "EdDSA", typ: "at+jwt", kid: bed.signer.kid, jwk: publicKey.export({ format: "jwk" }) };
				const unsigned = `${encode(header)}.${encode(body())}`;
				return `${unsigned}.${sign(null, Buffer.from(unsigned), privateKey).toString("base64url")}`;
			},
		],
		["another key under our id", async () => (await createSigner(bed.signer.kid)).sign(claims, { now: now() })],
		["an unknown key id", () => bed.signer.sign(claims, { now: now(), kid: "other" })],
		["another issuer", () => bed.signer.sign(claims, { now: now(), issuer: "evil" })],
		["another audience", () => bed.signer.sign(claims, { now: now(), audience: "evil" })],
		["another type", () => bed.signer.sign(claims, { now: now(), typ: "JWT" })],
		["no session", () => bed.signer.sign({ sub: "USR_MINA" }, { now: now() })],
		["no subject", () => bed.signer.sign({ sid: "SES_MINA" }, { now: now() })],
		[
			"changed roles",
			async () => {
				const [header = "", , signature = ""] = (await good()).split(".");
				return `${header}.${encode(body({ roles: ["ROLE_ADMIN"] }))}.${signature}`;
			},
		],
	];
	it.each(forgeries)("are refused when forged: %s", async (_name, make) => {
		const told = await profile(await make());
		expect(told.status).toBe(401);
		expect(told.json().code).toBe("UNAUTHENTICATED");
		expect(told.headers["www-authenticate"]).toContain("Bearer");
	});

	it.each(["Bearer", "Basic dXNlcjpwYXNz", "Token abc", "Bearer a b"])(
		"are refused as header %s",
		async (authorization) => {
			const told = await bed.ask({ path: "/api/user/profile", headers: { authorization } });
			expect([told.status, told.json().code]).toEqual([401, "UNAUTHENTICATED"]);
		},
	);

	it("are no token at all on a public path when they are bad", async () => {
		const told = await bed.ask({ path: "/api/products", token: "a.b.c" });
		expect(told.status).toBe(200);
		expect(bed.calls.findLast(({ action }) => action === "catalog.products")?.meta.userId).toBeUndefined();
	});

	it("expire half a minute after their time, remembered or not", async () => {
		const token = await good();
		expect((await profile(token)).status).toBe(200);
		const unseen = await good();
		await bed.platform.advance(329_000);
		expect((await profile(token)).status).toBe(200);
		await bed.platform.advance(2_000);
		const told = await profile(token);
		expect([told.status, told.json().code]).toEqual([401, "TOKEN_EXPIRED"]);
		expect(told.headers["www-authenticate"]).toContain('error="invalid_token"');
		expect((await profile(unseen)).json().code).toBe("TOKEN_EXPIRED");
	});

	it("die with their session: at once after a logout here, within five seconds after one elsewhere", async () => {
		const token = await good();
		expect((await profile(token)).status).toBe(200);
		bed.endedSessions.add("SES_MINA");
		expect((await profile(token)).status).toBe(200);
		await bed.platform.advance(5_001);
		expect((await profile(token)).status).toBe(401);

		bed.endedSessions.clear();
		await bed.platform.advance(5_001);
		expect((await profile(token)).status).toBe(200);
		bed.endedSessions.add("SES_MINA");
		expect((await bed.ask({ method: "POST", path: "/api/auth/logout", token })).status).toBe(204);
		expect((await profile(token)).status).toBe(401);
		bed.endedSessions.clear();
		await bed.platform.advance(5_001);
	});

	it("die at once with a session whose refresh token came twice; any other refusal ends nothing", async () => {
		const token = await good();
		const refresh = (refreshToken: string) =>
			bed.ask({ method: "POST", path: "/api/auth/refresh", body: { refreshToken } });
		expect((await profile(token)).status).toBe(200);
		bed.endedSessions.add("SES_MINA");
		expect((await refresh("unknown-token-1")).json().code).toBe("INVALID_REFRESH_TOKEN");
		expect((await profile(token)).status).toBe(200);
		expect((await refresh("used-token-1")).json().code).toBe("REFRESH_TOKEN_REUSED");
		expect((await profile(token)).status).toBe(401);
		bed.endedSessions.clear();
		await bed.platform.advance(5_001);
	});

	it("take the roles their user has now, not those they were made with", async () => {
		const token = await bed.signer.sign({ ...claims, sid: "SES_X", roles: ["ROLE_ADMIN"] }, { now: now() });
		expect((await bed.ask({ path: "/api/admin/dashboard", token })).status).toBe(403);
	});

	it("of unknown keys do not turn into a stream of questions for keys", async () => {
		await bed.platform.advance(10_000);
		const before = bed.calls.filter(({ action }) => action === "auth.jwks").length;
		for (let number = 0; number < 10; number++)
			await profile(await bed.signer.sign(claims, { now: now(), kid: `k${number}` }));
		expect(bed.calls.filter(({ action }) => action === "auth.jwks").length - before).toBe(1);
	});
});
