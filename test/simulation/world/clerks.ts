import { createHash } from "node:crypto";
import { createActors } from "../../../mixins/actor/actors.ts";
import { withRuntime } from "../../../mixins/actor/actor.mixin.ts";
import type { Bus } from "../../../mixins/bus/port.ts";
import type { Clock } from "../../../mixins/clock/port.ts";
import { Pressure } from "../../../mixins/pressure.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import { scheduler, type JobRun } from "../../../mixins/scheduler.mixin.ts";
import { createIds } from "../../../services/shared/ids.ts";
import { clockOf } from "../kernel/clock.ts";
import type { Kernel, Owner } from "../kernel/kernel.ts";
import { between, bytesOf, type SeededRandom } from "../kernel/random.ts";
import { SimBroker } from "./broker.ts";
import { openStore } from "./store.ts";
import type { ShopOptions } from "./shop.ts";

/** Kind of the record that the clerks' job writes. */
export const PAYROLL = "payroll";

/** How often each period was paid, and the token of the newest writer. */
export interface Payroll {
	readonly paid: Readonly<Record<string, number>>;
	readonly fencingToken: number;
}

/** What clerks stand on. */
export type ClerkOptions = Pick<ShopOptions, "kernel" | "disk" | "settings" | "faults"> & {
	readonly streamOf: (name: string) => SeededRandom;
	readonly tell: (who: string, what: string) => void;
};

const CLERKS = 3;
const PERIOD_MS = 10_000;
const LEASE_MS = 6_000;
const TICK_MS = 2_000;
const WORK_MAX_MS = 3_000;
const PAUSE_MAX_MS = 25_000;
const PAUSE_EVERY_MS = 20_000;

/** Processes that share one job: it pays once in each period, and any of them may fall asleep in the middle of it. */
export class Clerks {
	readonly #options: ClerkOptions;
	readonly #owners: Owner[] = [];

	constructor(options: ClerkOptions) {
		this.#options = options;
	}

	start(): void {
		for (let number = 1; number <= CLERKS; number++) this.#hire(`clerk-${number}`);
	}

	/** They go home. */
	stop(): void {
		for (const owner of this.#owners) {
			owner.isDead = true;
			this.#options.kernel.resume(owner);
		}
	}

	#hire(name: string): void {
		const { kernel, streamOf, tell } = this.#options;
		const owner: Owner = { name, isDead: false, isPaused: false };
		this.#owners.push(owner);
		const runtime = runtimeOf(this.#options, owner);
		const random = streamOf(`${name} work`);
		let uid = 0;
		const broker = new SimBroker(name, runtime, { uid: () => `${name}-${++uid}`, pass: ({ perform }) => perform() });
		broker.create(payday(runtime.clock, random));
		void broker.start();
		this.#doze(kernel, owner, random, tell);
	}

	/** Stopped by the system at any moment, and continued much later, as if nothing had happened. */
	#doze(kernel: Kernel, owner: Owner, random: SeededRandom, tell: ClerkOptions["tell"]): void {
		kernel.later(null, between(random, 1_000, PAUSE_EVERY_MS), () => {
			if (owner.isDead) return;
			owner.isPaused = true;
			tell(owner.name, "is stopped");
			kernel.later(null, between(random, 1_000, PAUSE_MAX_MS), () => {
				tell(owner.name, "goes on");
				kernel.resume(owner);
				this.#doze(kernel, owner, random, tell);
			});
		});
	}
}

function payday(clock: Clock, random: SeededRandom): object {
	return {
		name: "clerk",
		mixins: [
			withRuntime(),
			scheduler({
				jobs: {
					payday: {
						everyMs: TICK_MS,
						leaseMs: LEASE_MS,
						period: (now: number) => String(Math.floor(now / PERIOD_MS)),
						async run({ period, change }: JobRun) {
							await clock.sleep(random.below(WORK_MAX_MS));
							await change<Payroll>(PAYROLL, "all", (state) => {
								const paid = state?.paid ?? {};
								const name = String(period);
								return { paid: { ...paid, [name]: (paid[name] ?? 0) + 1 }, fencingToken: 0 };
							});
						},
					},
				},
			}),
		],
	};
}

function runtimeOf({ kernel, disk, settings, faults, streamOf, tell }: ClerkOptions, owner: Owner): Runtime {
	const { name } = owner;
	const say = (what: string) => tell(name, what);
	const random = streamOf(`${name} store`);
	const store = openStore({ kernel, owner, disk, random, faults: () => faults().store, tell: say });
	const clock = clockOf(kernel, owner);
	const bytes = bytesOf(streamOf(`${name} bytes`));
	const ids = createIds(
		() => clock.now(),
		bytes,
		(text) => createHash("sha256").update(text).digest(),
	);
	const actors = createActors({ store, clock });
	const pressure = new Pressure(clock);
	const ports = { settings, clock, ids, random: bytes, store, log: store, bus: NO_BUS, actors, pressure };
	const runtime: Omit<Runtime, "commits"> = { ...ports, onTrouble: () => undefined };
	return runtime as Runtime;
}

/** Clerks hear of nothing. */
const NO_BUS: Bus = {
	subscribe: () => undefined,
	start: async () => undefined,
	stop: async () => undefined,
	status: async () => [],
	parked: async () => [],
	replay: async () => false,
	skip: async () => false,
	drained: async () => undefined,
};
