import { statSync } from "node:fs";
import { join } from "node:path";
import { DATA_FILE } from "../../mixins/platform.ts";
import type { Answer } from "../support/client.ts";
import { tell } from "../support/raw-http.ts";
import { bodyOf, System, type Facts } from "../support/system.ts";

const AMOUNT = 10_000;
const AT_ONCE = 50;
const QUIET_LOOKS = 5;
const INSIST_MAX_MS = 20_000;
/** A payment without an outcome is looked up again after a second. */
const RECONCILE = { RECONCILE_AFTER_SECONDS: "1", RECONCILE_EVERY_SECONDS: "1" };

const times = <Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> =>
	Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe("whatever is repeated", () => {
	const system = new System(RECONCILE);
	let token: string;
	let admin: string;

	beforeAll(async () => {
		await system.start();
		token = await system.login();
		admin = await system.login("admin", "admin");
	}, 30_000);
	afterAll(() => system.end());

	const confirm = (orderId: string, paymentKey: string, amount = AMOUNT, key?: string): Promise<Answer> =>
		system.platform.ask("POST", "/api/payments/confirm", {
			token,
			body: { paymentKey, orderId, amount },
			...(key === undefined ? {} : { key }),
		});
	const cancel = (orderId: string, body: Facts): Promise<Answer> =>
		system.platform.ask("POST", `/api/payments/${orderId}/cancel`, { token, body: { cancelReason: "변심", ...body } });
	const payment = (orderId: string): Promise<Facts> => system.read(`/api/payments/${orderId}`, token);
	const story = async (orderId: string): Promise<unknown[]> => {
		const rows = await system.read(`/api/logs/payments/${orderId}/history`, admin);
		return (rows as unknown as readonly Facts[]).map(({ eventType }) => eventType);
	};
	const codeOf = (answer: Answer): string => {
		const code = answer?.body["code"];
		return typeof code === "string" ? `${answer?.status} ${code}` : String(answer?.status);
	};

	it("fifty confirms of one order at once are one charge, and afterwards all get the same answer", async () => {
		const orderId = await system.order(token);
		const paymentKey = await system.approve(orderId);
		const first = await times(AT_ONCE, () => confirm(orderId, paymentKey));
		expect(new Set(first.map(codeOf))).toContain("200");
		expect(first.map(codeOf).filter((code) => code !== "200" && code !== "409 PAYMENT_IN_PROGRESS")).toEqual([]);
		const later = await times(AT_ONCE, () => confirm(orderId, paymentKey));
		const [body] = later.map((answer) => answer?.body);
		expect(body).toMatchObject({ orderId, status: "APPROVED", paymentKey, amount: AMOUNT });
		expect(later).toEqual(later.map(() => ({ status: 200, body })));
		expect((await system.books(orderId)).charges).toMatchObject([{ orderId, amount: AMOUNT }]);
		expect(await story(orderId)).toEqual(["payment.created", "payment.approval-requested", "payment.approved"]);
	});

	it("fifty orders under one key at once are one order and fifty equal answers, to the byte", async () => {
		const body = JSON.stringify({ productName: "한 번만", amount: AMOUNT });
		const headers = {
			authorization: `Bearer ${token}`,
			"content-type": "application/json",
			"idempotency-key": "fifty-at-once",
		};
		const answers = await times(AT_ONCE, () =>
			tell(system.url, { method: "POST", path: "/api/orders", headers, body }),
		);
		const [first] = answers;
		const { orderId } = JSON.parse(first?.text ?? "") as Facts;
		expect(answers.map(({ status, text }) => ({ status, text }))).toEqual(
			answers.map(() => ({ status: 201, text: first?.text })),
		);
		expect(new Set(answers.map((answer) => answer.headers["location"]))).toEqual(
			new Set([`/api/orders/${String(orderId)}`]),
		);
		expect(answers.filter((answer) => answer.headers["idempotency-replayed"] === "true")).toHaveLength(AT_ONCE - 1);
		const { items } = await system.read("/api/orders?limit=100", token);
		expect((items as readonly Facts[]).filter(({ orderName }) => orderName === "한 번만")).toHaveLength(1);
		const changed = await tell(system.url, {
			method: "POST",
			path: "/api/orders",
			headers,
			body: JSON.stringify({ productName: "한 번만", amount: AMOUNT + 1 }),
		});
		expect([changed.status, (JSON.parse(changed.text) as Facts)["code"]]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
	});

	it("a changed amount is refused before the provider hears of it", async () => {
		const orderId = await system.order(token);
		const paymentKey = await system.approve(orderId);
		await system.fault({ match: { orderId }, fault: "slow", ms: 0, times: 5 });
		for (const amount of [100, AMOUNT - 1, AMOUNT + 1, 1])
			expect(codeOf(await confirm(orderId, paymentKey, amount))).toBe("400 AMOUNT_MISMATCH");
		expect(await system.books(orderId)).toEqual({ charges: [], refunds: [] });
		const faults = (await system.twin.ask("GET", "/twin/faults"))?.body["faults"] as readonly Facts[];
		expect(faults).toMatchObject([{ match: { orderId }, used: 0, remaining: 5 }]);
		expect(await payment(orderId)).toMatchObject({ status: "PENDING", amount: AMOUNT });
		expect(await story(orderId)).toEqual(["payment.created"]);
		expect(codeOf(await confirm(orderId, paymentKey))).toBe("200");
	});

	it("a charge whose answer never came is found by the sweep and not charged again", async () => {
		const orderId = await system.order(token);
		const paymentKey = await system.approve(orderId);
		await system.fault({ match: { operation: "confirm", orderId }, fault: "drop-after", always: true });
		const unknown = await confirm(orderId, paymentKey, AMOUNT, "dropped");
		expect([unknown?.status, unknown?.body["status"]]).toEqual([202, "APPROVING"]);
		const found = await system.until(`/api/payments/${orderId}`, token, ({ status }) => status !== "APPROVING");
		expect(found).toMatchObject({ status: "APPROVED", paymentKey });
		expect(await system.until(`/api/orders/${orderId}`, token, ({ status }) => status === "CONFIRMED")).toMatchObject({
			status: "CONFIRMED",
		});
		expect(bodyOf(await confirm(orderId, paymentKey, AMOUNT, "again"), 200)).toMatchObject({ status: "APPROVED" });
		expect((await system.books(orderId)).charges).toHaveLength(1);
	});

	it("a payment cancelled many times is refunded once", async () => {
		const { orderId } = await system.purchase(token);
		const answers = [...(await times(10, () => cancel(orderId, {}))), await cancel(orderId, {})];
		expect(answers.map(codeOf).filter((code) => !["200", "202"].includes(code))).toEqual([]);
		expect(answers.at(-1)?.body).toMatchObject({ status: "CANCELLED", cancelledAmount: AMOUNT });
		expect((await system.books(orderId)).refunds).toMatchObject([{ amount: AMOUNT }]);
		expect((await story(orderId)).filter((type) => type === "payment.cancelled")).toHaveLength(1);
	});

	it("parts are given back up to the amount and not a won further", async () => {
		const { orderId } = await system.purchase(token);
		const part = 3_000;
		for (let given = 0; given < 3; given++) bodyOf(await cancel(orderId, { cancelAmount: part }), 200);
		const tooMuch = await times(5, () => cancel(orderId, { cancelAmount: part }));
		expect(tooMuch.filter((answer) => (answer?.status ?? 0) < 400)).toEqual([]);
		const rest = await times(5, () => cancel(orderId, { cancelAmount: 1_000 }));
		expect(rest.filter((answer) => (answer?.status ?? 500) >= 500)).toEqual([]);
		expect(await payment(orderId)).toMatchObject({ status: "CANCELLED", cancelledAmount: AMOUNT });
		const { refunds } = await system.books(orderId);
		expect(refunds.map(({ amount }) => amount)).toEqual([part, part, part, 1_000]);
	});

	it("notices that come twice, or from a liar, change nothing", async () => {
		const { orderId, paymentKey } = await system.purchase(token);
		const open = await system.order(token);
		await system.until("/api/admin/bus", admin, isDrained);
		const before = await Promise.all([story(orderId), story(open), payment(orderId), payment(open)]);
		await resendNotices(orderId);
		const lies = [
			{ orderId, paymentKey, status: "CANCELED" },
			{ orderId, paymentKey, status: "ABORTED", totalAmount: 1 },
			{ orderId: open, paymentKey, status: "DONE", totalAmount: AMOUNT },
			{ orderId: open, paymentKey: "invented", status: "DONE" },
			{ orderId: open, paymentKey: "mock_ok_invented", status: "DONE" },
			{ orderId: "ORD_0000000000", paymentKey, status: "DONE" },
		];
		for (const data of lies) {
			const body = { eventType: "PAYMENT_STATUS_CHANGED", createdAt: "2030-01-01T00:00:00.000000", data };
			const answers = await times(3, () => system.platform.ask("POST", "/api/payments/webhook/toss", { body }));
			expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 200]);
		}
		expect(await Promise.all([story(orderId), story(open), payment(orderId), payment(open)])).toEqual(before);
		expect(await system.read(`/api/orders/${open}`, token)).toMatchObject({ status: "PENDING" });
		expect((await system.books(orderId)).charges).toHaveLength(1);
		expect(await system.books(open)).toEqual({ charges: [], refunds: [] });
	});

	const isDrained = ({ items }: Facts): boolean =>
		(items as readonly { lag: number; parked: number }[]).every(({ lag, parked }) => lag + parked === 0);

	/** Has the provider send its notices of an order again and waits until they are delivered. */
	async function resendNotices(orderId: string): Promise<void> {
		type Notice = { number: number; attempts: number; status: string; body: { data: { orderId?: string } } };
		const notices = async (): Promise<Notice[]> => {
			const list = (await system.twin.ask("GET", "/twin/webhooks?limit=1000"))?.body["webhooks"] as Notice[];
			return list.filter(({ body }) => body.data.orderId === orderId);
		};
		const before = await notices();
		expect(before.length).toBeGreaterThan(0);
		for (const { number } of before) bodyOf(await system.twin.ask("POST", `/twin/webhooks/${number}/resend`, {}), 202);
		for (let isDelivered = false; !isDelivered;) {
			const now = await notices();
			isDelivered = now.every(({ attempts }, index) => attempts > (before[index]?.attempts ?? 0));
		}
	}
});

describe("a process killed between a commit and its answer", () => {
	const system = new System({ ...RECONCILE, STORE_THREAD: "true" });
	/** How many commits the process lives to see, per run. */
	const DEATHS = [1, 2, 3, 4, 5];
	let token: string;

	beforeAll(async () => {
		await system.start();
		token = await system.login();
	}, 30_000);
	afterAll(() => system.end());

	const log = join(system.dataDir, `${DATA_FILE}-wal`);
	const written = (): number => statSync(log, { throwIfNoEntry: false })?.size ?? 0;

	/** SIGKILL right after a commit reached the file, before it can have been answered. */
	async function killAfter(commits: number, isAnswered: () => boolean): Promise<void> {
		for (let left = commits; left > 0 && !isAnswered(); left--) await commitSeen(isAnswered);
		await system.kill();
	}

	/** A commit is many writes in a row; after them comes the sync to disk, which takes longer than a few looks. */
	async function commitSeen(isAnswered: () => boolean): Promise<void> {
		const start = written();
		let size = start;
		for (let quiet = 0; (size === start || quiet < QUIET_LOOKS) && !isAnswered();) {
			await new Promise((resolve) => setImmediate(resolve));
			const now = written();
			quiet = now === size ? quiet + 1 : 0;
			size = now;
		}
	}

	it("makes no second order and no second charge when the client asks again with the same key", async () => {
		const requests = DEATHS.map((death) => ({
			order: { token, key: `order-${death}`, body: { productName: `killed ${death}`, amount: AMOUNT } },
			confirm: { token, key: `confirm-${death}`, body: { paymentKey: "", orderId: "", amount: AMOUNT } },
		}));
		for (const { confirm } of requests) {
			confirm.body.orderId = await system.order(token);
			confirm.body.paymentKey = await system.approve(confirm.body.orderId);
		}
		const answered: Answer[] = [];
		for (const [index, { order, confirm }] of requests.entries()) {
			const asked = [
				system.platform.ask("POST", "/api/orders", order),
				system.platform.ask("POST", "/api/payments/confirm", confirm),
			];
			let isAnswered = false;
			void Promise.all(asked).then(() => (isAnswered = true));
			await killAfter(DEATHS[index] ?? 1, () => isAnswered);
			answered.push(...(await Promise.all(asked)));
			await system.start();
		}
		const survivors = await named();
		const until = Date.now() + INSIST_MAX_MS;
		const insist = (path: string, options: (typeof requests)[number]["order" | "confirm"]) =>
			system.platform.insist(path, options, until);
		const [orders, payments] = await Promise.all([
			Promise.all(requests.map(({ order }) => insist("/api/orders", order))),
			Promise.all(requests.map(({ confirm }) => insist("/api/payments/confirm", confirm))),
		]);

		expect(answered).toContain(null);
		expect(survivors.size).toBeGreaterThan(0);
		expect(orders.map(({ status }) => status)).toEqual(DEATHS.map(() => 201));
		expect(payments.map(({ status }) => [200, 202].includes(status))).toEqual(DEATHS.map(() => true));
		const made = new Map(orders.map(({ body }) => [body["orderName"], body["orderId"]]));
		for (const [name, orderId] of survivors) expect([name, made.get(name)]).toEqual([name, orderId]);
		expect(await named()).toEqual(made);
		for (const { confirm } of requests) await expectOneCharge(confirm.body.orderId);
		for (const orderId of made.values()) await expectOnePayment(String(orderId));
	}, 60_000);

	/** The orders of this test by name; fails when a name is there twice. */
	async function named(): Promise<Map<unknown, unknown>> {
		const { items } = await system.read("/api/orders?limit=100", token);
		const ours = (items as readonly Facts[]).filter(({ orderName }) => String(orderName).startsWith("killed"));
		const byName = new Map(ours.map(({ orderName, orderId }) => [orderName, orderId]));
		expect(byName.size).toBe(ours.length);
		return byName;
	}

	async function expectOneCharge(orderId: string): Promise<void> {
		const paid = await system.until(`/api/payments/${orderId}`, token, ({ status }) => status !== "APPROVING");
		expect(paid).toMatchObject({ status: "APPROVED" });
		expect((await system.books(orderId)).charges).toHaveLength(1);
	}

	async function expectOnePayment(orderId: string): Promise<void> {
		const path = `/api/logs/payments/${orderId}/history`;
		const rows = await system.until(path, token, (body) => (body as unknown as unknown[]).length > 0);
		expect((rows as unknown as readonly Facts[]).map(({ eventType }) => eventType)).toEqual(["payment.created"]);
	}
});
