import type { DomainEvent } from "../../services/shared/events.ts";
import type { Clock } from "../clock/port.ts";
import type { State, Store } from "../store/port.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";
import type { Actors, Aggregate } from "./port.ts";
import { historyOf } from "./replay.ts";

/** Idle actors kept in memory; the least recently used goes first. */
const IDLE_MAX = 5_000;

/** What the actors stand on. */
export interface ActorsOptions {
	readonly store: Store;
	readonly clock: Clock;
	/** Idle actors kept, default 5,000. */
	readonly idleMax?: number;
}

/** The virtual actors of this process: activated on the first message, evicted only while nothing is in flight. */
export function createActors({ store, clock, idleMax = IDLE_MAX }: ActorsOptions): Actors {
	const mailboxes = new Map<string, Mailbox<never, never>>();
	const idle = new Map<string, true>();

	function evict(): void {
		for (const key of idle.keys()) {
			if (idle.size <= idleMax) return;
			idle.delete(key);
			mailboxes.delete(key);
		}
	}

	function mailboxOf<S extends State, Command, Event extends DomainEvent>(
		aggregate: Aggregate<S, Command, Event>,
		id: string,
	): Mailbox<S, Command> {
		const key = `${aggregate.kind}:${id}`;
		idle.delete(key);
		const known = mailboxes.get(key) as unknown as Mailbox<S, Command> | undefined;
		if (known !== undefined) return known;
		const created = createMailbox(aggregate, id, store, clock, () => {
			idle.set(key, true);
			evict();
		});
		mailboxes.set(key, created as unknown as Mailbox<never, never>);
		return created;
	}

	function settle(key: string): void {
		if (mailboxes.get(key)?.isIdle() !== true) return;
		idle.set(key, true);
		evict();
	}

	return {
		tell: (aggregate, id, command, context) => mailboxOf(aggregate, id).tell(command, context),
		async read(aggregate, id) {
			const versioned = await mailboxOf(aggregate, id).read();
			settle(`${aggregate.kind}:${id}`);
			return versioned;
		},
		history: (aggregate, id, options) => historyOf(aggregate, store, id, options),
		forgetIdle() {
			for (const key of idle.keys()) mailboxes.delete(key);
			idle.clear();
		},
		figures() {
			let waiting = 0;
			let deepest = 0;
			for (const mailbox of mailboxes.values()) {
				waiting += mailbox.waiting;
				deepest = Math.max(deepest, mailbox.waiting);
			}
			return { active: mailboxes.size - idle.size, waiting, deepest };
		},
	};
}
