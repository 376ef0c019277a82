import type { StoryViewName } from "../contract.ts";
import { StoryRejected } from "./rejected.ts";

/** Who wants to read a story. */
export interface Reader {
	readonly userId?: string | undefined;
	readonly roles?: readonly string[] | undefined;
}

const SEE_ALL: readonly string[] = ["ROLE_ADMIN", "ROLE_OPERATOR"];

/** Which view a reader gets; to strangers the order does not exist. */
export function sightOf(reader: Reader, ownerId: string, wanted: StoryViewName | undefined): StoryViewName {
	if (reader.userId === undefined) throw new StoryRejected("UNAUTHENTICATED");
	const seesAll = reader.roles?.some((role) => SEE_ALL.includes(role)) ?? false;
	if (seesAll) return wanted ?? "full";
	if (reader.userId !== ownerId) throw new StoryRejected("ORDER_NOT_FOUND");
	if (wanted === "full") throw new StoryRejected("FORBIDDEN");
	return "plain";
}
