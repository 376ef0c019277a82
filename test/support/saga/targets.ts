import type { Clock } from "../../../mixins/clock/port.ts";
import type { Direction } from "../../../mixins/saga/port.ts";
import type { Caller } from "../../../mixins/typed.ts";

/** What becomes of one request on its way to a target and back. */
export type Fate =
	| { readonly type: "fine" }
	| { readonly type: "refuse"; readonly code: string }
	/** Nothing is done, and what comes back is no word of the contract. */
	| { readonly type: "break" }
	/** It is done at once, and nobody hears of it. */
	| { readonly type: "lose" }
	/** Nobody hears of it, and it is done when everybody has given up. */
	| { readonly type: "delay"; readonly ms: number };

/** A request as a target sees it. */
export interface Request {
	readonly sagaId: string;
	readonly step: string;
	readonly direction: Direction;
	readonly round: number;
	readonly params: unknown;
}

export interface TargetsOptions {
	readonly clock: Clock;
	readonly fateOf: (request: Request) => Fate;
	readonly resultOf?: (request: Request) => unknown;
	/** What a compensation says that it undoes. */
	readonly undoes: (request: Request) => string;
	/** A rule of the target's own: the code of its refusal, or null. */
	readonly ruleOf?: (request: Request) => string | null;
}

/** What the services behind the steps would do: effects by command id, each of them once, none after its cancellation. */
export class Targets {
	/** Effects that stand, by saga and step. */
	readonly standing = new Set<string>();
	readonly cancelled = new Set<string>();
	/** Refusals are final: the same command is refused again. */
	readonly refused = new Map<string, string>();
	/** Every time something was really done or undone. */
	readonly deeds: string[] = [];
	readonly requests: Request[] = [];
	/** Forgets what was cancelled, as no service may. */
	isForgetful = false;
	readonly #clock: Clock;
	readonly #fateOf: (request: Request) => Fate;
	readonly #resultOf: (request: Request) => unknown;
	/** A rule of the target's own: the code of its refusal, or null. */
	readonly #undoes: (request: Request) => string;
	readonly #ruleOf: (request: Request) => string | null;
	/** Requests that have not arrived yet. */
	late = 0;

	constructor({ clock, fateOf, undoes, resultOf, ruleOf }: TargetsOptions) {
		this.#clock = clock;
		this.#fateOf = fateOf;
		this.#resultOf = resultOf ?? (() => ({}));
		this.#undoes = undoes;
		this.#ruleOf = ruleOf ?? (() => null);
	}

	/** A caller whose calls end here. */
	caller(): Caller {
		const call = (_action: string, params: unknown, options: { headers: { commandId: string } }) =>
			this.#travel(options.headers.commandId, params);
		return { call } as unknown as Caller;
	}

	async #travel(commandId: string, params: unknown): Promise<unknown> {
		const [sagaId = "", step = "", direction = "forward", round = "1"] = commandId.split(":");
		const request = { sagaId, step, direction: direction as Direction, round: Number(round), params };
		this.requests.push(request);
		const fate = this.#fateOf(request);
		switch (fate.type) {
			case "fine":
				await this.#clock.turn();
				return this.#execute(commandId, request);
			case "refuse":
				return this.#refuse(commandId, request, fate.code);
			case "break":
				throw new Error("a bug");
			case "lose":
				this.#attempt(commandId, request);
				return new Promise(() => undefined);
			case "delay":
				this.late++;
				this.#clock.after(fate.ms, () => {
					this.late--;
					this.#attempt(commandId, request);
				});
				return new Promise(() => undefined);
		}
	}

	/** What was done is not refused afterwards: the first answer stands. */
	#refuse(commandId: string, request: Request, code: string): unknown {
		const effect = `${request.sagaId}:${request.step}:forward`;
		if (request.direction === "forward" && this.standing.has(effect)) return this.#resultOf(request);
		if (request.direction === "forward") this.refused.set(commandId, code);
		throw refusal(code);
	}

	#attempt(commandId: string, request: Request): void {
		try {
			this.#execute(commandId, request);
		} catch {
			// A refusal that nobody hears.
		}
	}

	#execute(commandId: string, request: Request): unknown {
		if (request.direction === "compensation") this.#undo(this.#undoes(request));
		else this.#do(`${request.sagaId}:${request.step}:forward`, commandId, request);
		return this.#resultOf(request);
	}

	#do(effect: string, commandId: string, request: Request): void {
		if (this.cancelled.has(effect)) throw refusal("COMMAND_CANCELLED");
		if (this.standing.has(effect)) return;
		const code = this.refused.get(commandId) ?? this.#ruleOf(request);
		if (code !== null) {
			this.refused.set(commandId, code);
			throw refusal(code);
		}
		this.standing.add(effect);
		this.deeds.push(`do ${effect}`);
	}

	#undo(effect: string): void {
		if (!this.isForgetful) this.cancelled.add(effect);
		if (this.standing.delete(effect)) this.deeds.push(`undo ${effect}`);
	}
}

function refusal(type: string): Error {
	return Object.assign(new Error(type), { type });
}
