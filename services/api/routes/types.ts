import type { Role } from "../../auth/contract.ts";
import type { SchemaName } from "../openapi/schemas.ts";
import type { ActionName, ParamsOf, ResultOf } from "../../contracts.ts";

/** Method and path of a route; `:name` is one path segment, `*name` the rest of the path. */
export type RouteKey = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

/**
 * Who may use a route. `logs` and `own-logs`: everybody when logs are public, else administrators, or any user (the service
 * checks the owner). `operations`: everybody outside production, else administrators and the machine itself.
 */
export type Policy =
	"public" | "user" | "admin" | "logs" | "own-logs" | "operations" | { readonly roles: readonly Role[] };

/** Which limiter counts a request; routes without one are not counted. */
export type LimitName = "login" | "api";

/** Where a parameter comes from; the request's other fields never reach the action. */
export type Source = "path" | "query" | "query-integer" | "body" | "body-or-cookie";

/** Statuses of success. */
export type SuccessStatus = 200 | 201 | 202 | 204;

/** What a success does to the refresh cookie. */
export type SessionEffect = "start" | "end" | "end-others";

interface RouteBase {
	readonly auth: Policy;
	/** One line for the API documentation. */
	readonly summary: string;
	readonly tag: string;
	readonly limit?: LimitName;
}

type From<Params> = [Params] extends [null]
	? { readonly from?: undefined }
	: { readonly from: { readonly [Key in keyof Params]-?: Source } };

type ActionRouteOf<Name extends ActionName> = RouteBase &
	From<ParamsOf<Name>> & {
		readonly action: Name;
		readonly limit: LimitName;
		/** Name of the answer's schema in the API documentation. */
		readonly answer: SchemaName | null;
		readonly status?: SuccessStatus;
		/** Chooses among `status` and 202 by the answer. */
		readonly isAccepted?: (result: ResultOf<Name>) => boolean;
		/** Path of the thing that was made. */
		readonly location?: (result: ResultOf<Name>) => string;
		/** Whether an Idempotency-Key is kept; `false` where the answer holds credentials that must not rest anywhere. */
		readonly idempotent?: false;
		readonly session?: SessionEffect;
		/** Whether the route reads or writes the refresh cookie: no cross-site caller may use it. */
		readonly cookies?: true;
		/** Its answer has `items` that are sent one by one for as long as the client listens. */
		readonly isStream?: true;
		/** Only with CLOCK=virtual. */
		readonly onlyVirtualClock?: true;
	};

/** A route that calls an action. */
export type ActionRoute = { [Name in ActionName]: ActionRouteOf<Name> }[ActionName];

/** What the gateway serves by itself. */
export type SiteHandlerName = "page" | "asset" | "docs" | "docsAsset" | "openapi" | "health" | "ready" | "metrics";

/** A route that needs no action: pages, files, documentation, probes. */
export interface SiteRoute extends RouteBase {
	readonly site: SiteHandlerName;
}

/** One public door. */
export type Route = ActionRoute | SiteRoute;
/** Doors by method and path. */
export type RouteTable = Readonly<Record<RouteKey, Route>>;
