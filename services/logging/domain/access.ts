import { LoggingRejected } from "./rejected.ts";

/** Who reads the log. */
export interface Reader {
	readonly userId?: string | undefined;
	readonly roles?: readonly string[] | undefined;
}

/** How much of the payloads a reader sees. */
export type Sight = "full" | "masked";

/** All of the log: administrators in full, anyone masked while the log is public. */
export function sightOfAll(reader: Reader, isPublic: boolean): Sight {
	if (isAdmin(reader)) return "full";
	if (isPublic) return "masked";
	throw new LoggingRejected(reader.userId === undefined ? "UNAUTHENTICATED" : "FORBIDDEN");
}

/** One payment: as above, and its owner always; to others it does not exist. */
export function sightOfPayment(reader: Reader, isPublic: boolean, ownerId: string | null): Sight {
	if (isAdmin(reader)) return "full";
	if (isPublic) return "masked";
	if (reader.userId === undefined) throw new LoggingRejected("UNAUTHENTICATED");
	if (reader.userId !== ownerId) throw new LoggingRejected("PAYMENT_NOT_FOUND");
	return "full";
}

function isAdmin({ roles = [] }: Reader): boolean {
	return roles.includes("ROLE_ADMIN");
}
