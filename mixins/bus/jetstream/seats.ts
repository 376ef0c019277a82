import { createHash } from "node:crypto";
import type { Commit, Store, StoredDocument } from "../../store/port.ts";
import type { PartitionId } from "../outside/driver.ts";

const SEAT_KIND = "bus-seat";
const MEMBER_KIND = "bus-member";
const MEMBERS_MAX = 1_000;

/** Who delivers a partition to a group, until when, and how far it is. Each write names the version it read, so a late owner's fails. */
interface SeatState extends PartitionId {
	readonly group: string;
	readonly position: number;
	readonly owner: string | null;
	/** Milliseconds since the epoch. */
	readonly until: number;
}
interface MemberState {
	readonly group: string;
	readonly node: string;
	readonly until: number;
}

/** A seat that is ours, with the version that proves it. */
export interface HeldSeat extends PartitionId {
	readonly id: string;
	version: number;
	saved: number;
}

/** A group's seats in the store. */
export class SeatTable {
	readonly #store: Store;
	readonly #group: string;
	readonly #node: string;
	readonly #leaseMs: number;

	constructor(store: Store, group: string, node: string, leaseMs: number) {
		store.define({ kind: SEAT_KIND });
		store.define({ kind: MEMBER_KIND, indexes: [{ fields: ["group"] }] });
		this.#store = store;
		this.#group = group;
		this.#node = node;
		this.#leaseMs = leaseMs;
	}

	/** Stores where a new group starts; whoever came first has decided. */
	async found(partition: PartitionId, position: () => Promise<number>): Promise<void> {
		const id = this.#idOf(partition);
		if ((await this.#load(id)) !== null) return;
		const state: SeatState = { ...partition, group: this.#group, position: await position(), owner: null, until: 0 };
		await this.#commit(SEAT_KIND, id, 0, state);
	}

	/** Says that this process is there, and answers everybody who is. */
	async members(now: number): Promise<readonly string[]> {
		const id = `${this.#group}/${this.#node}`;
		const mine = await this.#store.load<MemberState>(MEMBER_KIND, id);
		const state: MemberState = { group: this.#group, node: this.#node, until: now + this.#leaseMs };
		await this.#commit(MEMBER_KIND, id, mine?.version ?? 0, state);
		const all = await this.#store.find<MemberState>(MEMBER_KIND, {
			where: { group: this.#group },
			direction: "asc",
			limit: MEMBERS_MAX,
		});
		const gone = all.filter(({ state: { until } }) => until + 10 * this.#leaseMs < now).map((member) => member.id);
		if (gone.length > 0) await this.#store.remove(MEMBER_KIND, gone);
		return all
			.filter(({ state: { until, node } }) => until > now || node === this.#node)
			.map((member) => member.state.node);
	}

	/** Takes a seat that nobody holds; null while somebody does. */
	async take(partition: PartitionId, now: number): Promise<(HeldSeat & { readonly position: number }) | null> {
		const id = this.#idOf(partition);
		const stored = await this.#load(id);
		if (stored === null) return null;
		const { owner, until, position } = stored.state;
		if (owner !== null && owner !== this.#node && until > now) return null;
		const state: SeatState = { ...stored.state, owner: this.#node, until: now + this.#leaseMs };
		const isOurs = await this.#commit(SEAT_KIND, id, stored.version, state);
		return isOurs ? { ...partition, id, version: stored.version + 1, saved: position, position } : null;
	}

	/** Stores how far a seat is and holds it longer, or gives it up; false when it is no longer ours. */
	async save(seat: HeldSeat, position: number, now: number, isLast = false): Promise<boolean> {
		const { kind, partition } = seat;
		const state: SeatState = {
			kind,
			partition,
			group: this.#group,
			position,
			owner: isLast ? null : this.#node,
			until: isLast ? 0 : now + this.#leaseMs,
		};
		if (!(await this.#commit(SEAT_KIND, seat.id, seat.version, state))) return false;
		seat.version++;
		seat.saved = position;
		return true;
	}

	/** Stored position of a partition; 0 before it was founded. */
	async positionOf(partition: PartitionId): Promise<number> {
		return (await this.#load(this.#idOf(partition)))?.state.position ?? 0;
	}

	async leave(): Promise<void> {
		await this.#store.remove(MEMBER_KIND, [`${this.#group}/${this.#node}`]);
	}

	#idOf({ kind, partition }: PartitionId): string {
		return `${this.#group}/${kind}/${partition}`;
	}

	#load(id: string): Promise<StoredDocument<SeatState> | null> {
		return this.#store.load<SeatState>(SEAT_KIND, id);
	}

	/** False when another version was there; throws when nobody knows. */
	async #commit(kind: string, id: string, expectedVersion: number, state: object): Promise<boolean> {
		const commit: Commit = { kind, id, expectedVersion, state, events: [], commands: [] };
		const [result] = await this.#store.commit([commit]);
		if (result?.status === "unknown") throw result.error;
		return result?.status === "ok";
	}
}

/** Whose a seat should be: everybody who asks gets the same answer, and few seats move when somebody comes or goes. */
export function ownerOf(seat: string, members: readonly string[]): string | null {
	let best: { member: string; weight: string } | null = null;
	for (const member of members) {
		const weight = createHash("sha256").update(`${seat} ${member}`).digest("hex");
		if (best === null || weight > best.weight) best = { member, weight };
	}
	return best?.member ?? null;
}
