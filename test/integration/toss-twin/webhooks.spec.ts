import { virtualClock } from "../../../mixins/clock/virtual.ts";
import { runTwin, scratch, START, until } from "./harness.ts";
import type { Running } from "./harness.ts";
import { startReceiver } from "./receiver.ts";

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

let twin: Running;
let merchant: Receiver;
beforeEach(async () => {
	merchant = await startReceiver();
	twin = await runTwin({ webhookUrl: merchant.url });
});
afterEach(async () => {
	await twin.stop();
	await merchant.stop();
	expect(twin.faults).toEqual([]);
});

const arrived = async (count: number) => {
	await until(async () => {
		await twin.clock.advance(0);
		return merchant.received.length >= count;
	});
	return merchant.received;
};
const log = async () => (await twin.ask({ path: "/twin/webhooks" })).json.webhooks;
const settled = (status: string) => until(async () => (await log()).every((row) => row.status === status));

describe("webhooks", () => {
	it("tell of a payment with the whole payment in them", async () => {
		const paymentKey = await twin.paid("order-0001");
		const [first] = await arrived(1);
		expect(first?.body).toMatchObject({
			eventType: "PAYMENT_STATUS_CHANGED",
			createdAt: "2026-03-02T10:15:30.0",
			data: { paymentKey, orderId: "order-0001", status: "DONE", totalAmount: 1000, method: "카드" },
		});
		expect(first?.headers).toMatchObject({
			"tosspayments-webhook-transmission-time": "2026-03-02T10:15:30+09:00",
			"tosspayments-webhook-transmission-retried-count": "0",
			"content-type": "application/json",
		});
		expect(first?.headers["tosspayments-webhook-transmission-id"]).toMatch(/^whtrans_[0-9a-f]{32}$/);
		expect(first?.headers["tosspayments-webhook-signature"]).toBeUndefined();
		await settled("DELIVERED");
	});

	it("are tried eight times over four days, then given up", async () => {
		merchant.answers.push(...Array.from({ length: 20 }, () => 500));
		await twin.paid("order-0001");
		const minutes = [1, 4, 16, 64, 256, 1024, 4096];
		for (const [round, wait] of minutes.entries()) {
			await arrived(round + 1);
			await until(async () => (await log())[0]?.attempts === round + 1);
			await twin.clock.advance(wait * 60_000 - 1);
			expect(merchant.received).toHaveLength(round + 1);
			await twin.clock.advance(1);
		}
		await arrived(8);
		await settled("GIVEN_UP");
		const counts = merchant.received.map(({ headers }) => headers["tosspayments-webhook-transmission-retried-count"]);
		expect(counts).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
		await twin.clock.advance(30 * 86_400_000);
		expect(merchant.received).toHaveLength(8);
	});

	it("only count as delivered at 200, and can be sent again by hand", async () => {
		merchant.answers.push(204);
		await twin.paid("order-0001");
		await arrived(1);
		const [row] = await until(async () => ((await log())[0]?.attempts === 1 ? await log() : null));
		expect(row).toMatchObject({ status: "PENDING", lastAnswer: "204", nextAttemptAt: "2026-03-02T10:16:30+09:00" });
		const again = await twin.ask({ path: `/twin/webhooks/${row?.number ?? 0}/resend`, body: {} });
		expect(again.status).toBe(202);
		await arrived(2);
		await settled("DELIVERED");
		expect((await twin.ask({ path: "/twin/webhooks/99/resend", body: {} })).json.code).toBe("WEBHOOK_NOT_FOUND");
	});

	it("tell of expiry without anybody asking", async () => {
		await twin.approved("order-0001");
		await twin.clock.advance(10 * 60_000 + 1000);
		const [first] = await arrived(1);
		expect(first?.body.data).toMatchObject({ orderId: "order-0001", status: "EXPIRED" });
	});

	it("wait on disk while the Twin is down", async () => {
		const place = scratch();
		const quiet = await startReceiver([500]);
		const clock = virtualClock(START);
		const before = await runTwin({ dataDir: place.folder, webhookUrl: quiet.url, clock });
		await before.paid("order-0001");
		await until(async () => {
			await clock.advance(0);
			return (await before.ask({ path: "/twin/webhooks" })).json.webhooks[0]?.attempts === 1;
		});
		await before.stop();
		await clock.advance(60_000);
		const after = await runTwin({ dataDir: place.folder, webhookUrl: quiet.url, clock });
		await until(async () => {
			await clock.advance(0);
			return quiet.received.length === 2;
		});
		expect(quiet.received[1]?.body.data.status).toBe("DONE");
		await after.stop();
		await quiet.stop();
		place.remove();
	});

	it("go nowhere but to this machine", async () => {
		for (const url of ["https://example.com/hook", "http://10.0.0.1/", "ftp://127.0.0.1/", "127.0.0.1", ""]) {
			const reply = await twin.ask({ path: "/twin/webhook-url", method: "PUT", body: { url } });
			expect(reply.status).toBe(400);
		}
		const put = await twin.ask({ path: "/twin/webhook-url", method: "PUT", body: { url: "http://localhost:9/x" } });
		expect(put.json).toEqual({ url: "http://localhost:9/x" });
		expect((await twin.ask({ path: "/twin/webhook-url" })).json.url).toBe("http://localhost:9/x");
		await twin.ask({ path: "/twin/webhook-url", method: "DELETE" });
		expect((await twin.ask({ path: "/twin/webhook-url" })).json.url).toBeNull();
		await twin.paid("order-0001");
		expect(await log()).toEqual([]);
		await expect(runTwin({ webhookUrl: "http://example.com/" })).rejects.toThrow("only to this machine");
	});
});

describe("webhook faults", () => {
	const fault = (kind: string, ms?: number) =>
		twin.ask({ path: "/twin/faults", body: { match: { operation: "webhook" }, fault: kind, ms } });

	it("double one", async () => {
		await fault("webhook-duplicate");
		await twin.paid("order-0001");
		await twin.clock.advance(50);
		const [first, second] = await arrived(2);
		expect(second?.body).toEqual(first?.body);
	});

	it("lose one", async () => {
		await fault("webhook-lose");
		await twin.paid("order-0001");
		await twin.paid("order-0002");
		const received = await arrived(1);
		await settled("DELIVERED");
		expect(received.map(({ body }) => body.data.orderId)).toEqual(["order-0002"]);
	});

	it("let a later one overtake", async () => {
		await fault("webhook-reorder", 100);
		const paymentKey = await twin.paid("order-0001");
		await twin.ask({ path: `/v1/payments/${paymentKey}/cancel`, body: { cancelReason: "x" } });
		await arrived(1);
		await twin.clock.advance(100);
		const received = await arrived(2);
		expect(received.map(({ body }) => body.data.status)).toEqual(["CANCELED", "DONE"]);
	});

	it("forge one beside the true one", async () => {
		await fault("webhook-forge");
		const paymentKey = await twin.paid("order-0001");
		const received = await arrived(2);
		expect(received.map(({ body }) => body.data.totalAmount).sort()).toEqual([1000, 1_001_000]);
		expect((await twin.ask({ path: `/v1/payments/${paymentKey}` })).json.totalAmount).toBe(1000);
	});
});
