import type { JetStreamClient } from "nats";
import type { Clock } from "../../clock/port.ts";
import { asError } from "../embedded/attempts.ts";
import { Stopping, type OnTrouble } from "../embedded/persist.ts";
import type { Membership, PartitionId } from "../outside/driver.ts";
import { Desk } from "./desk.ts";
import type { StreamNames } from "./streams.ts";
import { ownerOf, type SeatTable } from "./seats.ts";

interface GroupOptions {
	readonly membership: Membership;
	readonly table: SeatTable;
	readonly node: string;
	readonly partitions: number;
	readonly names: StreamNames;
	readonly leaseMs: number;
	readonly clock: Clock;
	readonly onTrouble: OnTrouble;
	readonly client: () => Promise<JetStreamClient>;
}

/** Looks at the table three times per lease. */
const LOOKS_PER_LEASE = 3;

/** This process's part of a group: takes the seats that are its share, renews them, and lets go of what is somebody else's. */
export class SeatedGroup {
	readonly #options: GroupOptions;
	readonly #desks = new Map<string, Desk>();
	readonly #stopping = new AbortController();
	#looking: Promise<void> = Promise.resolve();

	constructor(options: GroupOptions) {
		this.#options = options;
	}

	/** Resolves after the first look. */
	async start(): Promise<void> {
		await this.#look();
		this.#looking = this.#keepLooking();
	}

	async close(): Promise<void> {
		this.#stopping.abort(new Stopping());
		await this.#looking;
		await Promise.all([...this.#desks.values()].map((desk) => desk.close()));
		this.#desks.clear();
		await this.#options.table.leave().catch(() => undefined);
	}

	async #keepLooking(): Promise<void> {
		const { clock, leaseMs, membership, onTrouble } = this.#options;
		const { signal } = this.#stopping;
		for (;;) {
			await clock.sleep(leaseMs / LOOKS_PER_LEASE, signal).catch(() => undefined);
			if (signal.aborted) return;
			await this.#look().catch((error: unknown) =>
				onTrouble(asError(error), { group: membership.group, what: "store" }),
			);
		}
	}

	async #look(): Promise<void> {
		const { table, clock, node } = this.#options;
		const members = await table.members(clock.now());
		await Promise.all(
			this.#partitions().map((partition) => this.#settle(partition, ownerOf(keyOf(partition), members) === node)),
		);
	}

	async #settle(partition: PartitionId, isMine: boolean): Promise<void> {
		const key = keyOf(partition);
		const desk = this.#desks.get(key);
		if (desk === undefined) {
			if (isMine) await this.#take(partition);
			return;
		}
		const isHeld = !isMine || (await desk.renew());
		if (isMine && isHeld) return;
		this.#desks.delete(key);
		await desk.close(!isHeld);
	}

	async #take(partition: PartitionId): Promise<void> {
		const { membership, table, names, clock, onTrouble, client } = this.#options;
		const held = await table.take(partition, clock.now());
		if (held === null) return;
		const seat = await membership.open(partition, held.position);
		this.#desks.set(
			keyOf(partition),
			new Desk(held, seat, { group: membership.group, table, names, clock, onTrouble, client }),
		);
	}

	#partitions(): readonly PartitionId[] {
		const { membership, partitions } = this.#options;
		return membership.kinds.flatMap((kind) =>
			Array.from({ length: partitions }, (_, partition) => ({ kind, partition })),
		);
	}
}

function keyOf({ kind, partition }: PartitionId): string {
	return `${kind}/${partition}`;
}
