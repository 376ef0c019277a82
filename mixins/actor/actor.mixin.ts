import type { ServiceSchema } from "moleculer";
import type { DomainEvent, Envelope } from "../../services/shared/events.ts";
import { runtimeOf, type Runtime } from "../runtime.ts";
import type { State } from "../store/port.ts";
import { contextOf, mixin, type CallContext } from "../typed.ts";
import type { Aggregate, Versioned } from "./port.ts";
import { foldOf, timeTravel } from "./time-travel.ts";

/** What every service with ports has. */
export interface RuntimeDeps {
	runtime: Runtime;
}

/** What a service gets from `actor(aggregate)`. */
export interface ActorDeps<S extends State, Command> extends RuntimeDeps {
	/** Decides and commits a command of this call; `suffix` keeps several commands of one call apart. */
	tell(ctx: CallContext, id: string, command: Command, suffix?: string): Promise<Versioned<S>>;
	/** `tell` for a command that mints the aggregate's own id: it saves looking for what can hardly be there. */
	tellFirst(ctx: CallContext, id: string, command: Command): Promise<Versioned<S>>;
	/** Current state; the decider's `initial` with sequence 0 if there is none. */
	read(id: string): Promise<Versioned<S>>;
	/** Events of one aggregate, oldest first. */
	historyOf(id: string, options?: { readonly upTo?: number }): Promise<readonly Envelope[]>;
}

/** Gives a service its ports as `this.runtime`. */
export function withRuntime(): Partial<ServiceSchema> {
	return mixin<RuntimeDeps>({
		created() {
			this.runtime = runtimeOf(this.broker);
		},
	});
}

/** Makes a service the home of one kind of aggregate: `tell`, `read`, `historyOf`. */
export function actor<S extends State, Command, Event extends DomainEvent>(
	aggregate: Aggregate<S, Command, Event>,
): Partial<ServiceSchema> {
	return mixin<ActorDeps<S, Command>>({
		mixins: [timeTravel(foldOf(aggregate))],
		created() {
			const runtime = runtimeOf(this.broker);
			runtime.store.define(aggregate);
			this.runtime = runtime;
			this.tell = (ctx, id, command, suffix) => runtime.actors.tell(aggregate, id, command, contextOf(ctx, suffix));
			this.tellFirst = (ctx, id, command) =>
				runtime.actors.tell(aggregate, id, command, { ...contextOf(ctx), isFirst: true });
			this.read = (id) => runtime.actors.read(aggregate, id);
			this.historyOf = (id, options) => runtime.actors.history(aggregate, id, options);
		},
	});
}
