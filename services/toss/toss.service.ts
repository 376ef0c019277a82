import { Errors } from "moleculer";
import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import { OUTSIDE_FAILURE } from "../../mixins/outside.ts";
import * as rules from "../../mixins/rules.ts";
import type { TypedService } from "../../mixins/typed.ts";
import type { ProviderOutcome } from "./contract.ts";
import { booksIn, NO_BOOKS } from "./domain/books.ts";
import { foundIn, isProviderFailure, outcomeOf, type Operation, type ProviderAnswer } from "./domain/outcomes.ts";
import { createTossGateway, type TossGateway } from "./infrastructure/toss.gateway.ts";

interface Deps extends RuntimeDeps {
	gateway: TossGateway;
}

const KEY_MAX = 200;
const IDEMPOTENCY_KEY_MAX = 300;
const AMOUNT_MAX = 10_000_000_000;
/** Above the gateway's own total, at most a minute, so that the gateway always answers first. */
const ACTION_TIMEOUT_MS = 65_000;

const paymentKey = { type: "string", min: 1, max: KEY_MAX } as const;
const idempotencyKey = { type: "string", min: 1, max: IDEMPOTENCY_KEY_MAX } as const;
const guarded = {
	visibility: "public",
	timeout: ACTION_TIMEOUT_MS,
	circuitBreaker: { enabled: true },
	bulkhead: { enabled: true, concurrency: 16, maxQueueSize: 256 },
} as const;

/** The only door to the payment provider. Money-moving calls answer approved, declined or unknown, never a guess. */
const service: TypedService<"toss", Deps> = {
	name: "toss",
	mixins: [withRuntime()],

	actions: {
		confirm: {
			...guarded,
			params: {
				$$strict: "remove",
				paymentKey,
				orderId: rules.id,
				amount: rules.wonBetween(1, AMOUNT_MAX),
				idempotencyKey,
			},
			async handler(ctx) {
				const { idempotencyKey: key, ...body } = ctx.params;
				return checkedOutcome("confirm", await this.gateway.confirm(body, key));
			},
		},

		cancel: {
			...guarded,
			params: {
				$$strict: "remove",
				paymentKey,
				cancelReason: rules.reason,
				cancelAmount: { ...rules.wonBetween(1, AMOUNT_MAX), optional: true },
				idempotencyKey,
			},
			async handler(ctx) {
				const { paymentKey: cancelled, cancelReason, cancelAmount, idempotencyKey: key } = ctx.params;
				const body = cancelAmount === undefined ? { cancelReason } : { cancelReason, cancelAmount };
				return checkedOutcome("cancel", await this.gateway.cancel(cancelled, body, key));
			},
		},

		lookup: {
			...guarded,
			params: {
				$$strict: "remove",
				paymentKey: { ...paymentKey, optional: true },
				orderId: { ...rules.id, optional: true },
			},
			async handler(ctx) {
				const answer = await this.gateway.lookup(ctx.params);
				assertReached(answer);
				return foundIn(answer);
			},
		},

		books: {
			...guarded,
			params: {
				$$strict: "remove",
				after: { type: "number", integer: true, min: 0, max: Number.MAX_SAFE_INTEGER, optional: true },
			},
			async handler(ctx) {
				if (this.runtime.settings.toss.mode !== "mock") return NO_BOOKS;
				return booksIn(await this.gateway.books(ctx.params.after ?? 0));
			},
		},
	},

	created() {
		const { apiUrl, secretKey, connectTimeoutMs, totalTimeoutMs } = this.runtime.settings.toss;
		this.gateway = createTossGateway({ apiUrl, secretKey, connectTimeoutMs, totalTimeoutMs });
	},

	async stopped() {
		await this.gateway.close();
	},
};

export default service;

function checkedOutcome(operation: Operation, answer: ProviderAnswer): ProviderOutcome {
	assertReached(answer);
	return outcomeOf(operation, answer);
}

/** A provider in trouble is thrown, not answered: only errors are seen by the circuit breaker. */
function assertReached(answer: ProviderAnswer): void {
	if (!isProviderFailure(answer)) return;
	const code = answer.kind === "lost" ? answer.code : `HTTP_${answer.status}`;
	throw new Errors.MoleculerError("The payment provider failed; the outcome is unknown.", 502, OUTSIDE_FAILURE, {
		code,
	});
}
