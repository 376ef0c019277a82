import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { DATA_FILE } from "../../../mixins/platform.ts";
import type { Examination } from "../../../services/doctor/contract.ts";
import doctor from "../../../services/doctor/doctor.service.ts";
import ledger from "../../../services/ledger/ledger.service.ts";
import type { OrderView } from "../../../services/order/contract.ts";
import type { Twin } from "../../../services/toss-twin/running.ts";
import { createTwin } from "../../../services/toss-twin/twin.ts";
import { temporaryFolder } from "../../support/broker.ts";
import { CHECKOUT, startShop, USER, type Shop } from "../../support/shop.ts";

/** The whole shop with its ledger and doctor, on files that a test can open beside it. */
export interface Clinic {
	readonly shop: Shop;
	order(productId: string, quantity?: number, meta?: typeof USER): Promise<OrderView>;
	pay(order: OrderView, meta?: typeof USER): Promise<void>;
	buy(productId: string, quantity?: number, meta?: typeof USER): Promise<OrderView>;
	/** All of the money without `amount` (won). */
	refund(order: OrderView, amount?: number): Promise<void>;
	fault(operation: string, kind: string, more?: object): Promise<void>;
	examine(): Promise<Examination>;
	/** Works on the platform's data file from outside. */
	onFile<Result>(work: (db: DatabaseSync) => Result): Result;
	/** Stops the Twin, works on its file, and starts it again at the same place. */
	onBooks(work: (db: DatabaseSync) => void): Promise<void>;
	stop(): Promise<void>;
}

/** Every second look follows at once. */
const IMPATIENT = { ...doctor, settings: { retryDelayMs: 1 } };

export async function startClinic(services: readonly unknown[] = []): Promise<Clinic> {
	const folder = temporaryFolder();
	let twin = createTwin({ port: 0, dataDir: join(folder.path, "twin") });
	const { url } = await twin.start();
	const shop = await startShop({
		services: [...CHECKOUT, ledger, IMPATIENT, ...services],
		dataDir: join(folder.path, "data"),
		env: { TOSS_API_URL: url, TOSS_SECRET_KEY: "", TOSS_CLIENT_KEY: "", TOSS_TOTAL_TIMEOUT_MS: "2000" },
	});
	const post = postTo(url);
	const file = join(folder.path, "data", DATA_FILE);

	const pay: Clinic["pay"] = async (order, meta = USER) => {
		const { orderId, amount, orderName } = order;
		const { sessionId } = await post<{ sessionId: string }>("/twin/sessions", { orderId, amount, orderName });
		const { paymentKey } = await post<{ paymentKey: string }>(`/twin/sessions/${sessionId}/approve`, {});
		await shop.call("payment.confirm", { paymentKey, orderId, amount }, { meta });
	};
	const order: Clinic["order"] = (productId, quantity = 1, meta = USER) =>
		shop.call("order.place", { productId, quantity }, { meta });

	return {
		shop,
		order,
		pay,
		async buy(productId, quantity, meta) {
			const placed = await order(productId, quantity, meta);
			await pay(placed, meta);
			return placed;
		},
		async refund({ orderId }, amount) {
			const part = amount === undefined ? {} : { cancelAmount: amount };
			await shop.call("payment.cancel", { orderId, cancelReason: "변심", ...part }, { meta: USER });
		},
		fault: (operation, kind, more = {}) =>
			post("/twin/faults", [{ match: { operation }, fault: kind, times: 1, ...more }]),
		examine: () => shop.call("doctor.examine", null),
		onFile(work) {
			const db = new DatabaseSync(file, { timeout: 5_000 });
			try {
				return work(db);
			} finally {
				db.close();
			}
		},
		async onBooks(work) {
			await twin.stop();
			const db = new DatabaseSync(join(folder.path, "twin", "toss-twin.db"));
			try {
				work(db);
			} finally {
				db.close();
			}
			twin = createTwin({ port: Number(new URL(url).port), dataDir: join(folder.path, "twin") });
			await twin.start();
		},
		async stop() {
			await stopAll(shop, twin);
			folder.remove();
		},
	};
}

function postTo(url: string) {
	return async <Answer>(path: string, body: object): Promise<Answer> => {
		const headers = { "content-type": "application/json" };
		const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
		expect(response.status).toBeLessThan(300);
		return (await response.json()) as Answer;
	};
}

async function stopAll(shop: Shop, twin: Twin): Promise<void> {
	await shop.stop();
	await twin.stop();
}
