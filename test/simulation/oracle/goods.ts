import type { Envelope } from "../../../services/shared/events.ts";
import { must } from "./violation.ts";

type Data = Readonly<Record<string, unknown>>;

interface Product {
	quantity: number;
	reserved: number;
}

/** What became of an order's reservation of a product; pieces. */
export interface ReservationModel {
	readonly orderId: string;
	readonly productId: string;
	readonly quantity: number;
	status: "RESERVED" | "CONFIRMED" | "RELEASED" | "RESTOCKED" | "UNMADE";
}

/** What became of an order's points. */
export interface GrantModel {
	readonly userId: string;
	readonly orderId: string;
	/** Points it was given, and how many of them were taken back. */
	points: number;
	lost: number;
	status: "AWARDED" | "CANCELLED";
}

/** Stock and points, counted again from their events. */
export class Goods {
	readonly reservations = new Map<string, ReservationModel>();
	readonly grants = new Map<string, GrantModel>();
	readonly balances = new Map<string, number>();
	readonly products = new Map<string, Product>();

	onEvent(event: Envelope): void {
		const facts = event.data as Data;
		if (event.type.startsWith("inventory.")) this.#stock(event.type, facts);
		else this.#points(event.type, facts);
	}

	#stock(type: string, facts: Data): void {
		const productId = String(facts["productId"]);
		const product = this.products.get(productId) ?? { quantity: 0, reserved: 0 };
		this.products.set(productId, product);
		const pieces = Number(facts["quantity"]);
		switch (type) {
			case "inventory.created":
				product.quantity = pieces;
				return;
			case "inventory.adjusted":
				product.quantity += Number(facts["delta"]);
				break;
			case "inventory.reserved":
				this.#open(facts, "RESERVED");
				product.reserved += pieces;
				break;
			case "inventory.reservation-cancelled":
				this.#open(facts, "UNMADE");
				return;
			case "inventory.confirmed":
				this.#change(facts, "RESERVED", "CONFIRMED");
				product.reserved -= pieces;
				product.quantity -= pieces;
				break;
			case "inventory.released":
				this.#change(facts, "RESERVED", "RELEASED");
				product.reserved -= pieces;
				break;
			case "inventory.restocked":
				this.#change(facts, "CONFIRMED", "RESTOCKED");
				product.quantity += pieces;
				break;
			default:
				return;
		}
		const { quantity, reserved } = product;
		must("stock", reserved >= 0 && reserved <= quantity, () => `${productId}: ${reserved} of ${quantity} are reserved`);
		const isSame = facts["stockQuantity"] === quantity && facts["reservedQuantity"] === reserved;
		must(
			"stock",
			isSame,
			() =>
				`${type} says ${String(facts["reservedQuantity"])} of ${String(facts["stockQuantity"])} for ${productId}, counted are ${reserved} of ${quantity}`,
		);
	}

	#open(facts: Data, status: ReservationModel["status"]): void {
		const [orderId, productId] = [String(facts["orderId"]), String(facts["productId"])];
		const key = `${orderId} ${productId}`;
		must("stock", !this.reservations.has(key), () => `${key} is reserved twice`);
		this.reservations.set(key, { orderId, productId, quantity: Number(facts["quantity"] ?? 0), status });
	}

	#change(facts: Data, from: ReservationModel["status"], to: ReservationModel["status"]): void {
		const key = `${String(facts["orderId"])} ${String(facts["productId"])}`;
		const known = this.reservations.get(key);
		const isRight = known?.status === from && known.quantity === facts["quantity"];
		must("stock", isRight, () => `${key} becomes ${to}, but is ${known?.status ?? "not there"}`);
		if (known !== undefined) known.status = to;
	}

	#points(type: string, facts: Data): void {
		if (type === "points.award-failed") return;
		const [userId, orderId, points] = [String(facts["userId"]), String(facts["orderId"]), Number(facts["points"])];
		if (type === "points.revoked") this.#lose(orderId, points);
		else this.#grant({ userId, orderId, points, lost: 0, status: type === "points.awarded" ? "AWARDED" : "CANCELLED" });
		if (type === "points.award-cancelled") return;
		const change = type === "points.awarded" ? points : -points;
		const balance = (this.balances.get(userId) ?? 0) + change;
		this.balances.set(userId, balance);
		must("points", facts["balance"] === balance, () => `${type} of ${orderId} says another balance than ${balance}`);
	}

	#lose(orderId: string, points: number): void {
		const grant = this.grants.get(orderId);
		const left = grant === undefined ? 0 : grant.points - grant.lost;
		must("points", points >= 1 && points <= left, () => `${orderId} loses ${points} of ${left} points`);
		if (grant !== undefined) grant.lost += points;
	}

	#grant(grant: GrantModel): void {
		const { orderId, points, status } = grant;
		must("points", !this.grants.has(orderId), () => `${orderId} has its points already`);
		this.grants.set(orderId, { ...grant, points: status === "AWARDED" ? points : 0 });
	}
}
