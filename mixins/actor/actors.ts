import type { DomainEvent, Envelope } from "../../services/shared/events.ts";
import type { Clock } from "../clock/port.ts";
import type { State, Store } from "../store/port.ts";
import { Mailbox } from "./mailbox.ts";
import type { Actors, Aggregate, CommandContext, Versioned } from "./port.ts";
import { historyOf } from "./replay.ts";

/** Idle actors kept in memory; the least recently used goes first. */
const IDLE_MAX = 1_000;

/** What the actors stand on. */
export interface ActorsOptions {
	readonly store: Store;
	readonly clock: Clock;
	/** Other processes have actors over the same store. */
	readonly isShared?: boolean;
	/** Idle actors kept, default 1,000. */
	readonly idleMax?: number;
}

/** The virtual actors of this process: activated on the first message, evicted only while nothing is in flight. */
export function createActors(options: ActorsOptions): Actors {
	return new ActorSystem(options);
}

class ActorSystem implements Actors {
	readonly #store: Store;
	readonly #clock: Clock;
	readonly #isShared: boolean;
	readonly #idleMax: number;
	readonly #mailboxes = new Map<string, Mailbox<never, never, never>>();
	/** Keys of idle mailboxes, least recently used first. */
	readonly #idle = new Set<string>();

	constructor({ store, clock, isShared = false, idleMax = IDLE_MAX }: ActorsOptions) {
		this.#store = store;
		this.#clock = clock;
		this.#isShared = isShared;
		this.#idleMax = idleMax;
	}

	tell<S extends State, Command, Event extends DomainEvent>(
		aggregate: Aggregate<S, Command, Event>,
		id: string,
		command: Command,
		context: CommandContext,
	): Promise<Versioned<S>> {
		return this.#mailboxOf(aggregate, id).tell(command, context);
	}

	async read<S extends State, Command, Event extends DomainEvent>(
		aggregate: Aggregate<S, Command, Event>,
		id: string,
	): Promise<Versioned<S>> {
		try {
			return await this.#mailboxOf(aggregate, id).read();
		} finally {
			this.#retire(keyOf(aggregate.kind, id));
		}
	}

	history<S extends State, Command, Event extends DomainEvent>(
		aggregate: Aggregate<S, Command, Event>,
		id: string,
		options?: { readonly upTo?: number },
	): Promise<readonly Envelope[]> {
		return historyOf(aggregate, this.#store, id, options);
	}

	forgetIdle(): void {
		for (const key of this.#idle) this.#mailboxes.delete(key);
		this.#idle.clear();
	}

	figures(): { active: number; waiting: number; deepest: number } {
		let waiting = 0;
		let deepest = 0;
		for (const mailbox of this.#mailboxes.values()) {
			waiting += mailbox.waiting;
			deepest = Math.max(deepest, mailbox.waiting);
		}
		return { active: this.#mailboxes.size - this.#idle.size, waiting, deepest };
	}

	#mailboxOf<S extends State, Command, Event extends DomainEvent>(
		aggregate: Aggregate<S, Command, Event>,
		id: string,
	): Mailbox<S, Command, Event> {
		const key = keyOf(aggregate.kind, id);
		this.#idle.delete(key);
		const known = this.#mailboxes.get(key) as unknown as Mailbox<S, Command, Event> | undefined;
		if (known !== undefined) return known;
		const onIdle = (): void => this.#retire(key);
		const created = new Mailbox({
			aggregate,
			id,
			store: this.#store,
			clock: this.#clock,
			isShared: this.#isShared,
			onIdle,
		});
		this.#mailboxes.set(key, created as unknown as Mailbox<never, never, never>);
		return created;
	}

	#retire(key: string): void {
		if (this.#mailboxes.get(key)?.isIdle !== true) return;
		this.#idle.delete(key);
		this.#idle.add(key);
		for (const oldest of this.#idle) {
			if (this.#idle.size <= this.#idleMax) return;
			this.#idle.delete(oldest);
			this.#mailboxes.delete(oldest);
		}
	}
}

function keyOf(kind: string, id: string): string {
	return `${kind}:${id}`;
}
