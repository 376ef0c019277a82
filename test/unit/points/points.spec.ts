import { account } from "../../../services/points/domain/account.ts";
import { pointsFor } from "../../../services/points/domain/earning.ts";
import { plannedFailure } from "../../../services/points/domain/failures.ts";
import type { PointsAccount, PointsEvent } from "../../../services/points/domain/model.ts";
import { Tally } from "../../../services/points/domain/tally.ts";
import { specificationOf } from "../../support/given.ts";

const given = specificationOf(account);
const now = "2030-01-07T00:00:00.000Z";
const userId = "USR_1";
const rateBps = 100;

const awarded = (orderId: string, amount: number, points: number, balance: number): PointsEvent => ({
	type: "points.awarded",
	data: { userId, orderId, points, balance, amount, rateBps, awardedAt: now },
});
const revoked = (orderId: string, points: number, balance: number): PointsEvent => ({
	type: "points.revoked",
	data: { userId, orderId, points, balance, needsReview: balance < 0, revokedAt: now },
});
const earn = (orderId: string, amount: number) => ({ type: "earn", userId, orderId, amount, rateBps, now }) as const;
const revoke = (orderId: string, points: number) => ({ type: "revoke", userId, orderId, points, now }) as const;

describe("points of a purchase", () => {
	it.each([
		[10_000, 100, 100],
		[1_999, 100, 19],
		[99, 100, 0],
		[100, 100, 1],
		[50_000, 100, 500],
		[0, 100, 0],
		[10_000, 0, 0],
		[9_999, 250, 249],
		[10_000_000_000, 10_000, 10_000_000_000],
	])("of %p won at %p basis points are %p", (amount, bps, points) => {
		expect(pointsFor(amount, bps)).toBe(points);
	});
});

describe("an account", () => {
	it("takes points in and gives them back", () => {
		given()
			.when(earn("ORD_1", 10_000))
			.then(awarded("ORD_1", 10_000, 100, 100));
		const past = [awarded("ORD_1", 10_000, 100, 100)] as const;
		given(...past)
			.when(earn("ORD_2", 50_000))
			.then(awarded("ORD_2", 50_000, 500, 600));
		given(...past)
			.when(revoke("ORD_1", 100))
			.then(revoked("ORD_1", 100, 0));
		expect(given(...past, revoked("ORD_1", 100, 0)).state).toMatchObject({ balance: 0, earned: 100, revoked: 100 });
	});

	it("has no entry without points", () => {
		given().when(earn("ORD_1", 99)).thenNothing();
	});

	it("goes below zero only by taking back, and says that somebody should look", () => {
		const after = given(awarded("ORD_1", 10_000, 100, 100)).when(revoke("ORD_2", 150));
		after.then(revoked("ORD_2", 150, -50));
		expect(after.state()).toMatchObject({ balance: -50, needsReview: true });
		const recovered = given(awarded("ORD_1", 10_000, 100, 100), revoked("ORD_2", 150, -50)).when(earn("ORD_3", 5_000));
		expect(recovered.state()).toMatchObject({ balance: 0, needsReview: false });
	});

	it("notes what was not earned, without moving", () => {
		const failed: PointsEvent = {
			type: "points.award-failed",
			data: { userId, orderId: "ORD_1", amount: 1_000, reason: "POINTS_UNAVAILABLE", failedAt: now },
		};
		const cancelled: PointsEvent = {
			type: "points.award-cancelled",
			data: { userId, orderId: "ORD_1", cancelledAt: now },
		};
		const purchase = { userId, orderId: "ORD_1", now };
		given()
			.when({ type: "report-failure", ...purchase, amount: 1_000, reason: "POINTS_UNAVAILABLE" })
			.then(failed);
		given()
			.when({ type: "cancel-unearned", ...purchase })
			.then(cancelled);
		expect(given(failed, cancelled).state).toMatchObject({ userId, balance: 0, last: cancelled });
	});
});

describe("a failure on purpose", () => {
	it("meets the users and products on its list, and nobody without one", () => {
		const purchase = { userId, productIds: ["P-1", "P-2"] };
		expect(plannedFailure([], purchase)).toBeNull();
		expect(plannedFailure(["USR_2", "P-3"], purchase)).toBeNull();
		expect(plannedFailure(["USR_1"], purchase)).toBe("POINTS_UNAVAILABLE");
		expect(plannedFailure(["P-2"], purchase)).toBe("POINTS_UNAVAILABLE");
	});
});

describe("a count of an account's events", () => {
	const events = [
		awarded("ORD_1", 10_000, 100, 100),
		awarded("ORD_2", 20_000, 200, 300),
		revoked("ORD_1", 100, 200),
	] as const;
	const state = events.reduce(account.evolve, account.initial);
	const audit = (told: readonly PointsEvent[], document: PointsAccount = state) => {
		const tally = new Tally();
		for (const [index, event] of told.entries()) tally.count(event, index + 1);
		return tally.audit(userId, document);
	};

	it("agrees with the account", () => {
		const counted = { isHolding: true, broken: [], balance: 200, earned: 300, revoked: 100, events: 3 };
		expect(audit(events)).toEqual({ userId, ...counted });
	});

	it.each([
		["an entry is larger", [awarded("ORD_1", 10_000, 101, 100), ...events.slice(1)]],
		["a balance is another", [awarded("ORD_1", 10_000, 100, 99), ...events.slice(1)]],
		["more is taken back than was earned", [...events, revoked("ORD_9", 900, -700)]],
		["an entry is missing", events.slice(1)],
	])("finds that %s", (_what, told) => {
		expect(audit(told).isHolding).toBe(false);
	});

	it("finds a document that is not the sum of its events", () => {
		expect(audit(events, { ...state, balance: 201 }).broken).toEqual(["the account says 201, its events say 200"]);
		expect(audit(events, { ...state, earned: 301, revoked: 101 }).isHolding).toBe(false);
	});
});
