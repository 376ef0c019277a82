import type { GatewayRequest } from "../exchange.ts";
import type { Reply } from "../http/reply.ts";
import type { SiteHandlerName } from "../routes/types.ts";

/** What the gateway serves by itself. */
export interface Site {
	serve(name: SiteHandlerName, request: GatewayRequest): Promise<Reply> | Reply;
	/** The HTML page for a failed browser request outside the API; null where the problem document is the answer. */
	problem(request: GatewayRequest, reply: Reply): Reply | null;
}

/** One function per name; a name without one does not compile. */
export type SiteHandlers = Readonly<Record<SiteHandlerName, (request: GatewayRequest) => Promise<Reply> | Reply>>;

/** Joins the handlers and the error page. */
export function createSite(handlers: SiteHandlers, problemPage: Site["problem"]): Site {
	return { serve: (name, request) => handlers[name](request), problem: problemPage };
}
