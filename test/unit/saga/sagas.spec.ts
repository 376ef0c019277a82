import { createActors } from "../../../mixins/actor/actors.ts";
import { createSagaRunner } from "../../../mixins/saga/runner.ts";
import { createSagas } from "../../../mixins/saga/sagas.ts";
import { defineSaga, type SagaPlan } from "../../../mixins/saga/plan.ts";
import { isDomainError } from "../../../services/shared/errors.ts";
import { createHostileStore } from "../../support/hostile/store.ts";
import { goodwill } from "../../support/saga/goodwill.ts";
import { purchase, undoes } from "../../support/saga/purchase.ts";
import { Targets, type Fate } from "../../support/saga/targets.ts";
import { worldClock } from "../../support/saga/world.ts";

const CONTEXT = { commandId: "start", correlationId: "COR_1", causationId: "COR_1", actor: "SYSTEM" };
const present = { caseId: "CASE_1", userId: "USR_1", productId: "P-1", amount: 1 };

function home(plans: readonly SagaPlan<never>[], isDead = false) {
	const clock = worldClock();
	const store = createHostileStore({ seed: 1 });
	const fateOf = (): Fate => (isDead ? { type: "break" } : { type: "fine" });
	const targets = new Targets({ clock, fateOf, undoes, resultOf: () => ({ reservationId: "RSV_1" }) });
	let commands = 0;
	const deps = { actors: createActors({ store, clock }), store, clock, caller: targets.caller(), runner: "one" };
	const commandId = () => `CMD_${++commands}`;
	const sagas = createSagas(plans, store, (plan) =>
		createSagaRunner(plan, { ...deps, commandId, onError: () => undefined }),
	);
	return { sagas, targets };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => "answered",
		(error: unknown) => (isDomainError(error) ? error.code : String(error)),
	);
}

describe("a service with several sagas", () => {
	it("runs each by its own definition, and tells them apart", async () => {
		const { sagas } = home([purchase, goodwill]);
		await sagas.of(purchase).start("SAG_1", { orderId: "ORD_1", amount: 1 }, CONTEXT);
		await sagas.of(goodwill).start("SAG_2", present, CONTEXT);
		await Promise.all(sagas.runners().flatMap(({ runner }) => [runner.settled("SAG_1"), runner.settled("SAG_2")]));
		expect(await sagas.read("SAG_1")).toMatchObject({ saga: "purchase", status: "COMPLETED" });
		expect(await sagas.read("SAG_2")).toMatchObject({ saga: "goodwill", status: "COMPLETED" });
		expect(await sagas.of(purchase).read("SAG_2")).toEqual({ status: "none" });
		expect(sagas.runners().map(({ name }) => name)).toEqual(["purchase", "goodwill"]);
	});

	it("finds the runner of a saga that is to go on, and no saga that is not there", async () => {
		const { sagas } = home([purchase, goodwill], true);
		await sagas.of(goodwill).start("SAG_2", present, CONTEXT);
		await sagas.of(goodwill).settled("SAG_2");
		expect((await sagas.retry("SAG_2", { ...CONTEXT, commandId: "retry" })).saga).toBe("goodwill");
		expect(await codeOf(sagas.retry("SAG_3", CONTEXT))).toBe("SAGA_NOT_FOUND");
		expect(await codeOf(sagas.of(purchase).retry("SAG_2", CONTEXT))).toBe("SAGA_NOT_FOUND");
	});

	it("sweeps each definition for itself", async () => {
		const { sagas } = home([purchase, goodwill], true);
		await sagas.of(goodwill).start("SAG_2", present, CONTEXT);
		await sagas.of(goodwill).settled("SAG_2");
		expect(await Promise.all(sagas.runners().map(({ runner }) => runner.resume()))).toEqual([0, 1]);
	});

	it("is refused two sagas of one name, and one that it does not run", () => {
		expect(() => home([purchase, purchase])).toThrow("two sagas have the name purchase");
		const other = defineSaga<object>({
			name: "other",
			deadlineMs: 1,
			reference: () => "x",
			steps: [
				{
					...{ name: "pivot", pivot: true, action: "payment.config", params: () => null, refusals: {}, timeoutMs: 1 },
					noCompensation: "It is the point of no return.",
				},
			],
		});
		expect(() => home([purchase]).sagas.of(other)).toThrow("no saga other runs here");
	});
});
