import { masked, withoutSecrets } from "./masking.ts";
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

/** A user's own rows are always theirs; all others as with the rest of the log. `me` is whoever asks. */
export function userAsked(reader: Reader, isPublic: boolean, asked: string): { userId: string; sight: Sight } {
	if (asked === "me" && reader.userId === undefined) throw new LoggingRejected("UNAUTHENTICATED");
	const userId = asked === "me" ? (reader.userId ?? asked) : asked;
	return { userId, sight: userId === reader.userId ? "full" : sightOfAll(reader, isPublic) };
}

/** Kinds whose aggregates belong to the user that their first event names. */
const OWNED: ReadonlySet<string> = new Set(["order", "payment", "stage"]);

/** Streams are never public: administrators see all, owners their own. */
export function mayReadStream(reader: Reader, kind: string, ownerId: string | null): boolean {
	if (reader.userId === undefined) throw new LoggingRejected("UNAUTHENTICATED");
	return isAdmin(reader) || (OWNED.has(kind) && reader.userId === ownerId);
}

/** What a reader of this sight is shown of an answer. */
export function shown<Answer>(sight: Sight, answer: Answer): Answer {
	return sight === "full" ? withoutSecrets(answer) : masked(answer);
}

function isAdmin({ roles = [] }: Reader): boolean {
	return roles.includes("ROLE_ADMIN");
}
