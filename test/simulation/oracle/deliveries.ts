import type { Subscription } from "../../../mixins/bus/port.ts";
import type { Envelope } from "../../../services/shared/events.ts";
import { must } from "./violation.ts";

interface Group {
	readonly types: ReadonlySet<string> | null;
	readonly from: number;
	/** By subject: the highest sequence the group's handlers are done with. */
	readonly done: Map<string, number>;
	/** Events the group wants and has not handled, by subject. */
	readonly open: Map<string, Set<number>>;
}

/** What every group was given, in which order, and what it still has to get. */
export class Deliveries {
	readonly #groups = new Map<string, Group>();
	#events = 0;

	/** The first time counts: a group that comes back goes on where it was. */
	onSubscribed({ group, types, from }: Subscription): void {
		if (this.#groups.has(group)) return;
		const wanted = types === "*" ? null : new Set(types);
		const start = from === "beginning" ? 0 : this.#events;
		this.#groups.set(group, { types: wanted, from: start, done: new Map(), open: new Map() });
	}

	onEvent({ type, source, subject, sequence }: Envelope): void {
		this.#events++;
		for (const group of this.#groups.values()) {
			if (group.types?.has(type) === false) continue;
			const key = `${source}/${subject}`;
			const open = group.open.get(key) ?? new Set();
			group.open.set(key, open.add(sequence));
		}
	}

	/** An event may come again, but not before an earlier one of its subject was handled. */
	onDelivering(name: string, { id, source, subject, sequence }: Envelope): void {
		const open = this.#groups.get(name)?.open.get(`${source}/${subject}`);
		const earliest = open === undefined || open.size === 0 ? sequence : Math.min(...open);
		must("in-order", sequence <= earliest, () => `${name} gets ${id} before number ${earliest}`);
	}

	onHandled(name: string, { source, subject, sequence }: Envelope): void {
		const open = this.#groups.get(name)?.open.get(`${source}/${subject}`);
		open?.delete(sequence);
	}

	/** What no group has handled yet, by name. */
	missing(): readonly string[] {
		return [...this.#groups].flatMap(([name, { open }]) =>
			[...open].flatMap(([subject, numbers]) => [...numbers].map((number) => `${name}: ${subject} ${number}`)),
		);
	}
}
