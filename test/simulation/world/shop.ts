import { createHash } from "node:crypto";
import { createActors } from "../../../mixins/actor/actors.ts";
import { createEmbeddedBus } from "../../../mixins/bus/embedded.ts";
import type { Bus } from "../../../mixins/bus/port.ts";
import type { Settings } from "../../../mixins/config/settings.ts";
import { Pressure } from "../../../mixins/pressure.ts";
import type { Runtime } from "../../../mixins/runtime.ts";
import type { Commit, Store } from "../../../mixins/store/port.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import ledger from "../../../services/ledger/ledger.service.ts";
import order from "../../../services/order/order.service.ts";
import payment from "../../../services/payment/payment.service.ts";
import points from "../../../services/points/points.service.ts";
import saga from "../../../services/saga/saga.service.ts";
import toss from "../../../services/toss/toss.service.ts";
import { createIds } from "../../../services/shared/ids.ts";
import { createHostileBus } from "../../support/hostile/bus.ts";
import type { BusDisk } from "../../support/hostile/bus-disk.ts";
import { clockOf } from "../kernel/clock.ts";
import type { Kernel, Owner } from "../kernel/kernel.ts";
import { bytesOf, type SeededRandom } from "../kernel/random.ts";
import { SimBroker, type Passage } from "./broker.ts";
import { accounts, catalogue } from "./catalogue.ts";
import type { Disk } from "./disk.ts";
import { troubledBus, type BusWitness } from "./deliveries.ts";
import type { Faults } from "./faults.ts";
import { createFrontDoor, type FrontDoor } from "./front-door.ts";
import { troubledCalls, type CallWitness } from "./passages.ts";
import { gatewayOf, type ProviderOptions } from "./provider.ts";
import type { ProviderBooks } from "./provider-books.ts";
import { openStore, type SimStore } from "./store.ts";

type ProviderWitness = Pick<ProviderOptions, "onAsked" | "onSaid">;

/** Everything a process is made of; what is shared outlives it. */
export interface ShopOptions {
	readonly name: string;
	readonly kernel: Kernel;
	readonly disk: Disk;
	readonly busDisk: BusDisk;
	readonly books: ProviderBooks;
	readonly settings: Settings;
	readonly streamOf: (name: string) => SeededRandom;
	readonly faults: () => Faults;
	/** Clock milliseconds at which the trouble began. */
	readonly troubledAt: () => number;
	readonly bus: "embedded" | "hostile";
	readonly idleMax: number;
	readonly witness: BusWitness & CallWitness & ProviderWitness;
	readonly tell: (who: string, what: string) => void;
	readonly onConflict?: (item: Commit) => void;
	/** A port made worse, for planted bugs. */
	readonly wrapStore?: (store: Store) => Store;
}

/** The whole platform in one process, over a disk that outlives it. */
export interface Shop {
	readonly owner: Owner;
	readonly runtime: Runtime;
	readonly broker: SimBroker;
	readonly door: FrontDoor;
	/** Resolves when it serves. */
	start(): Promise<void>;
	/** All memory is gone; what had been sent to the disk may still arrive. */
	crash(): void;
}

const SERVICES = [accounts, catalogue, order, payment, inventory, points, ledger, saga];

/** Puts a process together; nothing runs before `start`. */
export function openShop(options: ShopOptions): Shop {
	const { name, kernel, streamOf, tell } = options;
	const owner: Owner = { name, isDead: false, isPaused: false };
	const say = (what: string) => tell(name, what);
	const store = openStore({
		kernel,
		owner,
		disk: options.disk,
		random: streamOf("store"),
		faults: () => options.faults().store,
		...(options.onConflict === undefined ? {} : { onConflict: options.onConflict }),
		tell: say,
	});
	const runtime = runtimeOf(options, owner, store, say);
	const uids = streamOf("uid");
	let uid = 0;
	const calls = troubledCalls({ ...options, clock: runtime.clock, random: streamOf("calls"), tell: say });
	const pass = (passage: Passage) => calls(passage);
	const broker = new SimBroker(name, runtime, { uid: () => `${name}-${++uid}-${uids.below(1e9)}`, pass });
	for (const schema of SERVICES) broker.create(schema);
	broker.create(toss, (service) => {
		const provider = { kernel, books: options.books, random: streamOf("provider"), tell: say };
		const { onAsked, onSaid } = options.witness;
		service["gateway"] = gatewayOf(owner, { ...provider, onAsked, onSaid, faults: () => options.faults().provider });
	});
	return {
		owner,
		runtime,
		broker,
		door: createFrontDoor(runtime, broker),
		start: () => broker.start(),
		crash() {
			owner.isDead = true;
			store.crash();
		},
	};
}

function runtimeOf(options: ShopOptions, owner: Owner, plain: SimStore, tell: (what: string) => void): Runtime {
	const { kernel, settings, streamOf, idleMax, wrapStore = (store: Store) => store } = options;
	const clock = clockOf(kernel, owner);
	const random = bytesOf(streamOf("bytes"));
	const store = wrapStore(plain);
	const sha256 = (text: string) => createHash("sha256").update(text).digest();
	const bus = troubledBus(busOf(options, plain, store, owner), {
		clock,
		random: streamOf("bus"),
		faults: () => options.faults().bus,
		witness: options.witness,
		tell,
	});
	// Figures of the disk are nobody's business here.
	const ports: Omit<Runtime, "commits"> = {
		settings,
		clock,
		ids: createIds(() => clock.now(), random, sha256),
		random,
		store,
		log: plain,
		bus,
		actors: createActors({ store, clock, idleMax }),
		pressure: new Pressure(clock),
		onTrouble: () => undefined,
	};
	return ports as Runtime;
}

function busOf({ bus, kernel, streamOf, busDisk: disk }: ShopOptions, log: SimStore, store: Store, owner: Owner): Bus {
	const clock = clockOf(kernel, owner);
	if (bus === "embedded") return createEmbeddedBus({ log, store, clock });
	const faults = { lostAck: 0.05, slow: 0.1 };
	return createHostileBus({ log, clock, seed: streamOf("hostile-bus").below(2 ** 31), disk, faults });
}
