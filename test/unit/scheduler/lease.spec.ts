import { admitToken, StaleToken } from "../../../mixins/scheduler/fence.ts";
import { freshLease, grant, type LeaseState, release, renew } from "../../../mixins/scheduler/lease.ts";

const NOW = Date.UTC(2026, 0, 1);
const LEASE_MS = 30_000;

function granted(owner = "a", now = NOW, from: LeaseState = freshLease("sweep")): LeaseState {
	const lease = grant(from, owner, now, LEASE_MS);
	if (lease === null) throw new Error("not granted");
	return lease;
}

describe("a job's lease", () => {
	it("goes to the first who asks, with the first token", () => {
		expect(granted()).toMatchObject({ owner: "a", token: 1, runs: 1, expiresAt: "2026-01-01T00:00:30.000Z" });
	});

	it("is not granted while somebody holds it, not even to the holder", () => {
		expect(grant(granted(), "b", NOW + LEASE_MS - 1, LEASE_MS)).toBeNull();
		expect(grant(granted(), "a", NOW + LEASE_MS - 1, LEASE_MS)).toBeNull();
	});

	it("is granted with a higher token once it has run out", () => {
		expect(granted("b", NOW + LEASE_MS, granted())).toMatchObject({ owner: "b", token: 2, runs: 2 });
	});

	it("is renewed by its holder alone", () => {
		expect(renew(granted(), 1, NOW + 10_000, LEASE_MS)).toMatchObject({
			token: 1,
			expiresAt: "2026-01-01T00:00:40.000Z",
		});
		expect(renew(granted("b", NOW + LEASE_MS, granted()), 1, NOW + LEASE_MS, LEASE_MS)).toBeNull();
	});

	it("is given back with the outcome of the run", () => {
		const failed = release(granted(), 1, NOW + 5_000, new TypeError("no rate"));
		expect(failed).toMatchObject({ owner: null, expiresAt: null, failures: 1, lastError: "TypeError: no rate" });
		expect(failed).toMatchObject({
			lastErrorAt: "2026-01-01T00:00:05.000Z",
			lastFinishedAt: "2026-01-01T00:00:05.000Z",
		});
		const again = granted("b", NOW + 6_000, failed ?? freshLease("sweep"));
		expect(again.token).toBe(2);
		expect(release(again, 2, NOW + 7_000, null)).toMatchObject({
			failures: 1,
			runs: 2,
			lastError: "TypeError: no rate",
		});
	});

	it("is not given back by a holder who lost it, nor twice", () => {
		expect(release(granted("b", NOW + LEASE_MS, granted()), 1, NOW + LEASE_MS, null)).toBeNull();
		const released = release(granted(), 1, NOW, null);
		expect(release(released ?? freshLease("sweep"), 1, NOW, null)).toBeNull();
		expect(renew(released ?? freshLease("sweep"), 1, NOW, LEASE_MS)).toBeNull();
	});
});

describe("a fence", () => {
	it("lets the same token and higher ones through, and none below", () => {
		expect(admitToken("books", 0, 1)).toBe(1);
		expect(admitToken("books", 3, 3)).toBe(3);
		expect(admitToken("books", 3, 7)).toBe(7);
		expect(() => admitToken("books", 3, 2)).toThrow(StaleToken);
	});
});
