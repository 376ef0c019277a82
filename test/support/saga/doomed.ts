import { writeSync } from "node:fs";
import type { ServiceSchema } from "moleculer";
import { readSettings } from "../../../mixins/config/settings.ts";
import { createBroker, createRuntime } from "../../../mixins/platform.ts";
import type { FaultHook } from "../../../mixins/saga/port.ts";
import type { Broker } from "../../../mixins/typed.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import ledger from "../../../services/ledger/ledger.service.ts";
import order from "../../../services/order/order.service.ts";
import payment from "../../../services/payment/payment.service.ts";
import points from "../../../services/points/points.service.ts";
import saga from "../../../services/saga/saga.service.ts";
import toss from "../../../services/toss/toss.service.ts";
import { authStub, USER } from "../shop.ts";
import { nameOf } from "./cells.ts";
import type { Doom, DoomedPurchase, Remains } from "./deaths.ts";

/**
 * A platform in a process of its own: with a purchase, it buys and dies by SIGKILL when the saga of that purchase passes
 * the named fault point; without one, it lives until everything has ended, and tells what is left.
 */
const { dataDir, twinUrl, purchase } = JSON.parse(process.argv[2] ?? "") as Doom;
const LOOK_MS = 50;

const settings = readSettings({
	NODE_ENV: "test",
	PORT: "0",
	LOG_LEVEL: "fatal",
	DATA_DIR: dataDir,
	TOSS_API_URL: twinUrl,
	STORE_THREAD: "true",
	RECONCILE_AFTER_SECONDS: "1",
	RECONCILE_EVERY_SECONDS: "1",
});
const mine = { orderId: "", sagaId: "", isAbandoned: false };

const onSagaPoint: FaultHook = async (point, sagaId) => {
	if (purchase === null || sagaId !== mine.sagaId) return;
	if (purchase.isAbandoned && !mine.isAbandoned) {
		mine.isAbandoned = true;
		await caller.call("order.abandon", { orderId: mine.orderId, reason: "TEST" });
	}
	if (nameOf(point) !== purchase.point) return;
	tell({ dead: purchase.point, orderId: mine.orderId });
	process.kill(process.pid, "SIGKILL");
	await new Promise(() => undefined);
};

const runtime = await createRuntime(settings, { onSagaPoint });
const services = [authStub(), catalog, order, payment, toss, inventory, points, saga, ledger] as unknown[];
const broker = createBroker(runtime, services as readonly ServiceSchema[], { logger: false });
const caller: Broker = broker;
await broker.start();
if (purchase === null) {
	tell(await remains());
	await broker.stop();
} else await buy(purchase);

async function buy({ productId }: DoomedPurchase): Promise<void> {
	const { orderId, amount } = await caller.call("order.place", { productId, quantity: 1 }, { meta: USER });
	Object.assign(mine, { orderId, sagaId: runtime.ids.derive("SAG", orderId) });
	const wish = { paymentKey: `mock_ok_${orderId}`, orderId, amount };
	// The process dies on the way, or right after it.
	await caller.call("payment.confirm", wish, { meta: USER });
	await new Promise((resolve) => setTimeout(resolve, 10_000));
	throw new Error("nobody died");
}

async function remains(): Promise<Remains> {
	const admin = { meta: { userId: "USR_ADMIN", roles: ["ROLE_ADMIN"] } };
	for (;;) {
		await runtime.bus.drained();
		const { inProgress } = await caller.call("saga.metrics", {}, admin);
		if (inProgress === 0) break;
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
	}
	await runtime.bus.drained();
	const { items } = await caller.call("order.list", { userId: USER.userId, limit: 100 }, admin);
	const orders: Remains["orders"] = {};
	for (const { orderId, status } of items) {
		const [{ status: paid }, told, held] = await Promise.all([
			caller.call("payment.get", { orderId }, admin),
			caller.call("saga.getByOrder", { orderId }),
			caller.call("inventory.reservations", { orderId }),
		]);
		const reservations = held.items.map((reservation) => reservation.status);
		orders[orderId] = { order: status, payment: paid, saga: told.status, reservations };
	}
	const stock = await caller.call("inventory.invariants", {});
	const { balance } = await caller.call("points.my", undefined, { meta: USER });
	const { isIntact, trialBalance } = await caller.call("ledger.verify", {});
	const isLedgerSound = isIntact && trialBalance.difference === 0;
	return { orders, broken: stock.items.flatMap(({ broken }) => broken), balance, isLedgerSound };
}

/** At once, also right before a SIGKILL. */
function tell(facts: object): void {
	writeSync(1, `${JSON.stringify(facts)}\n`);
}
