import { auditEvents, type AuditDeps } from "../../../mixins/actor/audit.ts";
import type { AuditPage, AuditRequest } from "../../shared/audit.ts";
import type { PointsGrant } from "../contract.ts";
import { pointsFor } from "../domain/earning.ts";
import type { PointsEvent } from "../domain/model.ts";
import { accountAggregate } from "./account.aggregate.ts";

/** A page of what accounts gained and lost, out of their events. */
export async function auditGrants(deps: AuditDeps, request: AuditRequest): Promise<AuditPage<PointsGrant>> {
	const page = await auditEvents(accountAggregate.kind, deps, request);
	return { ...page, items: page.items.flatMap((event) => grantOf(event as unknown as PointsEvent)) };
}

function grantOf(event: PointsEvent): PointsGrant[] {
	if (event.type === "points.awarded") {
		const { orderId, userId, points, amount, rateBps } = event.data;
		return [{ orderId, userId, kind: "AWARDED", points, due: pointsFor(amount, rateBps), amount }];
	}
	if (event.type !== "points.revoked") return [];
	const { orderId, userId, points } = event.data;
	return [{ orderId, userId, kind: "REVOKED", points, due: points, amount: null }];
}
