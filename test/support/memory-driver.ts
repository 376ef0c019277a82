import type { Driver, Membership, PartitionId, PartitionLag, Seat } from "../../mixins/bus/outside/driver.ts";
import { partitionOf } from "../../mixins/bus/outside/partitions.ts";
import type { LogEntry } from "../../mixins/store/port.ts";
import type { WrittenEvent } from "../../mixins/bus/port.ts";
import { kindOf } from "../../services/shared/events.ts";

/** A log outside of the store that is only in memory: topics, partitions and positions, without a network. */
export class MemoryLog {
	readonly partitions: number;
	readonly entries = new Map<string, LogEntry[]>();
	readonly positions = new Map<string, number>();
	/** While true, nothing can be published and nobody can join. */
	isDown = false;

	constructor(partitions: number) {
		this.partitions = partitions;
	}

	of({ kind, partition }: PartitionId): LogEntry[] {
		const key = `${kind}/${partition}`;
		const entries = this.entries.get(key) ?? [];
		this.entries.set(key, entries);
		return entries;
	}

	/** A process's way to it. */
	driver(): Driver {
		return new MemoryDriver(this);
	}
}

class MemoryDriver implements Driver {
	readonly #log: MemoryLog;
	readonly #seats: { readonly partition: PartitionId; readonly seat: Seat }[] = [];

	constructor(log: MemoryLog) {
		this.#log = log;
	}

	async publish(events: readonly WrittenEvent[]): Promise<void> {
		this.#assertUp();
		for (const { event } of events) {
			const kind = kindOf(event);
			const partition = partitionOf(`${event.source}/${event.subject}`, this.#log.partitions);
			const entries = this.#log.of({ kind, partition });
			const entry = { position: entries.length + 1, event };
			entries.push(entry);
			for (const { partition: at, seat } of this.#seats)
				if (at.kind === kind && at.partition === partition) seat.push([entry]);
		}
	}

	async join({ group, kinds, from, open }: Membership): Promise<void> {
		this.#assertUp();
		for (const partition of this.#all(kinds)) {
			const key = keyOf(group, partition);
			const start = from === "now" ? this.#log.of(partition).length : 0;
			const position = this.#log.positions.get(key) ?? start;
			this.#log.positions.set(key, position);
			const seat = await open(partition, position);
			seat.onMoved(() => this.#log.positions.set(key, seat.position));
			this.#seats.push({ partition, seat });
			seat.push(this.#log.of(partition).slice(position));
		}
	}

	async lag(group: string, kinds: readonly string[]): Promise<readonly PartitionLag[]> {
		return this.#all(kinds).map((partition) => ({
			...partition,
			position: this.#log.positions.get(keyOf(group, partition)) ?? 0,
			head: this.#log.of(partition).length,
		}));
	}

	async close(): Promise<void> {
		await Promise.all(this.#seats.map(({ seat }) => seat.close()));
	}

	#all(kinds: readonly string[]): readonly PartitionId[] {
		return kinds.flatMap((kind) =>
			Array.from({ length: this.#log.partitions }, (_, partition) => ({ kind, partition })),
		);
	}

	#assertUp(): void {
		if (this.#log.isDown) throw new Error("nobody answers");
	}
}

function keyOf(group: string, { kind, partition }: PartitionId): string {
	return `${group}/${kind}/${partition}`;
}
