import { FORWARD_ATTEMPTS_MAX } from "../../mixins/saga/decider.ts";
import { ALL_FAULTS } from "../support/hostile/store.ts";
import { seededRandom, type SeededRandom } from "../support/hostile/random.ts";
import { purchase, undoes } from "../support/saga/purchase.ts";
import { Targets, type Fate, type Request } from "../support/saga/targets.ts";
import { SagaWorld, worldClock } from "../support/saga/world.ts";

/** A release runs more: `SCHEDULES=20000`. */
const SCHEDULES = Number(process.env["SCHEDULES"] ?? 2_000);
const BLOCKS = 4;
const SAGAS = ["SAG_A", "SAG_B"] as const;
const ORDER_STEPS = ["order", "terms", "announce"];
const STOCK = 1;
const DEATHS_MAX = 2;
const LATE_MAX_MS = 60_000;

type Input = { readonly orderId: string; readonly amount: number };

/** Fates by chance; each step has so few troubles that a service is back before it matters. */
function chance(random: SeededRandom): (request: Request) => Fate {
	let troubles = random.below(2 * FORWARD_ATTEMPTS_MAX);
	return ({ step, direction }) => {
		if (troubles === 0 || random.chance(0.5)) return { type: "fine" };
		troubles--;
		const fates: Fate[] = [
			{ type: "break" },
			{ type: "lose" },
			{ type: "delay", ms: 1 + random.below(LATE_MAX_MS) },
			{ type: "refuse", code: ORDER_STEPS.includes(step) ? "INVALID_ORDER_STATE" : "INVALID_PAYMENT_STATE" },
		];
		// A refusal is one of the four now and then; most purchases should get far.
		const fate = fates[random.below(direction === "forward" && random.chance(0.7) ? 3 : 4)];
		return fate ?? { type: "fine" };
	};
}

/** Two purchases of the last piece, by two processes that die now and then, over a store at its worst. */
async function run(seed: number): Promise<{ readonly targets: Targets; readonly world: SagaWorld<Input> }> {
	const random = seededRandom(seed);
	const clock = worldClock();
	let deaths = random.below(DEATHS_MAX + 1);
	const taken = () => [...targets.standing].filter((effect) => effect.includes(":stock:")).length;
	const targets: Targets = new Targets({
		clock,
		fateOf: chance(random),
		undoes,
		ruleOf: ({ step }) => (step === "stock" && taken() >= STOCK ? "INVALID_PAYMENT_STATE" : null),
	});
	const world: SagaWorld<Input> = new SagaWorld<Input>({
		plan: purchase,
		seed,
		clock,
		caller: targets.caller(),
		faults: random.chance(0.5) ? ALL_FAULTS : {},
		onPoint: () => (deaths > 0 && random.chance(0.1) && deaths-- > 0 ? world.kill() : undefined),
	});
	world.boot();
	if (random.chance(0.5)) world.boot();
	for (const sagaId of SAGAS) {
		targets.standing.add(`${sagaId}:order:forward`);
		await world.start(sagaId, { orderId: sagaId, amount: 1 });
	}
	const ends = () => SAGAS.filter((sagaId) => typeof world.stored(sagaId)?.endedAt === "string").length;
	const begun = () => SAGAS.filter((sagaId) => world.stored(sagaId) !== null).length;
	await world.live(() => ends() === begun() && targets.late === 0, random.below(30_000));
	return { targets, world };
}

function check(seed: number, { targets, world }: Awaited<ReturnType<typeof run>>): readonly (string | undefined)[] {
	const own = (sagaId: string) => [...targets.standing].filter((effect) => effect.startsWith(`${sagaId}:`)).sort();
	const compensable = ["order", "charge", "stock"];
	const statuses = SAGAS.map((sagaId) => world.stored(sagaId)?.status);
	for (const [index, sagaId] of SAGAS.entries()) {
		const status = statuses[index];
		if (status === undefined) continue;
		const all = ["announce", "charge", "confirm", "order", "stock", "terms"].map((step) => `${sagaId}:${step}:forward`);
		const found = own(sagaId).filter((effect) => status === "COMPLETED" || !effect.includes(":terms:"));
		expect({ seed, sagaId, status, found }).toEqual({
			seed,
			sagaId,
			status: status === "COMPLETED" ? status : "COMPENSATED",
			found: status === "COMPLETED" ? all : [],
		});
		const undone = targets.deeds.filter((deed) =>
			compensable.some((step) => deed === `undo ${sagaId}:${step}:forward`),
		);
		expect({ seed, undone: status === "COMPLETED" ? undone : [] }).toEqual({ seed, undone: [] });
		expect(world.folded(sagaId)).toEqual(world.stored(sagaId));
	}
	expect({ seed, twice: targets.deeds.length - new Set(targets.deeds).size }).toEqual({ seed, twice: 0 });
	return statuses;
}

describe("two sagas at the same target", () => {
	const ends = new Map<string, number>();

	it.each(Array.from({ length: BLOCKS }, (_none, block) => block))(
		`never undo each other's work, whatever happens (${SCHEDULES / BLOCKS} schedules, block %i)`,
		async (block) => {
			for (let seed = 1 + block; seed <= SCHEDULES; seed += BLOCKS) {
				const end = check(seed, await run(seed)).join(" ");
				ends.set(end, (ends.get(end) ?? 0) + 1);
			}
		},
	);

	it("have ended in every way there is", () => {
		const seen = [...ends].filter(([, times]) => times >= SCHEDULES / 100).map(([end]) => end);
		expect(seen).toEqual(
			expect.arrayContaining(["COMPLETED COMPENSATED", "COMPENSATED COMPLETED", "COMPENSATED COMPENSATED"]),
		);
		expect([...ends.keys()]).not.toContain("COMPLETED COMPLETED");
	});
});
