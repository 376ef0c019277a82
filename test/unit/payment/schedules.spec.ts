import fc from "fast-check";
import { cancel } from "../../../services/payment/application/cancel.ts";
import { confirm, type Traffic } from "../../../services/payment/application/confirm.ts";
import { createFlights } from "../../../services/payment/application/flights.ts";
import { createGate } from "../../../services/payment/application/gate.ts";
import { heedNotice, reconcile } from "../../../services/payment/application/reconcile.ts";
import type { PaymentEvent } from "../../../services/payment/domain/model.ts";
import { payment } from "../../../services/payment/domain/payment.ts";
import { isDomainError } from "../../../services/shared/errors.ts";
import { AMOUNT, World, type Fate } from "./world.ts";

type Deed = "confirm" | "confirm-other" | "cancel" | "part" | "void" | "expire" | "notice" | "reconcile";
const DEEDS: Deed[] = ["confirm", "confirm-other", "cancel", "part", "void", "expire", "notice", "reconcile"];
const FATES: Fate[] = ["fine", "lost-before", "lost-after", "decline", "wrong-amount", "executed-late"];
/** A release runs more: `SCHEDULES=10000`. */
const RUNS = Number(process.env["SCHEDULES"] ?? 600);
const MINUTE_MS = 60_000;
const ROUNDS_MAX = 30;

async function act(world: World, traffic: Traffic, deed: Deed): Promise<unknown> {
	const counter = world.counter();
	const { desk } = counter;
	const known = world.known();
	switch (deed) {
		case "confirm":
			return confirm(counter, traffic, known, { paymentKey: "key", amount: AMOUNT });
		case "confirm-other":
			return confirm(counter, traffic, known, { paymentKey: "other", amount: AMOUNT });
		case "cancel":
			return cancel(counter, traffic, "PAY_1", { reason: "all", amount: null });
		case "part":
			return cancel(counter, traffic, "PAY_1", { reason: "part", amount: 300 });
		case "void":
			return desk.tell("PAY_1", "", { type: "void", reason: "void", now: desk.now() });
		case "expire":
			return desk.tell("PAY_1", "", { type: "expire", now: desk.now() });
		case "notice":
			return heedNotice(counter, known, { paymentKey: "key" });
		case "reconcile":
			return known.unsettledSince === null ? null : reconcile(counter, known);
	}
}

/** Everybody may be refused, nobody may meet a bug. */
async function tolerant(deed: Promise<unknown>): Promise<void> {
	await deed.catch((error: unknown) => {
		if (!isDomainError(error)) throw error;
	});
}

async function settle(world: World): Promise<void> {
	await world.calm();
	for (let round = 0; round < ROUNDS_MAX && world.known().unsettledSince !== null; round++) {
		world.now += 20 * MINUTE_MS;
		await reconcile(world.counter(), world.known());
	}
	await heedNotice(world.counter(), world.known(), { paymentKey: "key" });
	for (let round = 0; round < ROUNDS_MAX && world.known().unsettledSince !== null; round++)
		await reconcile(world.counter(), world.known());
}

function check(world: World): void {
	const { status, approvedAt, cancelledAmount, unsettledSince } = world.known();
	const count = (type: PaymentEvent["type"]) => world.events.filter((event) => event.type === type).length;
	expect(world.executed).toBeLessThanOrEqual(1);
	expect(unsettledSince).toBeNull();
	expect(cancelledAmount).toBeLessThanOrEqual(AMOUNT);
	expect(count("payment.approved")).toBeLessThanOrEqual(1);
	expect(count("payment.failed") + count("payment.approved") + count("payment.expired")).toBeLessThanOrEqual(1);
	expect(world.kept()).toBe(approvedAt === null ? 0 : AMOUNT - cancelledAmount);
	expect(["PENDING", "APPROVED", "FAILED", "CANCELLED", "EXPIRED"]).toContain(status);
	expect(status === "APPROVED").toBe(approvedAt !== null && cancelledAmount < AMOUNT);
	expect(world.events.reduce(payment.evolve, payment.initial)).toEqual(world.state);
}

describe("any interleaving of what can happen to a payment", () => {
	it("charges at most once, gives back at most that, and ends as the provider has it", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.scheduler(),
				fc.array(fc.constantFrom(...DEEDS), { minLength: 1, maxLength: 8 }),
				fc.array(fc.constantFrom(...FATES), { maxLength: 8 }),
				async (scheduler, deeds, fates) => {
					const world = new World(scheduler, fates);
					const traffic: Traffic = { gate: createGate(4, 8), flights: createFlights(), entering: new Set() };
					const doing = Promise.all(
						["confirm" as const, ...deeds].map(async (deed) => {
							await scheduler.schedule(Promise.resolve(), deed);
							await tolerant(act(world, traffic, deed));
						}),
					);
					await scheduler.waitFor(doing);
					await scheduler.waitIdle();
					await settle(world);
					check(world);
					// A charge that is as asked for is never thrown away: it is approved, whatever was lost on the way.
					if (world.executed === 1 && !fates.includes("wrong-amount")) expect(world.known().approvedAt).not.toBeNull();
				},
			),
			{ numRuns: RUNS },
		);
	});
});
