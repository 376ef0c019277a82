import { actor } from "../../../mixins/actor/actor.mixin.ts";
import type { Aggregate } from "../../../mixins/actor/port.ts";
import ledger from "../../../services/ledger/ledger.service.ts";
import type { DomainEvent } from "../../../services/shared/events.ts";
import { startPlatform, temporaryFolder, type TestPlatform } from "../../support/broker.ts";

interface Tale {
	readonly length: number;
}

/** Tells whatever it is told. */
const payment: Aggregate<Tale, readonly DomainEvent[], DomainEvent> = {
	kind: "payment",
	schemaVersion: 1,
	decider: {
		initial: { length: 0 },
		decide: (_state, events) => events,
		evolve: ({ length }) => ({ length: length + 1 }),
	},
};
const services = [ledger, { name: "payment", mixins: [actor(payment)] }];

async function tell({ runtime }: TestPlatform, paymentId: string, ...events: readonly DomainEvent[]): Promise<void> {
	const commandId = runtime.ids.next("CMD");
	const context = { commandId, correlationId: "COR_1", causationId: commandId, actor: "USR_1" };
	await runtime.actors.tell(payment, paymentId, events, context);
}

function approved(number: number, amount: number): DomainEvent {
	const [paymentId, orderId] = [`PAY_${number}`, `ORD_${number}`];
	return { type: "payment.approved", data: { paymentId, orderId, userId: "USR_1", amount } };
}

function cancelled(number: number, amount: number): DomainEvent {
	const [paymentId, orderId] = [`PAY_${number}`, `ORD_${number}`];
	return { type: "payment.cancelled", data: { paymentId, orderId, userId: "USR_1", amount } };
}

describe("the ledger", () => {
	let platform: TestPlatform;
	beforeEach(async () => void (platform = await startPlatform({ services, clock: "virtual" })));
	afterEach(() => platform.stop());

	it("books what was charged and what went back", async () => {
		await tell(platform, "PAY_1", approved(1, 48_000));
		await tell(platform, "PAY_1", cancelled(1, 18_000));
		await platform.drained();
		const { items } = await platform.call("ledger.entries", { orderId: "ORD_1" });
		expect(items.map(({ kind, legs }) => [kind, legs])).toEqual([
			[
				"checkout.charge",
				[
					{ account: "checkout:receivable", side: "debit", amount: 48_000 },
					{ account: "checkout:cash", side: "credit", amount: 48_000 },
				],
			],
			[
				"checkout.refund",
				[
					{ account: "checkout:cash", side: "debit", amount: 18_000 },
					{ account: "checkout:receivable", side: "credit", amount: 18_000 },
				],
			],
		]);
		expect(await platform.call("ledger.balance", { account: "checkout:cash" })).toMatchObject({ balance: 30_000 });
		expect(await platform.call("ledger.verify", {})).toMatchObject({ isIntact: true, entries: 2, firstBreak: null });
	});
});
