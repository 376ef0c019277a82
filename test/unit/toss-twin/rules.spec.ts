import { DEMO_SECRET_KEY, isClientKey, merchantIdOf } from "../../../services/toss-twin/domain/auth.ts";
import { bankCodeOf } from "../../../services/toss-twin/domain/codes.ts";
import { isCalendarDay, parseInstant, seoulIso, webhookTime } from "../../../services/toss-twin/domain/dates.ts";
import {
	findVendorError,
	languageOf,
	vendorErrorCodes,
	vendorMessage,
} from "../../../services/toss-twin/domain/error-catalogue.ts";
import { goesOff, faultOf, spend } from "../../../services/toss-twin/domain/faults.ts";
import type { Occasion } from "../../../services/toss-twin/domain/faults.ts";
import { idempotencyIdentity, isFresh, isKept } from "../../../services/toss-twin/domain/idempotency.ts";
import { feeOf, payoutDate, soldDaysPaidWithin } from "../../../services/toss-twin/domain/settlement.ts";
import { isAllowedTarget, nextAttemptAt } from "../../../services/toss-twin/domain/webhooks.ts";
import { magicOutcome } from "../../../services/toss-twin/domain/confirm.ts";
import { createRouter } from "../../../services/toss-twin/server/router.ts";
import { readTwinSettings } from "../../../services/toss-twin/settings.ts";

describe("the error catalogue", () => {
	it("has a status and both languages for every code, each once", () => {
		const codes = vendorErrorCodes();
		expect(codes.length).toBeGreaterThan(120);
		expect(new Set(codes).size).toBe(codes.length);
		for (const code of codes) {
			const error = findVendorError(code);
			expect(error?.status).toBeGreaterThanOrEqual(400);
			expect(error?.ko).toMatch(/[가-힣]/);
			expect(error?.en).not.toMatch(/[가-힣]/);
		}
	});

	it("has words for what it does not know, and picks the language", () => {
		expect(vendorMessage("NEVER_HEARD_OF", "en")).toBe("The request was refused.");
		expect(vendorMessage("NEVER_HEARD_OF", "ko")).toBe("요청이 거절되었습니다.");
		expect([languageOf(undefined), languageOf("ko-KR,en"), languageOf("en-US"), languageOf("english")]).toEqual([
			"ko",
			"ko",
			"en",
			"ko",
		]);
	});
});

describe("dates", () => {
	it("are written in Seoul time", () => {
		const at = Date.parse("2025-12-31T15:00:00.120Z");
		expect(seoulIso(at)).toBe("2026-01-01T00:00:00+09:00");
		expect(webhookTime(at)).toBe("2026-01-01T00:00:00.12");
		expect(webhookTime(at - 120)).toBe("2026-01-01T00:00:00.0");
	});

	it("are read with and without an offset", () => {
		expect(parseInstant("2026-03-02")).toBe(Date.parse("2026-03-02T00:00:00+09:00"));
		expect(parseInstant("2026-03-02T10:00:00")).toBe(Date.parse("2026-03-02T10:00:00+09:00"));
		expect(parseInstant("2026-03-02T10:00:00Z")).toBe(Date.parse("2026-03-02T10:00:00Z"));
		for (const text of ["", "2026-02-30", "2026-13-01", "yesterday", "2026-03-02 10:00", "2026-03-02T25:00:00"])
			expect(parseInstant(text)).toBeNull();
		expect(isCalendarDay("2024-02-29")).toBe(true);
		expect(isCalendarDay("2026-02-29")).toBe(false);
	});
});

describe("settlement", () => {
	it("pays two business days after the sale", () => {
		expect(payoutDate("2026-03-02")).toBe("2026-03-04");
		expect(payoutDate("2026-03-05")).toBe("2026-03-09");
		expect(payoutDate("2026-03-07")).toBe("2026-03-10");
	});

	it("finds the sales of a payout day", () => {
		expect(soldDaysPaidWithin("2026-03-10", "2026-03-10")).toEqual({ from: "2026-03-06", to: "2026-03-08" });
		expect(soldDaysPaidWithin("2026-03-07", "2026-03-08")).toBeNull();
		expect(soldDaysPaidWithin("2026-03-01", "2026-03-31")).toEqual({ from: "2026-02-26", to: "2026-03-29" });
	});

	it("keeps a fee rounded down, exact for any amount", () => {
		expect(feeOf({ kind: "charge", method: "CARD", amount: 12_345 })).toBe(380);
		expect(feeOf({ kind: "charge", method: "CARD", amount: Number.MAX_SAFE_INTEGER })).toBe(277_421_737_046_022);
		expect(feeOf({ kind: "charge", method: "VIRTUAL_ACCOUNT", amount: 15_000 })).toBe(440);
		expect(feeOf({ kind: "refund", method: "VIRTUAL_ACCOUNT", amount: 15_000 })).toBe(0);
	});
});

describe("faults", () => {
	const occasion: Occasion = {
		operation: "confirm",
		orderId: "order-0001",
		paymentKey: "k",
		amount: 1000,
		mId: "payflow01",
	};
	const never = (): number => {
		throw new Error("no dice needed");
	};

	it("go off only where they match", () => {
		const matching = [{}, { operation: "confirm" }, { orderId: "order-0001", amount: 1000 }, { mId: "payflow01" }];
		const others = [{ operation: "cancel" }, { orderId: "order-0002" }, { paymentKey: "x" }, { amount: 1 }];
		for (const match of matching)
			expect(goesOff(faultOf({ match, fault: "error" }, 1, ""), occasion, never)).toBe(true);
		for (const match of others) expect(goesOff(faultOf({ match, fault: "error" }, 1, ""), occasion, never)).toBe(false);
		const webhook = faultOf({ fault: "webhook-lose" }, 1, "");
		expect(goesOff(webhook, occasion, never)).toBe(false);
		expect(goesOff(webhook, { ...occasion, operation: "webhook" }, never)).toBe(true);
	});

	it("are spent, unless they are endless", () => {
		const once = faultOf({ fault: "error" }, 1, "");
		expect(goesOff(spend(once), occasion, never)).toBe(false);
		const share = faultOf({ fault: "error", match: { percentage: 30 } }, 1, "");
		expect(spend(share)).toMatchObject({ remaining: null, used: 1 });
		expect([goesOff(share, occasion, () => 29.9), goesOff(share, occasion, () => 30)]).toEqual([true, false]);
	});
});

describe("idempotency", () => {
	it("tells keys apart by everything but the body", () => {
		const given = ["k", "test_sk_a", "POST", "/v1/x"] as const;
		const same = idempotencyIdentity(...given);
		expect(idempotencyIdentity(...given)).toBe(same);
		const others = [
			idempotencyIdentity("k2", "test_sk_a", "POST", "/v1/x"),
			idempotencyIdentity("k", "test_sk_b", "POST", "/v1/x"),
			idempotencyIdentity("k", "test_sk_a", "PUT", "/v1/x"),
			idempotencyIdentity("k", "test_sk_a", "POST", "/v1/y"),
			idempotencyIdentity('k","test_sk_a', "", "POST", "/v1/x"),
		];
		expect(new Set([same, ...others]).size).toBe(6);
	});

	it("keeps answers, not accidents, for fifteen days", () => {
		expect([200, 400, 403, 404].every(isKept)).toBe(true);
		expect([409, 429, 500, 503].some(isKept)).toBe(false);
		const stored = { at: 0, status: 200, body: "", traceId: "" };
		expect([isFresh(stored, 15 * 86_400_000 - 1), isFresh(stored, 15 * 86_400_000)]).toEqual([true, false]);
	});
});

describe("webhooks", () => {
	it("are tried again after 1, 4, 16, 64, 256, 1024 and 4096 minutes", () => {
		const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => nextAttemptAt(attempts, 0));
		expect(waits).toEqual([1, 4, 16, 64, 256, 1024, 4096].map((minutes) => minutes * 60_000).concat(null as never));
	});

	it.each([
		["http://127.0.0.1:3000/x", true],
		["http://localhost/x", true],
		["http://[::1]:80/", true],
		["http://gateway:8080/x", true],
		["http://127.0.0.1.example.com/", false],
		["http://localhost.example.com/", false],
		["http://user@10.0.0.1/", false],
		["file:///etc/passwd", false],
		["nonsense", false],
	])("to %s: %s", (address, allowed) => {
		expect(isAllowedTarget(address, ["gateway"])).toBe(allowed);
	});
});

describe("keys", () => {
	it("have merchants of at most fourteen characters", () => {
		const digest = () => "0123456789abcdef";
		expect(merchantIdOf(DEMO_SECRET_KEY, digest)).toBe("payflow01");
		expect(merchantIdOf("test_sk_other", digest)).toBe("tw0123456789ab");
		expect([isClientKey("test_gck_abcd"), isClientKey("test_sk_abcd")]).toEqual([true, false]);
	});

	it("of demonstrations say what will happen", () => {
		expect(["mock_ok_1", "mock_late_x", "mock_ok", "xmock_ok_1", "mock_other_1"].map(magicOutcome)).toEqual([
			"ok",
			"late",
			null,
			null,
			null,
		]);
	});

	it("of banks are codes or names", () => {
		expect(["20", "국민은행", "토스뱅크", "없음"].map(bankCodeOf)).toEqual(["20", "06", "92", null]);
	});
});

describe("the route table", () => {
	const find = createRouter([
		{ method: "GET", pattern: "/a/:id", target: "one" },
		{ method: "POST", pattern: "/a/fixed", target: "fixed" },
		{ method: "DELETE", pattern: "/a/:id", target: "delete" },
	]);

	it("prefers fixed parts, decodes the others, and tells a wrong method from a wrong path", () => {
		expect(find("POST", "/a/fixed")).toEqual({ kind: "found", target: "fixed", params: {} });
		expect(find("GET", "/a/fixed")).toMatchObject({ target: "one", params: { id: "fixed" } });
		expect(find("DELETE", "/a/x%3D")).toMatchObject({ target: "delete", params: { id: "x=" } });
		expect(find("PUT", "/a/x")).toEqual({ kind: "wrong-method" });
		for (const path of ["/a", "/a/", "/a/b/c", "/a/%ZZ"]) expect(find("GET", path)).toEqual({ kind: "unknown" });
	});
});

describe("the settings", () => {
	it("have defaults for everything", () => {
		expect(readTwinSettings({})).toEqual({
			port: 8081,
			host: "127.0.0.1",
			dataDir: "data/toss-twin",
			isVirtual: false,
			isControlOpen: false,
			webhookHosts: [],
		});
	});

	it("are read, and refused all at once", () => {
		const given = {
			TOSS_TWIN_PORT: "9000",
			TOSS_TWIN_DATA: ":memory:",
			CLOCK: "virtual",
			TOSS_TWIN_CONTROL: "open",
			TOSS_TWIN_WEBHOOK_HOSTS: "gateway,api",
			TOSS_TWIN_WEBHOOK_URL: "http://gateway/x",
			TOSS_TWIN_PUBLIC_URL: "https://twin.test/",
		};
		expect(readTwinSettings(given)).toMatchObject({
			port: 9000,
			dataDir: null,
			isVirtual: true,
			isControlOpen: true,
			webhookHosts: ["gateway", "api"],
			webhookUrl: "http://gateway/x",
			publicUrl: "https://twin.test",
		});
		const bad = readTwinSettings({ TOSS_TWIN_PORT: "70000", CLOCK: "sundial", TOSS_TWIN_CONTROL: "shut" });
		expect("problems" in bad ? bad.problems : []).toHaveLength(3);
	});
});
