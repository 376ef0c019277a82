import { createActors } from "../../mixins/actor/actors.ts";
import { createSagaRunner } from "../../mixins/saga/runner.ts";
import { createHostileStore } from "../support/hostile/store.ts";
import { turns } from "../support/patience.ts";
import { purchase, undoes } from "../support/saga/purchase.ts";
import { Targets, type Fate } from "../support/saga/targets.ts";
import { worldClock } from "../support/saga/world.ts";

const SAGA_ID = "SAG_1";
const CONTEXT = { commandId: "start", correlationId: "COR_1", causationId: "COR_1", actor: "SYSTEM" };

/** A process on a disk; its calls end at targets that never answer when `isDead`. */
function processOn(
	disk: ReturnType<typeof createHostileStore>["disk"],
	runner: string,
	isDead: boolean,
	isAlone = false,
) {
	const clock = worldClock();
	const store = createHostileStore({ seed: 1, disk });
	const fateOf = (): Fate => (isDead ? { type: "lose" } : { type: "fine" });
	const targets = new Targets({ clock, fateOf, undoes });
	let commands = 0;
	const deps = { actors: createActors({ store, clock }), store, clock, caller: targets.caller(), runner, isAlone };
	const commandId = () => `${isDead ? "dead" : "alive"}-${runner}-${++commands}`;
	return { store, sagas: createSagaRunner(purchase, { ...deps, commandId, onError: () => undefined }) };
}

describe("a call that was begun when the process died", () => {
	it.each([
		["one", false, "COMPLETED", "its own process goes on at once"],
		["two", false, "STARTED", "another waits for the lease"],
		["two", true, "COMPLETED", "nobody else can be at it where the store has one owner"],
	])("by one, taken up by %s (alone: %s), is %s: %s", async (runner, isAlone, status) => {
		const first = processOn(createHostileStore({ seed: 1 }).disk, "one", true);
		await first.sagas.start(SAGA_ID, { orderId: "ORD_1", amount: 1 }, CONTEXT);
		await turns(50);
		first.store.crash();
		const second = processOn(first.store.disk, runner, false, isAlone);
		expect(await second.sagas.resume()).toBe(1);
		await second.sagas.settled(SAGA_ID);
		expect((await second.sagas.read(SAGA_ID)).status).toBe(status);
		await second.sagas.stop();
	});
});
