import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import type { TokenAnswer } from "../../../services/auth/contract.ts";
import type { TestPlatform } from "../../support/broker.ts";
import { HERE, claimsOf, metaOf, refusal, startAuth } from "./support.ts";

const SECOND = 1_000;
const DAY = 86_400_000;
const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36";

describe("a session", () => {
	let platform: TestPlatform;
	const login = (username = "user", password = "password", meta = HERE) =>
		platform.call("auth.login", { username, password }, { meta });
	const refresh = ({ refreshToken }: Pick<TokenAnswer, "refreshToken">) =>
		platform.call("auth.refresh", { refreshToken }, { meta: HERE });
	const sessionIdOf = (answer: TokenAnswer) => metaOf(answer).sessionId ?? "";
	const isLive = async (answer: TokenAnswer) =>
		(await platform.call("auth.session", { sessionId: sessionIdOf(answer), userId: answer.userId })).isLive;
	const typesOf = async (answer: TokenAnswer) =>
		(await platform.runtime.store.events("session", sessionIdOf(answer))).map(({ type }) => type);

	beforeEach(async () => {
		platform = await startAuth();
	});
	afterEach(() => platform.stop());

	it("gives access tokens that anybody verifies with the published keys", async () => {
		const answer = await login();
		const { keys } = await platform.call("auth.jwks", null);
		const jwks = createLocalJWKSet({ keys } as unknown as JSONWebKeySet);
		const { payload, protectedHeader } = await jwtVerify(answer.accessToken, jwks, {
			algorithms: ["EdDSA"],
			typ: "at+jwt",
			issuer: "payflow",
			audience: "payflow-api",
			currentDate: new Date(platform.runtime.clock.now()),
		});
		expect(protectedHeader.kid).toBe(keys[0]?.["kid"]);
		expect(payload).toMatchObject({ sub: answer.userId, roles: ["ROLE_USER"], sid: sessionIdOf(answer) });
		expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
		expect(Object.keys(payload).sort()).toEqual(["aud", "exp", "iat", "iss", "jti", "nbf", "roles", "sid", "sub"]);
	});

	it("gives a new pair for each refresh token, in the same session", async () => {
		const first = await login();
		await platform.advance(60 * SECOND);
		const second = await refresh(first);
		expect(second.refreshToken).not.toBe(first.refreshToken);
		expect(second).toMatchObject({
			expiresIn: 300,
			refreshExpiresIn: 2_592_000,
			username: "user",
			tokenType: "Bearer",
		});
		expect(sessionIdOf(second)).toBe(sessionIdOf(first));
		expect(claimsOf(second.accessToken)["jti"]).not.toBe(claimsOf(first.accessToken)["jti"]);
		expect(await typesOf(first)).toEqual(["auth.login-succeeded", "auth.session-refreshed"]);
	});

	it("has one live successor after fifty refreshes at once", async () => {
		const first = await login();
		const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(first)));
		expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
		expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1);
		expect(await typesOf(first)).toEqual(["auth.login-succeeded", "auth.session-refreshed"]);
		expect(await refresh(answers[0] as TokenAnswer)).toMatchObject({ username: "user" });
	});

	it("answers a lost reply again within ten seconds, with the same tokens", async () => {
		const first = await login();
		const second = await refresh(first);
		await platform.advance(10 * SECOND);
		const again = await refresh(first);
		expect(again).toEqual({ ...second, expiresIn: 290, refreshExpiresIn: 2_591_990 });
		expect(await refresh(again)).toMatchObject({ username: "user" });
	});

	it("is revoked with all its tokens when a used one comes back after the grace", async () => {
		const first = await login();
		const second = await refresh(first);
		const other = await login();
		await platform.advance(10 * SECOND + 1);
		expect(await refusal(refresh(first))).toMatchObject({ type: "REFRESH_TOKEN_REUSED", code: 401 });
		expect(await refusal(refresh(second))).toMatchObject({ type: "INVALID_REFRESH_TOKEN", code: 401 });
		expect(await isLive(second)).toBe(false);
		expect(await isLive(other)).toBe(true);
		expect((await typesOf(first)).slice(-2)).toEqual(["auth.refresh-reuse-detected", "auth.session-ended"]);
	});

	it("is revoked when a token of two rotations ago comes back, even at once", async () => {
		const first = await login();
		const third = await refresh(await refresh(first));
		expect(await refusal(refresh(first))).toMatchObject({ type: "REFRESH_TOKEN_REUSED" });
		expect(await refusal(refresh(third))).toMatchObject({ type: "INVALID_REFRESH_TOKEN" });
	});

	it("is revoked once by fifty replays at once", async () => {
		const first = await login();
		await refresh(first);
		await platform.advance(11 * SECOND);
		const refusals = await Promise.all(Array.from({ length: 50 }, () => refusal(refresh(first))));
		expect(refusals.every(({ code }) => code === 401)).toBe(true);
		expect(refusals.filter(({ type }) => type === "REFRESH_TOKEN_REUSED")).toHaveLength(1);
		expect((await typesOf(first)).filter((type) => type === "auth.refresh-reuse-detected")).toHaveLength(1);
	});

	it("accepts none of two hundred forged refresh tokens", async () => {
		const { refreshToken } = await login();
		const [sessionId = "", , mac = ""] = refreshToken.split(".");
		const forged = Array.from(
			{ length: mac.length },
			(_, at) => mac.slice(0, at) + (mac[at] === "A" ? "E" : "A") + mac.slice(at + 1),
		);
		const variants = [
			...forged.map((changed) => `${sessionId}.0.${changed}`),
			...Array.from({ length: 150 }, (_, index) => `${sessionId}.${index + 1}.${mac}`),
			...[
				"",
				".",
				"..",
				refreshToken.toLowerCase(),
				`${refreshToken}=`,
				`${sessionId}.-1.${mac}`,
				`${sessionId}.0.`,
				mac,
				"null",
			],
		];
		expect(variants.length).toBeGreaterThan(200);
		const refusals = await Promise.all(variants.map((variant) => refusal(refresh({ refreshToken: variant }))));
		expect(refusals.filter(({ type, code }) => type !== "INVALID_REFRESH_TOKEN" || code !== 401)).toEqual([]);
		expect(await refresh({ refreshToken })).toMatchObject({ username: "user" });
	});

	it("slides for 30 days and never past 90", async () => {
		let answer = await login();
		for (let month = 0; month < 3; month++) {
			await platform.advance(29 * DAY);
			answer = await refresh(answer);
		}
		expect(answer.refreshExpiresIn).toBe(3 * 86_400);
		await platform.advance(3 * DAY);
		expect(await refusal(refresh(answer))).toMatchObject({ type: "REFRESH_TOKEN_EXPIRED", code: 401 });
	});

	it("expires after 30 days without use, says so each time, and is marked by housekeeping", async () => {
		const answer = await login();
		await platform.advance(30 * DAY - 1);
		expect(await isLive(answer)).toBe(true);
		await platform.advance(1);
		expect(await isLive(answer)).toBe(false);
		for (let time = 0; time < 2; time++)
			expect(await refusal(refresh(answer))).toMatchObject({ type: "REFRESH_TOKEN_EXPIRED" });
		const idle = await login();
		await platform.advance(30 * DAY);
		for (let hour = 0; hour < 3; hour++) await platform.advance(DAY / 24);
		expect(await typesOf(idle)).toEqual(["auth.login-succeeded", "auth.session-ended"]);
	});

	it("dies at once with a logout, by its refresh token or by its access token, as often as one likes", async () => {
		const byToken = await login();
		const byMeta = await login();
		for (let time = 0; time < 2; time++) {
			expect(await platform.call("auth.logout", { refreshToken: byToken.refreshToken })).toBeNull();
			expect(await platform.call("auth.logout", {}, { meta: metaOf(byMeta) })).toBeNull();
			expect(await platform.call("auth.logout", { refreshToken: "nonsense" })).toBeNull();
		}
		expect([await isLive(byToken), await isLive(byMeta)]).toEqual([false, false]);
		expect(await refusal(refresh(byToken))).toMatchObject({ type: "INVALID_REFRESH_TOKEN" });
		expect(await typesOf(byToken)).toEqual(["auth.login-succeeded", "auth.session-ended"]);
	});

	it("is listed with a coarse device, and revoked by its owner only", async () => {
		const older = await login("user", "password", { ...HERE, userAgent: CHROME });
		await platform.advance(SECOND);
		const newer = await login();
		const admin = await login("admin", "admin");
		const { items } = await platform.call("auth.sessions", null, { meta: metaOf(newer) });
		expect(items).toEqual([
			{ sessionId: sessionIdOf(newer), createdAt: at(1), lastUsedAt: at(1), userAgent: null, isCurrent: true },
			{
				sessionId: sessionIdOf(older),
				createdAt: at(0),
				lastUsedAt: at(0),
				userAgent: "Chrome on Windows",
				isCurrent: false,
			},
		]);
		const sessionId = sessionIdOf(older);
		const foreign = platform.call("auth.revokeSession", { sessionId }, { meta: metaOf(admin) });
		expect(await refusal(foreign)).toMatchObject({ type: "SESSION_NOT_FOUND", code: 404 });
		const nowhere = platform.call("auth.revokeSession", { sessionId: "SES_0" }, { meta: metaOf(admin) });
		expect(await refusal(nowhere)).toMatchObject({ type: "SESSION_NOT_FOUND" });
		await platform.call("auth.revokeSession", { sessionId }, { meta: metaOf(newer) });
		expect([await isLive(older), await isLive(newer)]).toEqual([false, true]);
	});

	it("is one of at most ten: the oldest gives way", async () => {
		const answers: TokenAnswer[] = [];
		for (let device = 0; device < 12; device++) {
			await platform.advance(SECOND);
			answers.push(await login());
		}
		const live = await Promise.all(answers.map(isLive));
		expect(live).toEqual([false, false, ...Array<boolean>(10).fill(true)]);
		const last = answers.at(-1) as TokenAnswer;
		expect((await platform.call("auth.sessions", null, { meta: metaOf(last) })).items).toHaveLength(10);
	});

	it("ends with all others of its user", async () => {
		const [first, second] = [await login(), await login()];
		const admin = await login("admin", "admin");
		await platform.call("auth.logoutAll", null, { meta: metaOf(first) });
		expect([await isLive(first), await isLive(second), await isLive(admin)]).toEqual([false, false, true]);
	});

	it("is not live for another user or if it never began", async () => {
		const answer = await login();
		const sessionId = sessionIdOf(answer);
		expect(await platform.call("auth.session", { sessionId, userId: "USR_0" })).toEqual({ isLive: false, roles: [] });
		expect(await platform.call("auth.session", { sessionId: "SES_0", userId: answer.userId })).toMatchObject({
			isLive: false,
		});
	});
});

function at(seconds: number): string {
	return new Date(Date.parse("2030-01-07T00:00:00.000Z") + seconds * SECOND).toISOString();
}
