import type { Meta } from "../../../mixins/typed.ts";
import { OrderRejected } from "../domain/model.ts";

/** Administrators see every order. */
export function isAdmin({ roles = [] }: Meta): boolean {
	return roles.includes("ROLE_ADMIN");
}

/** Only administrators see the orders of somebody else. */
export function listedUser(meta: Meta, wanted: string | undefined): string {
	if (meta.userId === undefined) throw new OrderRejected("UNAUTHENTICATED");
	return typeof wanted === "string" && isAdmin(meta) ? wanted : meta.userId;
}
