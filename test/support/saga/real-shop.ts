import type { VirtualClock } from "../../../mixins/clock/virtual.ts";
import type { Caller } from "../../../mixins/typed.ts";
import * as reservations from "../../../services/inventory/application/reservations.ts";
import type { Desk as StockDesk } from "../../../services/inventory/application/ports.ts";
import { stock } from "../../../services/inventory/domain/stock.ts";
import type { TellOrder } from "../../../services/order/application/ending.ts";
import { followRefund } from "../../../services/order/application/refund.ts";
import type { PlacedOrder } from "../../../services/order/domain/model.ts";
import { order } from "../../../services/order/domain/order.ts";
import { createFlights } from "../../../services/payment/application/flights.ts";
import { createGate } from "../../../services/payment/application/gate.ts";
import { refund } from "../../../services/payment/application/refund.ts";
import type { Traffic } from "../../../services/payment/application/confirm.ts";
import { payment } from "../../../services/payment/domain/payment.ts";
import { earn, revoke } from "../../../services/points/application/purchase.ts";
import type { PointsDesk } from "../../../services/points/application/ports.ts";
import { account } from "../../../services/points/domain/account.ts";
import { isDomainError } from "../../../services/shared/errors.ts";
import { counterOver, Kept, OneCharge, type ProviderFate } from "./desks.ts";

export const AMOUNT = 10_000;
export const POINTS = 100;
export const PRODUCT = "PROD-1";
const NOW = "2030-01-07T00:00:00.000Z";
const ORDER = { orderId: "ORD_1", userId: "USR_1" };

/** What can be asked of the shop in the name of a saga. */
type Handler = (params: never, commandId: string) => Promise<unknown>;

export interface ShopOptions {
	readonly clock: VirtualClock;
	readonly pieces: number;
	readonly hasPoints: () => boolean;
	readonly providerFate: () => ProviderFate;
}

/** One paid order with everything that hangs on it, decided by the platform's own rules. */
export class RealShop {
	readonly order = new Kept(order);
	readonly payment = new Kept(payment);
	readonly stock = new Kept(stock);
	readonly points = new Kept(account);
	readonly provider: OneCharge;
	readonly #options: ShopOptions;
	readonly #traffic: Traffic = { gate: createGate(4, 8), flights: createFlights(), entering: new Set() };

	constructor(options: ShopOptions) {
		this.#options = options;
		this.provider = new OneCharge(AMOUNT, options.providerFate);
		const terms = { ...ORDER, orderName: "x", expiresAt: NOW, now: NOW };
		const items = [{ productId: PRODUCT, name: "x", unitPrice: AMOUNT, quantity: 1, subtotal: AMOUNT }];
		this.stock.tell("a", { type: "create", productId: PRODUCT, productName: "x", quantity: options.pieces, now: NOW });
		this.order.tell("a", { type: "create", ...terms, items, hasContact: false });
		this.order.tell("b", { type: "record-payment", paymentId: "PAY_1", amount: AMOUNT, now: NOW });
		this.payment.tell("a", { type: "create", paymentId: "PAY_1", amount: AMOUNT, ...terms });
		this.payment.tell("b", { type: "request-approval", paymentKey: "key", amount: AMOUNT, now: NOW });
		this.payment.tell("c", { type: "observe", payment: this.provider.look(), isAnswer: true, now: NOW });
	}

	placed(): PlacedOrder {
		if (this.order.state.status === "none") throw new Error("no order");
		return this.order.state;
	}

	/** A caller whose calls end here; a refusal bears its code, as the services' answers do. */
	execute(action: string, params: unknown, commandId: string): Promise<unknown> {
		const handler = this.#handlers[action];
		if (handler === undefined) return Promise.reject(new Error(`nobody serves ${action}`));
		return handler(params as never, commandId).catch((error: unknown) => {
			throw isDomainError(error) ? Object.assign(new Error(error.code), { type: error.code }) : error;
		});
	}

	caller(travel: (work: () => Promise<unknown>) => Promise<unknown>): Caller {
		const call = (action: string, params: unknown, { headers }: { headers: { commandId: string } }) =>
			travel(() => this.execute(action, params, headers.commandId));
		return { call } as unknown as Caller;
	}

	readonly #handlers: Readonly<Record<string, Handler>> = {
		"order.abandon": async ({ reason }: { reason: string }, id) => this.#tellOrder(id)("", end(reason)),
		"order.confirm": async (_params, id) => this.#tellOrder(id)("", { type: "confirm", payment: null, now: NOW }),
		"order.followRefund": (params: { orderId: string; reason: string; isFull: boolean }, id) =>
			followRefund(this.placed(), this.#tellOrder(id), params, NOW),
		"payment.refund": (wish: { refundId: string; cancelReason: string; cancelAmount?: number }, id) =>
			refund(counterOver(this.payment, this.provider, this.#options.clock, id), this.#traffic, "PAY_1", {
				...{ refundId: wish.refundId, reason: wish.cancelReason },
				...{ amount: wish.cancelAmount ?? null, cancelledBy: null },
			}),
		"inventory.reserveOrder": async (_params, id) => ({
			reservations: [await reservations.reserve(this.#stockDesk(id), { ...KEY, quantity: 1, sagaId: null })],
		}),
		"inventory.releaseOrder": (_params, id) => reservations.release(this.#stockDesk(id), KEY, "COMPENSATION"),
		"inventory.confirmOrder": (_params, id) => reservations.confirm(this.#stockDesk(id), KEY),
		"inventory.restockOrder": (_params, id) => reservations.restockIfTaken(this.#stockDesk(id), KEY),
		"points.earn": (_params, id) => earn(this.#pointsDesk(id), { ...ORDER, amount: AMOUNT, productIds: [] }),
		"points.revoke": (share: { cancelledAmount?: number; amount?: number }, id) => {
			const { cancelledAmount, amount } = share;
			const isPart = cancelledAmount !== undefined && amount !== undefined;
			return revoke(this.#pointsDesk(id), { ...ORDER, share: isPart ? { cancelledAmount, amount } : null });
		},
	};

	#tellOrder(commandId: string): TellOrder {
		return async (step, command) => {
			await this.#options.clock.turn();
			const state = this.order.tell(commandId + step, command);
			if (state.status === "none") throw new Error("no order");
			return state;
		};
	}

	#stockDesk(commandId: string): StockDesk {
		const { clock } = this.#options;
		return {
			commandId,
			now: () => clock.now(),
			intents: { open: () => Promise.resolve(), settle: () => Promise.resolve() },
			shelf: {
				eventOf: async (_productId, id) => (await clock.turn(), this.stock.eventOf(id)),
				tell: async (_productId, id, command) => {
					await clock.turn();
					this.stock.tell(id, command);
					const event = this.stock.eventOf(id);
					if (event === null) throw new Error(`${id} led to nothing`);
					return event;
				},
			},
		};
	}

	#pointsDesk(commandId: string): PointsDesk {
		const { clock, hasPoints } = this.#options;
		return {
			commandId,
			rateBps: 100,
			now: () => clock.iso(),
			failureOf: () => (hasPoints() ? null : "POINTS_UNAVAILABLE"),
			accounts: {
				eventOf: async (_userId, id) => (await clock.turn(), this.points.eventOf(id)),
				tell: async (_userId, id, command) => (await clock.turn(), this.points.tell(id, command)),
				balanceOf: async () => (await clock.turn(), this.points.state.balance),
			},
		};
	}
}

const KEY = { orderId: ORDER.orderId, productId: PRODUCT };
const end = (reason: string) => ({ type: "end", reason, now: NOW }) as const;
