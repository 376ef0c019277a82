import { isDeepStrictEqual } from "node:util";
import type { Told } from "../support/raw-http.ts";
import type { Facts } from "../support/system.ts";
import type { FuzzRequest } from "./request.ts";

/** Fields that may go on by themselves after the answer. */
const MOVING: ReadonlySet<string> = new Set([
	"status",
	"updatedAt",
	"confirmedAt",
	"quantity",
	"reservedQuantity",
	"available",
]);
/** Fields of a request that the answer shows under the same name, as they were sent. */
const ECHOED: ReadonlySet<string> = new Set(["amount", "orderName", "productId", "username"]);

/** What was written must be what is read, and what was sent must be what was written. */
export function readBackFaults(request: FuzzRequest, written: Told, read: Told): string[] {
	if (read.status !== 200) return [`was made, but reading it answers ${read.status}`];
	const [made, found] = [still(written.text), still(read.text)];
	return [
		...(isDeepStrictEqual(made, found)
			? []
			: [`reads back as ${read.text.slice(0, 300)} instead of ${written.text.slice(0, 300)}`]),
		...echoFaults(request.sentBody, JSON.parse(written.text) as Facts),
	];
}

function echoFaults(sent: unknown, made: Facts): string[] {
	if (typeof sent !== "object" || sent === null) return [];
	return Object.entries(sent)
		.filter(([name, value]) => ECHOED.has(name) && value !== null && name in made && made[name] !== value)
		.filter(([name, value]) => String(made[name]).trim() !== String(value).trim())
		.map(([name, value]) => `took ${name} ${JSON.stringify(value)} for ${JSON.stringify(made[name])}`);
}

function still(text: string): Facts {
	return Object.fromEntries(Object.entries(JSON.parse(text) as Facts).filter(([name]) => !MOVING.has(name)));
}
