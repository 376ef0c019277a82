import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ServiceSchema } from "moleculer";
import { readSettings } from "../../mixins/config/settings.ts";
import { createBroker, createRuntime } from "../../mixins/platform.ts";
import type { Runtime } from "../../mixins/runtime.ts";
import type { Examination } from "../../services/doctor/contract.ts";
import doctor from "../../services/doctor/doctor.service.ts";
import inventory from "../../services/inventory/inventory.service.ts";
import ledger from "../../services/ledger/ledger.service.ts";
import { orderAggregate } from "../../services/order/infrastructure/order.aggregate.ts";
import order from "../../services/order/order.service.ts";
import { paymentAggregate } from "../../services/payment/infrastructure/payment.aggregate.ts";
import payment from "../../services/payment/payment.service.ts";
import points from "../../services/points/points.service.ts";
import saga from "../../services/saga/saga.service.ts";

/** `node test/bench/doctor.ts [orders]`: how long the doctor needs for that many paid orders, and how much memory. */
const ORDERS = Number(process.argv[2] ?? 100_000);
const AMOUNT = 10_000;
const BATCH = 1_000;
const BOOKS_PAGE = 500;
const PROBE_MS = 250;
const DAY_MS = 86_400_000;
const MIB = 1_048_576;
const USER = "USR_00000000000000000000000000";

const paid: { orderId: string; paymentKey: string }[] = [];
/** The provider whose books name every seeded charge. */
const toss = {
	name: "toss",
	actions: {
		books: ({ params: { after = 0 } }: { params: { after?: number } }) => {
			const page = paid.slice(after, after + BOOKS_PAGE);
			const movements = page.map((charge) => ({ kind: "CHARGE", amount: AMOUNT, ...charge }));
			return { isReadable: true, movements, next: page.length < BOOKS_PAGE ? null : after + BOOKS_PAGE };
		},
	},
};

async function purchase({ actors, clock, ids }: Runtime): Promise<void> {
	const commandId = ids.next("CMD");
	const context = { correlationId: commandId, causationId: commandId, actor: USER };
	const orderId = ids.derive("ORD", commandId);
	const paymentId = ids.derive("PAY", orderId);
	const paymentKey = `tgen_${orderId}`;
	const items = [{ productId: null, name: "Seeded", unitPrice: AMOUNT, quantity: 1, subtotal: AMOUNT }];
	const now = clock.iso();
	const expiresAt = new Date(clock.now() + DAY_MS).toISOString();
	const terms = { orderId, userId: USER, orderName: "Seeded", amount: AMOUNT, expiresAt };
	const tellOrder = (step: string, command: object) =>
		actors.tell(orderAggregate, orderId, command as never, { ...context, commandId: `${commandId}:${step}` });
	const tellPayment = (step: string, command: object) =>
		actors.tell(paymentAggregate, paymentId, command as never, { ...context, commandId: `${commandId}:${step}` });
	await tellOrder("create", { type: "create", ...terms, items, hasContact: false, now });
	await tellPayment("create", { type: "create", paymentId, ...terms, now });
	await tellPayment("approval", { type: "request-approval", paymentKey, amount: AMOUNT, now });
	const observed = {
		...{ paymentKey, orderId, status: "DONE", totalAmount: AMOUNT, balanceAmount: AMOUNT, currency: "KRW" },
		...{ method: "카드", approvedAt: now, cancels: [] },
	};
	await tellPayment("observe", { type: "observe", payment: observed, isAnswer: true, now });
	await tellOrder("confirm", { type: "confirm", payment: { paymentId, amount: AMOUNT }, now });
	paid.push({ orderId, paymentKey });
}

async function seed(runtime: Runtime): Promise<void> {
	runtime.store.define(orderAggregate);
	runtime.store.define(paymentAggregate);
	for (let done = 0; done < ORDERS; done += BATCH)
		await Promise.all(Array.from({ length: Math.min(BATCH, ORDERS - done) }, () => purchase(runtime)));
}

async function run(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "payflow-doctor-"));
	const env = { DATA_DIR: folder, NODE_ENV: "test", LOG_LEVEL: "fatal", STORE_THREAD: "true" };
	const runtime = await createRuntime(readSettings(env));
	const seconds = stopwatch();
	await seed(runtime);
	console.log(`seeded ${ORDERS} paid orders in ${seconds()} s`);
	const services = [order, payment, ledger, inventory, points, saga, toss, doctor] as unknown as ServiceSchema[];
	const broker = createBroker(runtime, services, { logger: false });
	await broker.start();
	await calm(runtime);
	console.log(`every consumer has taken them after ${seconds()} s`);
	await measure(() => broker.call("doctor.examine"));
	await broker.stop();
	rmSync(folder, { recursive: true });
}

/** Until every checkout has ended and every event is delivered. */
async function calm({ store, bus }: Runtime): Promise<void> {
	const ended = () => store.count("saga", { saga: "checkout", status: "COMPLETED" });
	while ((await ended()) < ORDERS) await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
	await bus.drained();
}

async function measure(examine: () => Promise<Examination>): Promise<void> {
	globalThis.gc?.();
	const before = process.memoryUsage();
	const delay = monitorEventLoopDelay({ resolution: 5 });
	delay.enable();
	let peak = before.rss;
	const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 100);
	const cpu = process.cpuUsage();
	const { status, durationMs, looks, checks, differences } = await examine();
	const { user, system } = process.cpuUsage(cpu);
	clearInterval(timer);
	delay.disable();
	console.log({
		...{ status, durationMs, looks, cpuMs: Math.round((user + system) / 1_000) },
		rssBeforeMiB: Math.round(before.rss / MIB),
		rssPeakMiB: Math.round(peak / MIB),
		loopDelayMs: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
		read: Object.fromEntries(checks.map(({ check, done }) => [check, done])),
		first: differences.slice(0, 3),
	});
}

function stopwatch(): () => number {
	const startedAt = performance.now();
	return () => Math.round((performance.now() - startedAt) / 1_000);
}

await run();
