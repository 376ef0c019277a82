import { createOutsideBus } from "../../../mixins/bus/outside/bus.ts";
import type { Driver, TopicPlan } from "../../../mixins/bus/outside/driver.ts";
import type { Bus, Subscription } from "../../../mixins/bus/port.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { virtualClock, type VirtualClock } from "../../../mixins/clock/virtual.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { mortalStore, type BusBed } from "../../support/bus-bed.ts";
import { envelope, writtenAll, type EventSketch } from "../../support/envelopes.ts";

/** Makes the driver of one process. */
export type MakeDriver = (options: { plan: TopicPlan; store: Store; node: string; process: Mortal }) => Driver;

/** A process of the test. */
export interface Mortal {
	isAlive: boolean;
	/** Things that break when it dies. */
	readonly ends: (() => void)[];
}

const TOPICS = { thing: ["thing"], other: ["other"] };
const NEVER = new Promise<never>(() => undefined);
let beds = 0;

/** A bus over a real server; every bed has topics of its own, and every opened bus is a process of its own. */
export async function outsideBed(make: MakeDriver, batchMax?: number): Promise<BusBed> {
	const plan: TopicPlan = {
		prefix: `bed${process.pid}x${++beds}`,
		kinds: Object.keys(TOPICS),
		partitions: 3,
		replicas: 1,
		hasAliases: false,
	};
	const clock = patientClock();
	const store = await openSqliteStore({ file: ":memory:", clock: systemClock() });
	const publisher = make({ plan, store, node: "publisher", process: mortal() });
	const sequences = new Map<string, number>();
	const open: { driver: Driver; process: Mortal }[] = [];
	let isRefused = false;
	return {
		clock,
		...(batchMax === undefined ? {} : { batchMax }),
		open() {
			const process = mortal();
			const visible = mortalStore(store, process, () => isRefused);
			const driver = make({ plan, store: visible, node: `node-${open.length + 1}`, process });
			open.push({ driver, process });
			const bus = createOutsideBus({
				driver,
				store: visible,
				clock,
				outsideClock: systemClock(),
				partitions: plan.partitions,
				topics: TOPICS,
				onTrouble: () => undefined,
			});
			return dying(bus, process);
		},
		crash() {
			for (const { process } of open) {
				process.isAlive = false;
				process.ends.forEach((end) => end());
			}
		},
		refuseWrites: (value) => void (isRefused = value),
		publish: (sketches) => publisher.publish(writtenAll(sketches.map((sketch) => numbered(sketch, sequences)))),
		async close() {
			// A dead process answers nobody, so its driver is not asked to leave; the connections end with the test.
			await Promise.race([Promise.all(open.map(({ driver }) => driver.close())), systemClock().sleep(500)]);
			await publisher.close();
			await store.close();
		},
	};
}

function mortal(): Mortal {
	return { isAlive: true, ends: [] };
}

/** Virtual time that leaves the network some real time. */
function patientClock(): VirtualClock {
	const clock = virtualClock(Date.UTC(2026, 0, 1));
	const real = systemClock();
	return {
		...bound(clock),
		async advance(ms) {
			await clock.advance(ms);
			await real.sleep(1);
		},
	};
}

function bound(clock: VirtualClock): VirtualClock {
	const names = [...Object.keys(clock), ...Object.getOwnPropertyNames(Object.getPrototypeOf(clock))];
	const own = names.map((name) => {
		const value = clock[name as keyof VirtualClock] as unknown;
		return [name, typeof value === "function" ? (value.bind(clock) as unknown) : value] as const;
	});
	return Object.fromEntries(own) as unknown as VirtualClock;
}

function numbered(sketch: EventSketch, sequences: Map<string, number>) {
	const key = `${sketch.kind ?? "thing"}/${sketch.subject}`;
	const sequence = (sequences.get(key) ?? 0) + 1;
	sequences.set(key, sequence);
	return envelope(sketch, sequence);
}

/** Handlers of a dead process do nothing and never answer. */
function dying(bus: Bus, process: Mortal): Bus {
	const whileAlive = <Args extends unknown[]>(action: (...args: Args) => Promise<void>) => {
		return async (...args: Args): Promise<void> => {
			if (isDead(process)) return NEVER;
			await action(...args);
			await (isDead(process) ? NEVER : undefined);
		};
	};
	const subscribe = (subscription: Subscription): void => {
		const { batch } = subscription;
		bus.subscribe({
			...subscription,
			deliver: whileAlive((event) => subscription.deliver(event)),
			...(batch === undefined ? {} : { batch: { max: batch.max, deliver: whileAlive((all) => batch.deliver(all)) } }),
		});
	};
	return new Proxy(bus, {
		get: (target, name) => {
			if (name === "subscribe") return subscribe;
			const value = Reflect.get(target, name) as unknown;
			return typeof value === "function" ? (value.bind(target) as unknown) : value;
		},
	});
}

function isDead(process: Mortal): boolean {
	return !process.isAlive;
}
