import { tagsOf } from "../../../mixins/tracing/zipkin.ts";
import { pathOf, type RootContext } from "../exchange.ts";
import type { Gateway } from "../gateway.ts";

/** moleculer-web would put the address of each request into its span; payment keys and search words stand there. */
export const rootTrace = {
	actions: { rest: { tracing: { tags: tagsOf, spanName } } },
} as object;

/** The route's key, as metrics have it. */
function spanName(this: { readonly gateway: Pick<Gateway, "find"> }, ctx: Pick<RootContext, "params">): string {
	const { req } = ctx.params;
	try {
		return this.gateway.find(pathOf(req), req.method ?? "GET")?.target.key ?? "unmatched";
	} catch {
		return "unmatched";
	}
}
