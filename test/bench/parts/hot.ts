import type { ServiceBroker } from "moleculer";
import type { StockView } from "../../../services/inventory/contract.ts";
import type { BalanceView } from "../../../services/ledger/contract.ts";
import { checkoutCharge } from "../../../services/ledger/domain/rules.ts";
import type { Ids } from "../../../services/shared/ids.ts";

/** A single document that everybody wants. */
export interface Part {
	readonly services: readonly string[];
	prepare(broker: ServiceBroker, ids: Ids): Promise<(n: number) => Promise<unknown>>;
	/** Throws unless the platform holds exactly what `done` pieces of work come to. */
	verify(broker: ServiceBroker, done: number): Promise<void>;
}

const STOCK = 1_000_000_000;
const productId = "PROD-BENCH-HOT";
const admin = { userId: "USR_00000000000000000000000000", roles: ["ROLE_ADMIN"], correlationId: "bench" };

/** One product, one piece for each order. */
export const hotProduct: Part = {
	services: ["catalog", "inventory"],
	async prepare(broker, ids) {
		await broker.call("inventory.create", { productId, productName: "Hot", quantity: STOCK }, { meta: admin });
		return () =>
			broker.call("inventory.reserve", { orderId: ids.next("ORD"), productId, quantity: 1 }, calling(ids.next("CMD")));
	},
	async verify(broker, done) {
		const { reservedQuantity } = await broker.call<StockView, object>("inventory.get", { productId }, { meta: admin });
		if (reservedQuantity !== done) throw new Error(`${done} reservations answered, ${reservedQuantity} pieces held`);
	},
};

const AMOUNT = 1_000;

/** One account that every entry debits. */
export const hotAccount: Part = {
	services: ["ledger"],
	prepare: (broker, ids) =>
		Promise.resolve(() => {
			const paymentId = ids.next("PAY");
			const entry = {
				cause: `payment:${paymentId}:3`,
				kind: "checkout.charge" as const,
				occurredAt: new Date().toISOString(),
				orderId: ids.next("ORD"),
				paymentId,
				postings: checkoutCharge(AMOUNT),
			};
			return broker.call("ledger.post", entry, calling(ids.next("CMD")));
		}),
	async verify(broker, done) {
		const { balance } = await broker.call<BalanceView, object>(
			"ledger.balance",
			{ account: "checkout:receivable" },
			{ meta: admin },
		);
		if (balance !== done * AMOUNT) throw new Error(`${done} entries answered, a balance of ${balance} won`);
	},
};

function calling(commandId: string) {
	return { meta: { correlationId: commandId }, headers: { commandId } };
}
