import { checkout } from "../../services/saga/application/checkout.ts";
import { refund } from "../../services/saga/application/refund.ts";
import type { Checkout } from "../../services/saga/domain/checkout.ts";
import type { Refund } from "../../services/saga/domain/refund.ts";
import { ALL_FAULTS } from "../support/hostile/store.ts";
import { seededRandom, type SeededRandom } from "../support/hostile/random.ts";
import type { ProviderFate } from "../support/saga/desks.ts";
import { AMOUNT, POINTS, PRODUCT, RealShop } from "../support/saga/real-shop.ts";
import { SagaWorld, worldClock } from "../support/saga/world.ts";

/** A release runs more: `SCHEDULES=20000`. */
const SCHEDULES = Number(process.env["SCHEDULES"] ?? 2_000);
const BLOCKS = 4;
const PIECES = 3;
const LATE_MAX_MS = 60_000;
const SECONDS_MAX = 3_600;
const CHECKOUT = "SAG_CHECKOUT";
const REFUNDS = ["SAG_REFUND_1", "SAG_REFUND_2"] as const;

const order = { orderId: "ORD_1", userId: "USR_1", paymentKey: "key", items: [{ productId: PRODUCT, quantity: 1 }] };

/** Calls that break, are lost or come late, a bounded number of them. */
function travelling(random: SeededRandom, clock: ReturnType<typeof worldClock>) {
	const road = { late: 0, troubles: random.below(8) };
	const quiet = (work: () => Promise<unknown>) => void work().catch(() => undefined);
	const travel = async (work: () => Promise<unknown>): Promise<unknown> => {
		await clock.turn();
		if (road.troubles === 0 || random.chance(0.5)) return work();
		road.troubles--;
		const fate = random.below(3);
		if (fate === 0) throw new Error("a bug");
		if (fate === 1) quiet(work);
		else {
			road.late++;
			clock.after(1 + random.below(LATE_MAX_MS), () => quiet(() => work().finally(() => road.late--)));
		}
		return new Promise(() => undefined);
	};
	return { road, travel };
}

function providerFates(random: SeededRandom): () => ProviderFate {
	let troubles = random.below(5);
	return () => {
		if (troubles === 0 || random.chance(0.4)) return "fine";
		troubles--;
		return (["lost-before", "lost-after", "declined"] as const)[random.below(3)] ?? "fine";
	};
}

/** Whoever asks for a saga asks until it is stored, also when the process dies over it. */
async function begun<Input extends object>(world: SagaWorld<Input>, sagaId: string, input: Input): Promise<void> {
	while (world.stored(sagaId) === null) await world.start(sagaId, input);
}

/** Sometimes sold out, sometimes without points. */
function shopOf(random: SeededRandom, clock: ReturnType<typeof worldClock>): RealShop {
	const pieces = random.chance(0.25) ? 0 : PIECES;
	const isWithoutPoints = random.chance(0.25);
	return new RealShop({ clock, pieces, hasPoints: () => !isWithoutPoints, providerFate: providerFates(random) });
}

/** Each world passes time by itself, a second at a time; the other one sees it, because they share the clock. */
async function passTime(
	worlds: readonly { live(isOver: () => boolean): Promise<void> }[],
	isOver: () => boolean,
): Promise<void> {
	for (let second = 0; second < SECONDS_MAX && !isOver(); second++) {
		let looks = 0;
		await worlds[second % worlds.length]?.live(() => looks++ > 0);
	}
}

/** A checkout that may have to turn back, and one or two refunds of its payment, whenever they like. */
async function run(seed: number) {
	const random = seededRandom(seed);
	const clock = worldClock();
	const shop = shopOf(random, clock);
	const { road, travel } = travelling(random, clock);
	const caller = shop.caller(travel);
	const deaths = { left: random.below(3) };
	const faults = random.chance(0.5) ? ALL_FAULTS : {};
	const worldOf = <Input extends object>(
		plan: ConstructorParameters<typeof SagaWorld<Input>>[0]["plan"],
		salt: number,
	) => {
		const world: SagaWorld<Input> = new SagaWorld<Input>({
			...{ plan, clock, caller, faults, seed: seed + salt },
			onPoint: () => (deaths.left > 0 && random.chance(0.1) && deaths.left-- > 0 ? world.kill() : undefined),
		});
		world.boot();
		return world;
	};
	const purchases = worldOf<Checkout>(checkout, 0);
	const refunds = worldOf<Refund>(refund, 500_000);
	await begun(purchases, CHECKOUT, { ...order, sagaId: CHECKOUT, paymentId: "PAY_1", amount: AMOUNT });
	const wishes = random.chance(0.5) ? REFUNDS : REFUNDS.slice(0, 1);
	for (const sagaId of wishes) {
		for (let turns = random.below(40); turns > 0; turns--) await clock.turn();
		const cancelAmount = random.chance(0.4) ? null : 1 + random.below(AMOUNT);
		await begun(refunds, sagaId, { ...order, sagaId, cancelAmount, cancelReason: "why", cancelledBy: null });
	}
	const hasEnded = () =>
		purchases.stored(CHECKOUT)?.dueAt === null && wishes.every((sagaId) => refunds.stored(sagaId)?.dueAt === null);
	const isOver = () => road.late === 0 && hasEnded();
	await passTime([purchases, refunds], isOver);
	return {
		shop,
		isOver: isOver(),
		checkout: purchases.stored(CHECKOUT),
		refunds: wishes.map((id) => refunds.stored(id)),
	};
}

/** What is there at the end, by everybody's own books. */
function found({ payment, points, stock }: RealShop, order: string) {
	const known = payment.state.status === "none" ? null : payment.state;
	const pieces = stock.state.status === "none" ? null : [stock.state.quantity, stock.state.reservedQuantity];
	return { given: known?.cancelledAmount, status: known?.status, order, pieces, points: points.state.balance };
}

function stockedWith(first: RealShop["stock"]["events"][number] | undefined): number {
	return first?.type === "inventory.created" ? first.data.quantity : 0;
}

function wanted({ stock, provider: { given } }: RealShop, isBought: boolean) {
	const isKept = isBought && given < AMOUNT;
	const quantity = stockedWith(stock.events[0]);
	return {
		given: isBought ? given : AMOUNT,
		status: given === AMOUNT ? "CANCELLED" : "APPROVED",
		order: isKept ? "CONFIRMED" : "CANCELLED",
		pieces: [isKept ? quantity - 1 : quantity, 0],
		points: isKept ? POINTS - Math.floor((POINTS * given) / AMOUNT) : 0,
	};
}

function check(seed: number, { shop, isOver, checkout: bought, refunds }: Awaited<ReturnType<typeof run>>): string {
	expect({ seed, isOver }).toEqual({ seed, isOver: true });
	const { given, refunds: made } = shop.provider;
	const end = { seed, ...found(shop, shop.placed().status) };
	expect(end).toEqual({ seed, ...wanted(shop, bought?.status === "COMPLETED") });
	expect(new Set(made.map(({ key }) => key)).size).toBe(made.length);
	const asked = refunds.flatMap((saga) => (saga?.status === "COMPLETED" ? [saga.input.cancelAmount ?? 0] : []));
	const sum = asked.reduce((total, won) => total + won, 0);
	expect({ seed, isTooMuch: given > AMOUNT, isShort: sum > given }).toEqual({ seed, isTooMuch: false, isShort: false });
	return [bought?.status, ...refunds.map((saga) => saga?.status)].join(" ");
}

describe("a checkout and refunds of its payment", () => {
	const ends = new Map<string, number>();

	it.each(Array.from({ length: BLOCKS }, (_none, block) => block))(
		`never undo each other's work, by the platform's own rules (${SCHEDULES / BLOCKS} schedules, block %i)`,
		async (block) => {
			for (let seed = 1 + block; seed <= SCHEDULES; seed += BLOCKS) {
				const end = check(seed, await run(seed));
				ends.set(end, (ends.get(end) ?? 0) + 1);
			}
		},
		120_000,
	);

	it("have ended in every way there is", () => {
		expect([...ends.keys()]).toEqual(
			expect.arrayContaining([
				...["COMPLETED COMPLETED", "COMPENSATED COMPLETED", "COMPLETED COMPENSATED", "COMPENSATED COMPENSATED"],
				...["COMPLETED COMPLETED COMPLETED", "COMPENSATED COMPLETED COMPENSATED"],
			]),
		);
	});
});
