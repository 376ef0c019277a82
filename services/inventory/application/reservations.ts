import { isDomainError } from "../../shared/errors.ts";
import type { ReleaseCause, ReservationFailure, ReservationView } from "../contract.ts";
import { InventoryRejected, type StockCommand, type StockEvent } from "../domain/model.ts";
import { changedBy, openedBy, slotId, type ReservationKey } from "../domain/reservation.ts";
import type { Desk, Shelf } from "./ports.ts";

/** Life of a reservation that nobody confirms or releases. */
export const RESERVATION_EXPIRY_MS = 15 * 60_000;

/** What is asked for. */
export interface ReserveRequest extends ReservationKey {
	readonly quantity: number;
	readonly sagaId: string | null;
}

/** The reservation of an order and a product as its events tell it; null if there never was one. */
export async function findReservation(
	shelf: Pick<Shelf, "eventOf">,
	{ orderId, productId }: ReservationKey,
): Promise<ReservationView | null> {
	const opened = await shelf.eventOf(productId, slotId(orderId, "open"));
	return opened === null ? null : today(shelf, opened);
}

/** Takes pieces for an order, once: whoever asks again gets what there is, whatever became of it. */
export async function reserve(desk: Desk, request: ReserveRequest): Promise<ReservationView> {
	const { orderId, productId, quantity, sagaId } = request;
	const expiresAt = iso(desk.now() + RESERVATION_EXPIRY_MS);
	await desk.intents.open({ orderId, productId, expiresAt });
	const command = { type: "reserve", orderId, quantity, sagaId, now: iso(desk.now()), expiresAt } as const;
	const opened = await desk.shelf
		.tell(productId, slotId(orderId, "open"), command)
		.catch((error: unknown) => reportFailure(desk, request, error));
	if (opened.type === "inventory.reservation-cancelled") throw new InventoryRejected("COMMAND_CANCELLED", { orderId });
	const reservation = await today(desk.shelf, opened);
	if (reservation.quantity !== quantity)
		throw new InventoryRejected("RESERVATION_CONFLICT", { quantity: reservation.quantity });
	return reservation;
}

/** Lets the pieces leave the stock. Pieces that left and have come back with a refund have left all the same. */
export async function confirm(desk: Desk, key: ReservationKey): Promise<ReservationView> {
	const found = await known(desk, key);
	const reservation = await close(desk, found, { type: "confirm", held: found, now: iso(desk.now()) });
	if (reservation.status === "CANCELLED" && !(await haveLeft(desk, key)))
		throw new InventoryRejected("RESERVATION_CANCELLED", { ...key });
	return reservation;
}

/** Gives the pieces back to the stock; what was never reserved can never be reserved after this. */
export async function release(desk: Desk, key: ReservationKey, cause: ReleaseCause): Promise<ReservationView> {
	const found = (await findReservation(desk.shelf, key)) ?? (await cancelUnmade(desk, key, cause));
	const reservation = await close(desk, found, { type: "release", held: found, cause, now: iso(desk.now()) });
	if (reservation.status === "CONFIRMED") throw new InventoryRejected("RESERVATION_CONFIRMED", { ...key });
	return reservation;
}

/** Puts the pieces of a confirmed reservation back, once. */
export async function restock(desk: Desk, key: ReservationKey): Promise<ReservationView> {
	const found = await known(desk, key);
	if (found.status === "RESERVED") throw new InventoryRejected("RESERVATION_NOT_CONFIRMED", { ...key });
	if (found.status === "CANCELLED") return found;
	const command = { type: "restock", held: found, now: iso(desk.now()) } as const;
	return changedBy(found, await desk.shelf.tell(key.productId, slotId(key.orderId, "restock"), command));
}

/** The same where nothing may have been taken at all: then nothing comes back, and null is answered. */
export async function restockIfTaken(desk: Desk, key: ReservationKey): Promise<ReservationView | null> {
	return (await findReservation(desk.shelf, key)) === null ? null : restock(desk, key);
}

async function haveLeft({ shelf }: Desk, { orderId, productId }: ReservationKey): Promise<boolean> {
	return (await shelf.eventOf(productId, slotId(orderId, "close")))?.type === "inventory.confirmed";
}

async function known(desk: Desk, key: ReservationKey): Promise<ReservationView> {
	const found = await findReservation(desk.shelf, key);
	if (found === null) throw new InventoryRejected("RESERVATION_NOT_FOUND", { ...key });
	return found;
}

/** Whoever takes the slot first decides how it ended; a closed reservation stays as it is. */
async function close(desk: Desk, found: ReservationView, command: StockCommand): Promise<ReservationView> {
	if (found.status !== "RESERVED") return found;
	const { orderId, productId } = found;
	const closed = changedBy(found, await desk.shelf.tell(productId, slotId(orderId, "close"), command));
	await desk.intents.settle(found);
	return closed;
}

/** A `reserve` may win the race for the slot; then there is something to release. */
async function cancelUnmade(desk: Desk, key: ReservationKey, cause: ReleaseCause): Promise<ReservationView> {
	const command = { type: "cancel-unmade", ...key, cause, now: iso(desk.now()) } as const;
	return today(desk.shelf, await desk.shelf.tell(key.productId, slotId(key.orderId, "open"), command));
}

/** A shortage is a fact of its own, stated once per command; it takes no slot, so that another try may find stock. */
async function reportFailure(desk: Desk, request: ReserveRequest, error: unknown): Promise<never> {
	const reason = isDomainError(error) ? failureOf(error.code) : null;
	if (reason === null) throw error;
	const { orderId, productId, quantity } = request;
	const command = { type: "report-failure", orderId, productId, quantity, reason, now: iso(desk.now()) } as const;
	await desk.shelf.tell(productId, `${desk.commandId}:failed`, command);
	throw error;
}

function failureOf(code: string): ReservationFailure | null {
	return code === "INSUFFICIENT_STOCK" || code === "PRODUCT_NOT_FOUND" ? code : null;
}

async function today(shelf: Pick<Shelf, "eventOf">, opened: StockEvent): Promise<ReservationView> {
	const reservation = openedBy(opened);
	if (reservation.status !== "RESERVED") return reservation;
	const { orderId, productId } = reservation;
	const closed = changedBy(reservation, await shelf.eventOf(productId, slotId(orderId, "close")));
	if (closed.status !== "CONFIRMED") return closed;
	return changedBy(closed, await shelf.eventOf(productId, slotId(orderId, "restock")));
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
