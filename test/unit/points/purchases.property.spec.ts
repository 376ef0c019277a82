import fc from "fast-check";
import { readSettings } from "../../../mixins/config/settings.ts";
import { createRuntime } from "../../../mixins/platform.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import { earn, revoke } from "../../../services/points/application/purchase.ts";
import type { PointsDesk } from "../../../services/points/application/ports.ts";
import type { PointsOutcome } from "../../../services/points/contract.ts";
import { plannedFailure } from "../../../services/points/domain/failures.ts";
import { accountAggregate } from "../../../services/points/infrastructure/account.aggregate.ts";
import { createAccounts } from "../../../services/points/infrastructure/accounts.ts";
import { createStatements } from "../../../services/points/infrastructure/statements.ts";
import { isDomainError } from "../../../services/shared/errors.ts";

interface Asked {
	readonly operation: "earn" | "revoke" | "part";
	readonly order: number;
	readonly amount: number;
	readonly isFailing: boolean;
	/** Of the money that has gone back, for a part. */
	readonly percent: number;
}

const rateBps = 100;
const FAILING = "P-FAIL";
let runtime: Runtime;
let users = 0;

beforeAll(async () => {
	runtime = await createRuntime(readSettings({ NODE_ENV: "test", DATA_DIR: ":memory:" }));
	runtime.store.define(accountAggregate);
});
afterAll(() => runtime.store.close());

const asked = fc.record<Asked>({
	operation: fc.constantFrom("earn", "earn", "revoke", "part", "part"),
	order: fc.integer({ min: 1, max: 4 }),
	amount: fc.constantFrom(50, 1_999, 10_000),
	isFailing: fc.nat(5).map((number) => number === 0),
	percent: fc.integer({ min: 1, max: 100 }),
});

function perform(userId: string, { operation, order, amount, isFailing, percent }: Asked): Promise<PointsOutcome> {
	const commandId = runtime.ids.next("CMD");
	const context = { commandId, correlationId: commandId, causationId: commandId, actor: "SYSTEM" };
	const desk: PointsDesk = {
		accounts: createAccounts(runtime, context),
		commandId,
		now: () => runtime.clock.iso(),
		rateBps,
		failureOf: (purchase) => plannedFailure([FAILING], purchase),
	};
	const orderId = `ORD_${order}`;
	if (operation === "revoke") return revoke(desk, { userId, orderId, share: null });
	if (operation === "part") return revoke(desk, { userId, orderId, share: { cancelledAmount: percent, amount: 100 } });
	return earn(desk, { userId, orderId, amount, productIds: isFailing ? [FAILING] : [] });
}

async function outcomeOf(answer: Promise<PointsOutcome>): Promise<number | string> {
	try {
		return (await answer).points;
	} catch (error) {
		if (isDomainError(error)) return error.code;
		throw error;
	}
}

async function assertHolds(userId: string): Promise<void> {
	expect((await createStatements(runtime).audit(userId)).broken).toEqual([]);
}

/** Orders that earned (with their amount), were taken back, or never will earn. */
class Model {
	readonly #orders = new Map<number, { readonly amount: number; lost: number } | "never">();
	balance = 0;

	expect({ operation, order, amount, isFailing, percent }: Asked): number | string {
		const known = this.#orders.get(order);
		if (operation === "revoke") return this.#revoke(order, 100);
		if (operation === "part") return this.#revoke(order, percent);
		if (known === "never") return "COMMAND_CANCELLED";
		if (known !== undefined) return known.amount === amount ? pointsOf(amount) : "POINTS_CONFLICT";
		if (isFailing) return "POINTS_UNAVAILABLE";
		const points = pointsOf(amount);
		if (points > 0) this.#orders.set(order, { amount, lost: 0 });
		this.balance += points;
		return points;
	}

	/** A part of the money is no reason never to earn. */
	#revoke(order: number, percent: number): number {
		const known = this.#orders.get(order);
		if (known === undefined && percent === 100) this.#orders.set(order, "never");
		if (known === undefined || known === "never") return 0;
		const lost = Math.max(known.lost, Math.floor((pointsOf(known.amount) * percent) / 100));
		this.balance -= lost - known.lost;
		known.lost = lost;
		return lost;
	}
}

function pointsOf(amount: number): number {
	return Math.floor(amount / 100);
}

describe("any sequence of earning and taking back", () => {
	it("gives an order's points once and takes back the share of its refunds, also after the account was forgotten", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(asked, fc.boolean()), { maxLength: 25 }), async (sequence) => {
				const userId = `USR_${++users}`;
				const model = new Model();
				for (const [operation, isForgotten] of sequence) {
					if (isForgotten) runtime.actors.forgetIdle();
					expect(await outcomeOf(perform(userId, operation))).toBe(model.expect(operation));
					expect((await runtime.actors.read(accountAggregate, userId)).state.balance).toBe(model.balance);
				}
				await assertHolds(userId);
			}),
			{ numRuns: 500 },
		);
	});
});

describe("earning and taking back that come at once, twice and in any order", () => {
	it("leave nothing of an order that was taken back last", async () => {
		const turns = fc.array(fc.array(asked, { minLength: 1, maxLength: 8 }), { maxLength: 6 });
		await fc.assert(
			fc.asyncProperty(turns, async (sequence) => {
				const userId = `USR_${++users}`;
				for (const turn of sequence)
					await Promise.all([...turn, ...turn].map((operation) => outcomeOf(perform(userId, operation))));
				await assertHolds(userId);
				for (const order of [1, 2, 3, 4])
					await perform(userId, { operation: "revoke", order, amount: 0, isFailing: false, percent: 100 });
				expect((await runtime.actors.read(accountAggregate, userId)).state.balance).toBe(0);
				await assertHolds(userId);
			}),
			{ numRuns: 400 },
		);
	});
});
