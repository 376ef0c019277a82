import Moleculer, { Errors, type ServiceSchema } from "moleculer";
import { DiscreetValidator } from "../../../mixins/discreet-validator.ts";
import { durableEvents } from "../../../mixins/bus/delivery.ts";
import { attachRuntime, type Runtime } from "../../../mixins/runtime.ts";
import type { Meta } from "../../../mixins/typed.ts";

/** A call on its way to a service. */
export interface Passage {
	readonly action: string;
	readonly params: unknown;
	readonly commandId: string | null;
	readonly timeoutMs: number;
	/** Runs the handler. */
	readonly perform: () => Promise<unknown>;
}

interface Context {
	readonly id: string;
	readonly requestID: string;
	readonly params: unknown;
	readonly meta: Meta;
	readonly headers: object;
	readonly locals: object;
	eventName?: string;
	eventGroups?: readonly string[];
	call(action: string, params?: unknown, options?: CallOptions): Promise<unknown>;
}

interface CallOptions {
	readonly meta?: Meta;
	readonly headers?: { readonly commandId?: string };
	readonly timeout?: number;
	readonly parentCtx?: Context;
	readonly requestID?: string;
}

type Handler = (ctx: Context) => Promise<unknown>;
type Hook = ((this: object, ...args: unknown[]) => unknown) | undefined;
type Hooks = Hook | readonly Hook[];
type Check = (params: unknown) => true | object[];

interface Service {
	readonly name: string;
	readonly fullName: string;
	readonly schema: ServiceSchema;
	/** The service's own \`this\`. */
	readonly own: object;
	readonly events: ReadonlyMap<string, { readonly group: string; readonly handle: Handler }>;
}

const REQUEST_TIMEOUT_MS = 30_000;
const merged = new WeakMap<object, ServiceSchema>();
const checks = new Map<string, Check>();
const validator = new DiscreetValidator();
const SILENT = { info() {}, warn() {}, error() {}, debug() {}, trace() {}, fatal() {} };

/**
 * A thin broker: it runs the handlers of production schemas, with their mixins merged by Moleculer, their params
 * checked by the production validator and their errors turned by their hooks. Nothing in it reads a clock.
 */
export class SimBroker {
	readonly nodeID: string;
	readonly options = { contextParamsCloning: false };
	readonly services: Service[] = [];
	/** The durable handlers ask for contexts here, as they do of a real broker. */
	readonly ContextFactory = {
		create: (_broker: unknown, _endpoint: unknown, params: unknown, options: CallOptions) =>
			this.#context(params, options),
	};
	readonly registry = { actions: { get: (name: string) => ({ hasAvailable: () => this.#actions.has(name) }) } };
	readonly #actions = new Map<string, Handler>();
	readonly #delivery: ReturnType<typeof durableEvents>;
	readonly #uid: () => string;
	readonly #pass: (passage: Passage) => Promise<unknown>;
	readonly logger: object;

	constructor(
		nodeID: string,
		runtime: Runtime,
		ports: {
			readonly uid: () => string;
			readonly pass: (passage: Passage) => Promise<unknown>;
			readonly onLog?: (level: string, words: readonly unknown[]) => void;
		},
	) {
		this.nodeID = nodeID;
		this.#uid = ports.uid;
		this.#pass = ports.pass;
		const { onLog } = ports;
		this.logger =
			onLog === undefined
				? SILENT
				: {
						...SILENT,
						warn: (...words: unknown[]) => onLog("warn", words),
						error: (...words: unknown[]) => onLog("error", words),
					};
		attachRuntime(this, runtime);
		this.#delivery = durableEvents(runtime);
	}

	/** Creates a service of a schema; `adjust` may replace what its `created` has made. */
	create(schema: object, adjust: (service: Record<string, unknown>) => void = () => undefined): void {
		const whole = mergedSchema(schema);
		const own: Record<string, unknown> = {
			name: whole.name,
			fullName: whole.name,
			settings: whole.settings ?? {},
			schema: whole,
			broker: this,
			logger: this.logger,
		};
		for (const [name, method] of Object.entries(whole.methods ?? {}))
			own[name] = (method as (...args: unknown[]) => unknown).bind(own);
		runHooks(whole.created as Hooks, own);
		adjust(own);
		this.#addActions(whole, own);
		const events = this.#eventsOf(whole, own);
		this.services.push({ name: whole.name, fullName: whole.name, schema: whole, own, events });
	}

	/** Starts the services and then the bus, as a real broker does. */
	async start(): Promise<void> {
		await Promise.all(this.services.map((service) => startedHooks(service)));
		for (const service of this.services) await this.#delivery.serviceStarted?.(service as never);
		await this.#delivery.started?.(this as never);
	}

	call(action: string, params?: unknown, options: CallOptions = {}): Promise<unknown> {
		const handler = this.#actions.get(action);
		if (handler === undefined) return Promise.reject(new Errors.ServiceNotFoundError({ action, nodeID: this.nodeID }));
		const ctx = this.#context(params ?? {}, options);
		return this.#pass({
			action,
			params,
			commandId: options.headers?.commandId ?? null,
			timeoutMs: options.timeout ?? REQUEST_TIMEOUT_MS,
			perform: () => handler(ctx),
		});
	}

	/** Delivers an event to the handlers of a group; what the bus calls. */
	async emitLocalServices(ctx: Context): Promise<void> {
		const { eventName = "", eventGroups = [] } = ctx;
		const handlers = this.services
			.flatMap(({ events }) => [events.get(eventName), events.get("**")])
			.filter((handler) => handler !== undefined)
			.filter(({ group }) => eventGroups.includes(group));
		await Promise.all(handlers.map(({ handle }) => handle(ctx)));
	}

	getLogger(): object {
		return this.logger;
	}

	generateUid(): string {
		return this.#uid();
	}

	#context(params: unknown, { meta, headers, parentCtx, requestID }: CallOptions): Context {
		const id = this.#uid();
		const context: Context = {
			id,
			requestID: requestID ?? parentCtx?.requestID ?? id,
			params,
			meta: parentCtx === undefined ? (meta ?? {}) : { ...parentCtx.meta, ...meta },
			headers: headers ?? {},
			locals: {},
			call: (action, input, options) => this.call(action, input, { ...options, parentCtx: context }),
		};
		return context;
	}

	#addActions(schema: ServiceSchema, own: Record<string, unknown>): void {
		const errorHooks = hooksOf(schema);
		for (const [local, action] of Object.entries(schema.actions ?? {})) {
			if (typeof action !== "object" || typeof action.handler !== "function") continue;
			const name = `${schema.name}.${local}`;
			const run = action.handler as unknown as Handler;
			const check = checkOf(name, action.params);
			this.#actions.set(name, async (ctx) => {
				const problems = check(ctx.params);
				if (problems !== true)
					throw new Errors.ValidationError("Parameters validation error!", "VALIDATION_ERROR", problems);
				try {
					return await run.call(own, ctx);
				} catch (error) {
					return await turned(errorHooks, own, ctx, error);
				}
			});
		}
	}

	#eventsOf(schema: ServiceSchema, own: Record<string, unknown>): Service["events"] {
		const events = Object.entries(schema.events ?? {}).map(([name, event]) => {
			const named = { ...(event as object), name } as never as { group: string; handler: Handler };
			const handler = this.#delivery.localEvent?.(named.handler as never, named as never) as unknown as Handler;
			return [name, { group: named.group, handle: (ctx: Context) => Promise.resolve(handler.call(own, ctx)) }] as const;
		});
		return new Map(events);
	}
}

/** Mixins are merged by Moleculer itself, once for all runs of this process. */
function mergedSchema(schema: object): ServiceSchema {
	const known = merged.get(schema);
	if (known !== undefined) return known;
	const merger = new Moleculer.Service({ Promise } as never) as unknown as {
		applyMixins(of: object): ServiceSchema;
	};
	const whole = "mixins" in schema ? merger.applyMixins(schema) : (schema as ServiceSchema);
	merged.set(schema, whole);
	return whole;
}

function checkOf(name: string, params: unknown): Check {
	const known = checks.get(name);
	if (known !== undefined) return known;
	const isChecked = typeof params === "object" && params !== null;
	const check = isChecked
		? (validator.compile(params as Record<string, unknown>) as unknown as Check)
		: () => true as const;
	checks.set(name, check);
	return check;
}

/** Only "any error" is known here; a schema with other hooks fails loudly, so that this broker is taught. */
function hooksOf({ name, hooks }: ServiceSchema): Hooks {
	const known = (hooks ?? {}) as { before?: object; after?: object; error?: Record<string, Hooks> };
	const others = [...Object.keys(known.before ?? {}), ...Object.keys(known.after ?? {})];
	const named = Object.keys(known.error ?? {}).filter((key) => key !== "*");
	if (others.length > 0 || named.length > 0)
		throw new Error(`the simulation's broker does not know the hooks of ${name}`);
	return known.error?.["*"];
}

async function turned(hooks: Hooks, own: object, ctx: Context, error: unknown): Promise<unknown> {
	let current = error;
	for (const hook of listOf(hooks)) {
		try {
			return await hook?.call(own, ctx, current);
		} catch (next) {
			current = next;
		}
	}
	throw current as Error;
}

function runHooks(hooks: Hooks, own: object): void {
	for (const hook of listOf(hooks)) hook?.call(own);
}

async function startedHooks(service: Service): Promise<void> {
	for (const hook of listOf(service.schema.started as Hooks)) await hook?.call(service.own);
}

function listOf(hooks: Hooks): readonly Hook[] {
	if (hooks === undefined) return [];
	return Array.isArray(hooks) ? (hooks as readonly Hook[]) : [hooks as Hook];
}
