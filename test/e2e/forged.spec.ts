import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inParallel } from "../support/client.ts";
import { forgeriesOf } from "../support/forgeries.ts";
import { tell } from "../support/raw-http.ts";
import { System, type Facts } from "../support/system.ts";

const AT_ONCE = 8;
const TIMES = 100;
const AMOUNT = 10_000;
const WEBHOOK = "/api/payments/webhook/toss";
const OLD = "2020-01-01T00:00:00.000000";

describe("what is forged", () => {
	const system = new System({ RECONCILE_AFTER_SECONDS: "1", RECONCILE_EVERY_SECONDS: "1" });
	let token: string;

	beforeAll(async () => {
		await system.start();
		token = await system.login();
	}, 30_000);
	afterAll(() => system.end());

	const profile = (bearer: string) =>
		tell(system.url, { path: "/api/user/profile", headers: { authorization: `Bearer ${bearer}` } });

	it("as a token opens no door, in more than two hundred ways", async () => {
		const signingKeyPem = readFileSync(join(system.dataDir, "auth-signing-key.pem"), "utf8");
		const forgeries = forgeriesOf({ good: token, signingKeyPem, nowMs: Date.now() });
		const found: string[] = [];
		await inParallel([...forgeries], AT_ONCE, async ([name, forged]) => {
			if (forged === token) found.push(`${name} is the good token`);
			const { status, text } = await profile(forged);
			const { code } = JSON.parse(text) as Facts;
			const isRefused = status === 401 && (code === "UNAUTHENTICATED" || code === "TOKEN_EXPIRED");
			if (!isRefused) found.push(`${name} → ${status} ${text.slice(0, 200)}`);
		});
		expect(found).toEqual([]);
		expect(forgeries.size).toBeGreaterThanOrEqual(200);
		// The doors are not simply shut.
		expect((await profile(token)).status).toBe(200);
	});

	const notice = (orderId: string, paymentKey: string, status: string, more: Facts = {}) =>
		system.platform.ask("POST", WEBHOOK, {
			body: {
				eventType: "PAYMENT_STATUS_CHANGED",
				createdAt: OLD,
				data: { paymentKey, orderId, status, totalAmount: AMOUNT, balanceAmount: AMOUNT, ...more },
			},
		});
	const payment = (orderId: string): Promise<Facts> => system.read(`/api/payments/${orderId}`, token);
	const eventsOf = async (orderId: string): Promise<unknown[]> => {
		const admin = await system.login("admin", "admin");
		const rows = await system.read(`/api/logs/payments/${orderId}/history`, admin);
		return (rows as unknown as readonly Facts[]).map(({ eventType }) => eventType);
	};

	it("as a notice changes nothing: no payment is made, ended or given back by words", async () => {
		const open = await system.order(token);
		const { orderId: paid, paymentKey } = await system.purchase(token);
		const before = [await eventsOf(open), await eventsOf(paid)];
		for (const status of [
			"DONE",
			"CANCELED",
			"PARTIAL_CANCELED",
			"ABORTED",
			"EXPIRED",
			"WAITING_FOR_DEPOSIT",
			"__proto__",
		])
			for (const [orderId, key] of [
				[open, "forged-key"],
				[open, paymentKey],
				[paid, paymentKey],
				[paid, "forged-key"],
			] as const)
				expect((await notice(orderId, key, status))?.status).toBe(200);
		expect((await payment(open))["status"]).toBe("PENDING");
		expect(await payment(paid)).toMatchObject({ status: "APPROVED", cancelledAmount: 0, paymentKey });
		expect([await eventsOf(open), await eventsOf(paid)]).toEqual(before);
		expect((await system.books(open)).charges).toEqual([]);
	});

	it("as a stale, repeated or altered notice has the effect of one look at the provider", async () => {
		const { orderId, paymentKey } = await system.purchase(token);
		const cancel = { token, body: { cancelReason: "변심", cancelAmount: 1_000 } };
		await system.platform.ask("POST", `/api/payments/${orderId}/cancel`, cancel);
		const before = await eventsOf(orderId);
		const states = ["CANCELED", "DONE", "PARTIAL_CANCELED"];
		await inParallel(
			Array.from({ length: TIMES }, (_, index) => index),
			AT_ONCE,
			async (index) => {
				// Newest first, oldest last, and sums that were never true.
				const status = states[index % states.length] ?? "DONE";
				const answer = await notice(orderId, paymentKey, status, { balanceAmount: index, totalAmount: AMOUNT - index });
				expect(answer?.status).toBe(200);
			},
		);
		expect(await eventsOf(orderId)).toEqual(before);
		expect(await payment(orderId)).toMatchObject({ status: "APPROVED", cancelledAmount: 1_000, amount: AMOUNT });
		const { charges, refunds } = await system.books(orderId);
		expect([charges.length, refunds.length]).toEqual([1, 1]);
	});

	it("a notice that is true is found out, once, however often and in whatever order it comes", async () => {
		const orderId = await system.order(token);
		const paymentKey = await system.approve(orderId);
		await system.fault({ match: { operation: "confirm", orderId }, fault: "drop-after", times: 1 });
		await system.platform.ask("POST", "/api/payments/confirm", {
			token,
			body: { paymentKey, orderId, amount: AMOUNT },
		});
		const told = Array.from({ length: TIMES }, (_, index) => (index % 2 === 0 ? "DONE" : "IN_PROGRESS"));
		await inParallel(told, AT_ONCE, async (status) => {
			expect((await notice(orderId, paymentKey, status))?.status).toBe(200);
		});
		const settled = await system.until(`/api/payments/${orderId}`, token, ({ status }) => status !== "APPROVING");
		expect(settled).toMatchObject({ status: "APPROVED" });
		expect((await eventsOf(orderId)).filter((type) => type === "payment.approved")).toHaveLength(1);
		expect((await system.books(orderId)).charges).toHaveLength(1);
	});
});
