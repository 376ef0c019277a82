import { auditEvents, type AuditDeps } from "../../../mixins/actor/audit.ts";
import type { AuditPage, AuditRequest } from "../../shared/audit.ts";
import type { ReservationMovement } from "../contract.ts";
import type { StockEvent } from "../domain/model.ts";
import type { ReservationKey } from "../domain/reservation.ts";
import { stockAggregate } from "./stock.aggregate.ts";

/** A page of what happened to reservations, out of the products' events. */
export async function auditMovements(
	deps: AuditDeps,
	request: AuditRequest,
	hasRecord: (key: ReservationKey) => Promise<boolean>,
): Promise<AuditPage<ReservationMovement>> {
	const page = await auditEvents(stockAggregate.kind, deps, request);
	const { isBrief } = request;
	const items: ReservationMovement[] = [];
	for (const event of page.items) {
		const movement = movementOf(event as unknown as StockEvent);
		if (movement !== null) items.push({ ...movement, hasRecord: isBrief === true || (await hasRecord(movement)) });
	}
	return { ...page, items };
}

function movementOf(event: StockEvent): Omit<ReservationMovement, "hasRecord"> | null {
	switch (event.type) {
		case "inventory.reserved": {
			const { orderId, productId, quantity, sagaId, expiresAt } = event.data;
			return { orderId, productId, kind: "RESERVED", quantity, sagaId, expiresAt };
		}
		case "inventory.confirmed":
			return ended("CONFIRMED", event.data);
		case "inventory.released":
			return ended("RELEASED", event.data);
		case "inventory.restocked":
			return ended("RESTOCKED", event.data);
		case "inventory.reservation-cancelled":
			return ended("UNMADE", { ...event.data, quantity: 0 });
		case "inventory.created":
		case "inventory.adjusted":
		case "inventory.reservation-failed":
			return null;
	}
}

function ended(
	kind: ReservationMovement["kind"],
	{ orderId, productId, quantity }: ReservationKey & { readonly quantity: number },
): Omit<ReservationMovement, "hasRecord"> {
	return { orderId, productId, kind, quantity, sagaId: null, expiresAt: null };
}
