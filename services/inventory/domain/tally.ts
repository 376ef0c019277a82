import { unreachable } from "../../shared/errors.ts";
import type { StockAudit } from "../contract.ts";
import type { Stock, StockEvent } from "./model.ts";

/** Things that are wrong which one audit names; more of them say nothing new. */
const FINDINGS_MAX = 10;

type Figures = Readonly<Record<"stockQuantity" | "reservedQuantity" | "available", number>>;

/**
 * Counts a product again, event by event, without its decider. It remembers open reservations only, so that a product
 * with a long life can be counted.
 */
export class Tally {
	/** The last event that was counted. */
	sequence = 0;
	readonly #open = new Map<string, number>();
	readonly #broken: string[] = [];
	#isCreated = false;
	#given = 0;
	#confirmed = 0;
	#restocked = 0;
	#reserved = 0;

	count(event: StockEvent, sequence: number): void {
		if (sequence !== this.sequence + 1) this.#find(`event ${this.sequence + 1} is missing`);
		this.sequence = sequence;
		this.#apply(event);
		if ("stockQuantity" in event.data) this.#compare(event.data);
		if (this.#reserved < 0 || this.#reserved > this.#quantity)
			this.#find(`event ${sequence} leaves ${this.#reserved} of ${this.#quantity} reserved`);
	}

	/** What the count says about a product whose document is `state` at the sequence that was counted last. */
	audit(productId: string, state: Stock): StockAudit {
		const { quantity, reservedQuantity } = state.status === "none" ? { quantity: 0, reservedQuantity: 0 } : state;
		const broken = [...this.#broken];
		if (quantity !== this.#quantity) broken.push(`the stock says ${quantity}, its events say ${this.#quantity}`);
		if (reservedQuantity !== this.#reserved)
			broken.push(`the stock says ${reservedQuantity} are reserved, its events say ${this.#reserved}`);
		return {
			productId,
			isHolding: broken.length === 0,
			broken,
			quantity,
			reservedQuantity,
			openReservations: this.#open.size,
			events: this.sequence,
		};
	}

	get #quantity(): number {
		return this.#given - this.#confirmed + this.#restocked;
	}

	#apply(event: StockEvent): void {
		switch (event.type) {
			case "inventory.created":
				this.#create(event.data.quantity);
				break;
			case "inventory.adjusted":
				this.#given += event.data.delta;
				break;
			case "inventory.reserved":
				this.#reserve(event.data.reservationId, event.data.quantity);
				break;
			case "inventory.confirmed":
				this.#confirmed += event.data.quantity;
				this.#close(event.data.reservationId, event.data.quantity);
				break;
			case "inventory.released":
				this.#close(event.data.reservationId, event.data.quantity);
				break;
			case "inventory.restocked":
				this.#restock(event.data.quantity);
				break;
			case "inventory.reservation-failed":
			case "inventory.reservation-cancelled":
				break;
			default:
				unreachable(event);
		}
	}

	#create(quantity: number): void {
		if (this.#isCreated) this.#find("the product was created twice");
		this.#isCreated = true;
		this.#given += quantity;
	}

	#reserve(reservationId: string, quantity: number): void {
		if (this.#open.has(reservationId)) this.#find(`${reservationId} was opened twice`);
		this.#open.set(reservationId, quantity);
		this.#reserved += quantity;
	}

	#close(reservationId: string, quantity: number): void {
		if (this.#open.get(reservationId) !== quantity)
			this.#find(`${reservationId} was closed, but is not open like that`);
		this.#open.delete(reservationId);
		this.#reserved -= quantity;
	}

	#restock(quantity: number): void {
		this.#restocked += quantity;
		if (this.#restocked > this.#confirmed) this.#find("more came back than had left");
	}

	#compare({ stockQuantity, reservedQuantity, available }: Figures): void {
		const isSame = stockQuantity === this.#quantity && reservedQuantity === this.#reserved;
		if (!isSame || available !== this.#quantity - this.#reserved)
			this.#find(`event ${this.sequence} states other figures than those that were counted`);
	}

	#find(what: string): void {
		if (this.#broken.length < FINDINGS_MAX) this.#broken.push(what);
	}
}
