import { createHash } from "node:crypto";
import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import type { Broker, TypedService } from "../../mixins/typed.ts";
import { gather } from "./application/gather.ts";
import { tell } from "./application/tell.ts";
import { storyErrors } from "./contract.ts";
import { StoryRejected } from "./domain/rejected.ts";
import { sightOf } from "./domain/sight.ts";
import { createSources } from "./infrastructure/sources.ts";

const HASH_SHOWN = 12;

/** Tells everything that happened to an order, on one axis: to its buyer in plain words, to operators in full. */
const service: TypedService<"story", RuntimeDeps> = {
	name: "story",
	mixins: [withRuntime(), domainErrors(storyErrors)],
	actions: {
		get: {
			params: {
				$$strict: "remove",
				orderId: rules.id,
				view: { type: "enum", values: ["plain", "full"], optional: true },
			},
			async handler(ctx) {
				const { orderId, view: wanted } = ctx.params;
				if (ctx.meta.userId === undefined) throw new StoryRejected("UNAUTHENTICATED");
				const terms = await ctx.call("order.terms", { orderId });
				const view = sightOf(ctx.meta, terms.userId, wanted);
				const broker: Broker = this.broker;
				const gathered = await gather(createSources(ctx, broker, this.runtime.store), orderId);
				return tell(terms, gathered, view, hashOf);
			},
		},
	},
};

export default service;

/** Tells equal keys from unequal ones, and nothing else. */
function hashOf(key: string): string {
	return createHash("sha256").update(key).digest("hex").slice(0, HASH_SHOWN);
}
