import { actor, type ActorDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import { commandIdOf, contextOf, type Ctx, type TypedService } from "../../mixins/typed.ts";
import { cursorAfter, userIdOf } from "./application/cursor.ts";
import type { PointsDesk } from "./application/ports.ts";
import { earn, revoke } from "./application/purchase.ts";
import { pointsErrors, type PointsAudit } from "./contract.ts";
import { plannedFailure } from "./domain/failures.ts";
import { PointsRejected, type PointsAccount, type PointsCommand } from "./domain/model.ts";
import { accountAggregate } from "./infrastructure/account.aggregate.ts";
import { createAccounts } from "./infrastructure/accounts.ts";
import { auditGrants } from "./infrastructure/movements.ts";
import { createStatements, type Statements } from "./infrastructure/statements.ts";

interface Deps extends ActorDeps<PointsAccount, PointsCommand> {
	statements: Statements;
	deskOf(ctx: Ctx): PointsDesk;
}

const AMOUNT_MAX = 10_000_000_000;
const PRODUCTS_MAX = 50;
const HISTORY_MAX = 50;
const PAGE_DEFAULT = 20;

/** Gives points for purchases and takes them back with a refund, once each. */
const service: TypedService<"points", Deps> = {
	name: "points",
	mixins: [actor(accountAggregate), domainErrors(pointsErrors)],

	actions: {
		earn: {
			visibility: "public",
			params: {
				$$strict: "remove",
				userId: rules.id,
				orderId: rules.id,
				amount: rules.wonBetween(0, AMOUNT_MAX),
				productIds: { type: "array", max: PRODUCTS_MAX, items: rules.id, optional: true },
			},
			handler(ctx) {
				const { productIds = [], ...purchase } = ctx.params;
				return earn(this.deskOf(ctx), { ...purchase, productIds });
			},
		},

		revoke: {
			visibility: "public",
			params: {
				$$strict: "remove",
				userId: rules.id,
				orderId: rules.id,
				cancelledAmount: { ...rules.wonBetween(0, AMOUNT_MAX), optional: true },
				amount: { ...rules.wonBetween(0, AMOUNT_MAX), optional: true },
			},
			handler(ctx) {
				const { userId, orderId, cancelledAmount, amount } = ctx.params;
				const isPart = typeof cancelledAmount === "number" && typeof amount === "number";
				return revoke(this.deskOf(ctx), { userId, orderId, share: isPart ? { cancelledAmount, amount } : null });
			},
		},

		my: {
			params: { $$strict: "remove" },
			async handler(ctx) {
				const { userId } = ctx.meta;
				if (userId === undefined) throw new PointsRejected("UNAUTHENTICATED");
				const [statement, username] = await Promise.all([this.statements.of(userId, HISTORY_MAX), usernameOf(ctx)]);
				return { userId, username, ...statement };
			},
		},

		movements: {
			visibility: "public",
			params: rules.auditPage,
			handler(ctx) {
				return auditGrants(this.runtime, ctx.params);
			},
		},

		invariants: {
			visibility: "public",
			params: { $$strict: "remove", limit: rules.limit, cursor: rules.cursor },
			async handler(ctx) {
				const { limit = PAGE_DEFAULT, cursor } = ctx.params;
				const after = typeof cursor === "string" ? userIdOf(cursor) : null;
				const found = await this.statements.users(after, limit + 1);
				const items: PointsAudit[] = [];
				for (const userId of found.slice(0, limit)) items.push(await this.statements.audit(userId));
				const last = items.at(-1);
				return { items, nextCursor: found.length > limit && last !== undefined ? cursorAfter(last.userId) : null };
			},
		},
	},

	created() {
		const { runtime } = this;
		const { clock, settings } = runtime;
		const { rateBps, failures } = settings.points;
		this.statements = createStatements(runtime);
		this.deskOf = (ctx) => ({
			accounts: createAccounts(runtime, contextOf(ctx)),
			commandId: commandIdOf(ctx),
			now: () => clock.iso(),
			rateBps,
			failureOf: (purchase) => plannedFailure(failures, purchase),
		});
	},
};

export default service;

/** Names live in the account service; points can do without. */
async function usernameOf(ctx: Ctx): Promise<string | null> {
	return ctx.call("auth.profile").then(
		({ username }) => username,
		() => null,
	);
}
