import type {} from "moleculer-web";
import type {
	ActionSchema,
	CallingOptions,
	Context,
	Service,
	ServiceBroker,
	ServiceSchema,
	ServiceSettingSchema,
} from "moleculer";
import type { RulesFor } from "./rules.ts";
import type { CommandContext } from "./actor/port.ts";
import type { Delivery } from "./bus/port.ts";
import type { ActionName, EventMessage, EventName, ParamsOf, ResultOf } from "../services/contracts.ts";

/**
 * What travels along a chain of calls. Only the gateway (for requests) and the bus (for deliveries) write it;
 * it is never a way to return something.
 */
export interface Meta {
	userId?: string;
	roles?: readonly string[];
	sessionId?: string;
	correlationId?: string;
	/** Id of the event behind the call. */
	causationId?: string;
	/** Time of that event, ISO 8601. */
	causeTime?: string;
	/** Clock milliseconds at which the request or delivery began. */
	startedAt?: number;
	/** Who acts, if it is not the user: SYSTEM or a provider's name. */
	actor?: string;
	lang?: "ko" | "en";
	/** The client's address, for lock-out and audit; never stored in events. */
	clientAddress?: string;
	userAgent?: string;
}

type CallArguments<Params> = [Params] extends [null]
	? [params?: undefined, options?: CallingOptions]
	: [params: Params, options?: CallingOptions];

/** `call` that knows every action. */
export interface Caller {
	call<Name extends ActionName>(name: Name, ...rest: CallArguments<ParamsOf<Name>>): Promise<ResultOf<Name>>;
}

type Untyped = "call" | "mcall" | "emit" | "broadcast";
/** A context without Moleculer's untyped methods. */
export type Ctx<Params = unknown> = Omit<Context<Params, Meta>, Untyped> & Caller;
/** A broker without Moleculer's untyped methods; a real broker is assignable to it. */
export type Broker = Omit<ServiceBroker, Untyped> & Caller;

type LocalName<Full extends string, Name extends string> = Full extends `${Name}.${infer Local}` ? Local : never;
type ValidatorFor<Params> = { $$strict: "remove" } & ([Params] extends [null] ? unknown : RulesFor<Params>);

interface TypedAction<Name extends ActionName, This> extends Omit<ActionSchema, "handler" | "params"> {
	params: ValidatorFor<ParamsOf<Name>>;
	handler(this: This, ctx: Ctx<ParamsOf<Name>>): Promise<ResultOf<Name>>;
}
type TypedActions<Name extends string, This> = {
	[Full in ActionName as LocalName<Full, Name>]: TypedAction<Full, This>;
};

/** Where a group starts that was never seen before: projections at the beginning, senders of commands now. */
export type StartPolicy = "beginning" | "now";

/** A durable domain event's handler: delivered at least once, in order per subject, and awaited. */
export interface TypedEvent<Name extends EventName, This> {
	group: string;
	from: StartPolicy;
	batch?: undefined;
	handler(this: This, ctx: Ctx<EventMessage<Name>>): Promise<void>;
}

/** The same for a projection that takes many events in one call; `batch` is how many at most. */
export interface TypedBatchEvent<Name extends EventName, This> {
	group: string;
	from: StartPolicy;
	batch: number;
	handler(this: This, ctx: Ctx<EventBatch<Name>>): Promise<void>;
}

/** What a batch handler receives: one subject's events stand in their order. */
export interface EventBatch<Name extends EventName = EventName> {
	readonly deliveries: readonly (Omit<Delivery, "event"> & { readonly event: EventMessage<Name> })[];
}
type TypedEvents<This> = {
	[Name in EventName]?: TypedEvent<Name, This> | TypedBatchEvent<Name, This>;
} & { "**"?: TypedEvent<EventName, This> | TypedBatchEvent<EventName, This> };

/** A Moleculer schema held to its contract: every action present, validated, with the promised result. */
export interface TypedService<Name extends string, Deps = unknown, This = Service & Deps> extends Omit<
	ServiceSchema<ServiceSettingSchema, object, object, This>,
	"name" | "actions" | "events"
> {
	name: Name;
	actions: TypedActions<Name, This>;
	events?: TypedEvents<This>;
}

/** What `contextOf` and `commandIdOf` need of a context. */
export interface CallContext {
	readonly id: string;
	readonly requestID?: string | null;
	readonly headers?: object;
	readonly meta: Meta;
}

/** The caller's name for this command; a repeat with the same name changes nothing. */
export function commandIdOf(ctx: Pick<CallContext, "id" | "headers">): string {
	const given: unknown = ctx.headers && "commandId" in ctx.headers ? ctx.headers.commandId : undefined;
	return typeof given === "string" ? given : ctx.id;
}

/** Who asks and why, for `tell`; `suffix` keeps several commands of one call apart. */
export function contextOf(ctx: CallContext, suffix = ""): CommandContext {
	const { causationId, causeTime, startedAt } = ctx.meta;
	const commandId = commandIdOf(ctx) + suffix;
	return {
		commandId,
		correlationId: correlationIdOf(ctx),
		causationId: causationId ?? commandId,
		actor: actorOf(ctx.meta),
		...(causeTime === undefined ? {} : { causeTime }),
		...(startedAt === undefined ? {} : { startedAt }),
	};
}

function correlationIdOf({ meta, requestID, id }: CallContext): string {
	return meta.correlationId ?? requestID ?? id;
}

function actorOf({ actor, userId }: Meta): string {
	return actor ?? userId ?? "SYSTEM";
}

/** Options that name a command sent on to another service: `ctx.call(action, params, asCommand(id))`. */
export function asCommand(commandId: string): { headers: { commandId: string } } {
	return { headers: { commandId } };
}

/** A mixin that knows its own `this`; the one cast in the code base. */
export function mixin<Deps>(
	schema: Partial<ServiceSchema<ServiceSettingSchema, object, object, Service & Deps>>,
): Partial<ServiceSchema> {
	return schema as unknown as Partial<ServiceSchema>;
}
