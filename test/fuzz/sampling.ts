import { samples, worldOf, type Member, type Request, type Sample, type World } from "../support/samples.ts";
import type { System } from "../support/system.ts";
import type { Operation } from "./document.ts";
import type { FuzzRequest } from "./request.ts";

const TRIES = 2;

/** Requests that are right in everything, made of things that were made for them. */
export class Sampling {
	readonly #system: System;
	#made: Promise<World> | null = null;

	constructor(system: System) {
		this.#system = system;
	}

	/** People and things of the samples; made when they are first needed, and anew when a request has ended them. */
	world(): Promise<World> {
		this.#made ??= worldOf(this.#system);
		return this.#made;
	}

	/** Null when nothing right can be made any more, as after the last piece was sold. */
	async of(operation: Operation): Promise<FuzzRequest | null> {
		for (let tries = 0; tries < TRIES; tries++) {
			try {
				return await this.#make(operation);
			} catch {
				this.#made = null;
			}
		}
		return null;
	}

	async #make(operation: Operation): Promise<FuzzRequest> {
		const world = await this.world();
		const sample = sampleOf(operation);
		const request = await sample.make(world);
		const isForRoles = operation.access === "admin" || typeof operation.access === "object";
		const { token } = isForRoles ? world.admin : await callerOf(world, sample, request);
		const { path, body } = request;
		return {
			operation,
			role: isForRoles ? "administrator" : "customer",
			kind: "valid",
			method: operation.method,
			path,
			body: body === undefined ? null : JSON.stringify(body),
			sentBody: body,
			idempotencyKey: null,
			isInvalid: false,
			token,
		};
	}
}

/** Who ends a session has one to lose. */
async function callerOf(world: World, { endsSession }: Sample, { owner }: Request): Promise<Member> {
	return owner ?? (endsSession === true ? await world.newcomer() : world.owner);
}

/** The sample of a door; the document writes parameters in braces. */
function sampleOf({ key }: Operation): Sample {
	const found = Object.entries(samples).find(([route]) => route.replace(/[:*](\w+)/g, "{$1}") === key);
	if (found === undefined) throw new Error(`${key} has no sample`);
	return found[1];
}
