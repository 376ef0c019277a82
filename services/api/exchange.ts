import type { IncomingMessage, ServerResponse } from "node:http";
import type { Requirement } from "./access/policy.ts";
import type { Limiter } from "./access/limiter.ts";
import type { Ctx } from "../../mixins/typed.ts";
import type { Input, Params } from "./http/params.ts";
import type { Query } from "./http/query.ts";
import type { Route, RouteKey } from "./routes/types.ts";

/** A route as it runs: everything that can be decided at start is. */
export interface Door {
	readonly key: RouteKey;
	readonly route: Route;
	readonly requirement: Requirement;
	/** Null for routes that are not counted. */
	readonly limiter: Limiter | null;
	/** Counts the address and not the user. */
	readonly isCountedByAddress: boolean;
	readonly readParams: (input: Input) => Params;
	/** Whether a body is expected. */
	readonly hasBody: boolean;
}

/** What the gateway knows of one request. */
export interface Exchange {
	readonly correlationId: string;
	/** Clock milliseconds. */
	readonly startedAt: number;
	/** `performance.now()` at the start, for durations. */
	readonly startedTick: number;
	door: Door | null;
	params: Readonly<Record<string, string>>;
}

/** A request on its way through moleculer-web. */
export interface GatewayRequest extends IncomingMessage {
	exchange: Exchange;
	/** Path without query and trailing slash. */
	parsedUrl?: string;
	originalUrl?: string;
	query: Query;
}

/** The response beside it. */
export type GatewayResponse = ServerResponse;

/** The context of the root action `api.rest`. */
export type RootContext = Ctx<{ req: GatewayRequest; res: GatewayResponse }>;

/** Path of a request, for problem bodies. */
export function pathOf(request: GatewayRequest): string {
	return request.parsedUrl ?? (request.url ?? "/").split("?")[0] ?? "/";
}
