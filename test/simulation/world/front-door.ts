import type { Runtime } from "../../../mixins/runtime.ts";
import type { Meta } from "../../../mixins/typed.ts";
import { createAnswers } from "../../../services/api/answers.ts";
import type { GatewayRequest, RootContext } from "../../../services/api/exchange.ts";
import { createFailures } from "../../../services/api/failures.ts";
import { createClaims } from "../../../services/api/idempotency/claims.ts";
import { routes, type PublicRoute } from "../../../services/api/routes.ts";
import type { ActionRoute } from "../../../services/api/routes/types.ts";
import type { SimBroker } from "./broker.ts";

/** A request as a client sends it. */
export interface ClientRequest {
	readonly route: PublicRoute;
	readonly params: object;
	/** Idempotency-Key; null without one. */
	readonly key: string | null;
	readonly userId: string | null;
	readonly isAdmin?: boolean;
}

/** A response as a client gets it. */
export interface ClientReply {
	readonly status: number;
	readonly body: Readonly<Record<string, unknown>>;
}

/** The gateway without its socket: claims, verdicts, routes and problems are the production ones. */
export interface FrontDoor {
	serve(request: ClientRequest): Promise<ClientReply>;
}

const SILENT = { error: () => undefined, info: () => undefined };

/** Opens the gateway of a process. */
export function createFrontDoor(runtime: Runtime, broker: SimBroker): FrontDoor {
	const failures = createFailures({ iso: () => runtime.clock.iso(), langOf: () => "ko", log: SILENT });
	const claims = createClaims(runtime);
	const answers = createAnswers({ runtime, claims, onSessionChange: () => undefined, failures, isHttps: false });

	return {
		async serve(asked) {
			const request = requestOf(asked, runtime);
			const { correlationId, startedAt } = request.exchange;
			const meta: Meta = {
				correlationId,
				startedAt,
				...(asked.userId === null ? {} : { userId: asked.userId }),
				roles: asked.isAdmin === true ? ["ROLE_ADMIN"] : ["ROLE_USER"],
			};
			const ctx = broker.ContextFactory.create(broker, null, {}, { meta, requestID: correlationId });
			try {
				const route = routes[asked.route] as ActionRoute;
				return replyOf(await answers(ctx as unknown as RootContext, request, route));
			} catch (error) {
				const { reply } = failures(request, error);
				return replyOf({ status: reply.status, body: reply.body.toString() });
			}
		},
	};
}

/** What the gateway reads of a request; the door's own reading of paths and bodies is left out. */
function requestOf({ route, params, key }: ClientRequest, { clock, ids }: Runtime): GatewayRequest {
	const [method = "GET", path = "/"] = route.split(" ");
	const door = { key: route, route: routes[route], hasBody: false, readParams: () => params };
	const exchange = { correlationId: ids.next("COR"), startedAt: clock.now(), startedTick: 0, door, params: {} };
	const headers = key === null ? {} : { "idempotency-key": key };
	return { method, url: path, headers, exchange, query: {} } as unknown as GatewayRequest;
}

function replyOf({ status, body }: { readonly status: number; readonly body: string }): ClientReply {
	return { status, body: body === "" ? {} : (JSON.parse(body) as ClientReply["body"]) };
}
