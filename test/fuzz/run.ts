import * as fc from "fast-check";
import { seededRandom, type SeededRandom } from "../support/hostile/random.ts";
import { System } from "../support/system.ts";
import { Actors } from "./actors.ts";
import { operationsOf, type Operation } from "./document.ts";
import { judge } from "./judge.ts";
import { Pool } from "./pool.ts";
import { readBackFaults } from "./readback.ts";
import { requestsTo, spoiltSample, type FuzzRequest } from "./request.ts";
import { Sampling } from "./sampling.ts";
import { FuzzWire, type Told } from "./wire.ts";

/** What a run is asked to do. */
export interface FuzzOptions {
	readonly requests: number;
	readonly seed: number;
	readonly onProgress?: (done: number) => void;
}

/** One request that was not answered as it should be. */
export interface Finding {
	/** Which request of the run it was. */
	readonly number: number;
	readonly request: string;
	readonly faults: readonly string[];
}

/** What a run has found out. */
export interface FuzzReport {
	readonly requests: number;
	readonly seconds: number;
	readonly operations: number;
	readonly findings: readonly Finding[];
	/** How many answers there were of each status. */
	readonly statuses: Readonly<Record<string, number>>;
	readonly readBack: number;
	/** Requests that the document forbids. */
	readonly invalid: number;
	/** Doors that were passed at least once by a request with an answer of success. */
	readonly opened: readonly string[];
	readonly closed: readonly string[];
	/** The doors with the longest answers, in ms. */
	readonly slowest: readonly (readonly [string, number])[];
	/** Lines of the process's own errors. */
	readonly printed: readonly string[];
	readonly isAlive: boolean;
}

const AT_ONCE = 8;
/** Doors behind which somebody thinks hard or buys for real: one request in so many. */
const HEAVY_EVERY = 12;
const HEAVY = /\/auth\/(signup|login|logout)|\/users\/|\/saga\/test\/|\/ledger\/verify|\/admin\/doctor/;
/** One request in so many is a sample with its body spoilt. */
const SAMPLE_EVERY = 15;
const INVENTED_AT_ONCE = 25;
const SEED_MAX = 2 ** 31;
const FINDINGS_MAX = 100;
const SLOWEST_SHOWN = 5;
const PRINTED = /.*(?:request failed|TypeError|Unhandled|nobody listened).*/g;

/** Sends requests of every kind to every door of a system of its own. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
	const system = new System();
	try {
		await system.start();
		return await new Run(system, options).go();
	} finally {
		await system.end();
	}
}

class Run {
	readonly #system: System;
	readonly #options: FuzzOptions;
	readonly #pool = new Pool();
	readonly #actors: Actors;
	readonly #random: SeededRandom;
	readonly #wire: FuzzWire;
	readonly #findings: Finding[] = [];
	readonly #statuses: Record<string, number> = {};
	readonly #opened = new Set<string>();
	#operations: readonly Operation[] = [];
	#light: readonly Operation[] = [];
	#heavy: readonly Operation[] = [];
	readonly #ready = new Map<
		Operation,
		{ readonly arbitrary: fc.Arbitrary<FuzzRequest>; readonly requests: FuzzRequest[] }
	>();
	readonly #sampling: Sampling;
	/** The longest answer of each door, in ms. */
	readonly #slow = new Map<string, number>();
	#done = 0;
	#readBack = 0;
	#invalid = 0;

	constructor(system: System, options: FuzzOptions) {
		this.#system = system;
		this.#options = options;
		this.#actors = new Actors(system, (userId) => this.#pool.keepOut(userId));
		this.#sampling = new Sampling(system);
		this.#random = seededRandom(options.seed);
		this.#wire = new FuzzWire(system.url);
	}

	async go(): Promise<FuzzReport> {
		const startedAt = Date.now();
		const all = operationsOf(await this.#system.read("/api/openapi.json"));
		// A stream has no end to wait for; tests of its own look at it.
		this.#operations = all.filter(({ path }) => !path.endsWith("/stream"));
		this.#heavy = this.#operations.filter(({ path }) => HEAVY.test(path));
		this.#light = this.#operations.filter((operation) => !this.#heavy.includes(operation));
		await this.#actors.begin();
		this.#pool.keepOut((await this.#sampling.world()).owner.userId);
		for (const seen of await this.#actors.furnish()) this.#pool.learn(seen);
		const numbers = Array.from({ length: this.#options.requests }, (_, number) => number).values();
		const worker = async (): Promise<void> => {
			for (const number of numbers) await this.#one(number);
		};
		await Promise.all(Array.from({ length: AT_ONCE }, worker));
		return this.#report((Date.now() - startedAt) / 1_000);
	}

	async #report(seconds: number): Promise<FuzzReport> {
		const health = await this.#system.platform.ask("GET", "/health");
		await this.#wire.close();
		return {
			requests: this.#done,
			seconds: Math.round(seconds),
			operations: this.#operations.length,
			findings: this.#findings,
			statuses: this.#statuses,
			readBack: this.#readBack,
			invalid: this.#invalid,
			opened: [...this.#opened].sort(),
			closed: this.#operations.map(({ key }) => key).filter((key) => !this.#opened.has(key)),
			slowest: [...this.#slow].sort(([, a], [, b]) => b - a).slice(0, SLOWEST_SHOWN),
			printed: [...this.#system.output().matchAll(PRINTED)].map(([line]) => line),
			isAlive: health?.status === 200,
		};
	}

	async #one(number: number): Promise<void> {
		const first = this.#operations[number];
		const right = first === undefined ? null : await this.#sampling.of(first);
		await this.#judged(number, right ?? (await this.#next(number)));
	}

	async #judged(number: number, request: FuzzRequest): Promise<void> {
		const startedAt = performance.now();
		const told = await this.#send(request);
		this.#slowest(request, performance.now() - startedAt);
		const faults = judge(request, told, this.#system.dataDir);
		if (told.status < 300) await this.#succeeded(request, told, faults);
		if (told.status === 401 && request.token === undefined) await this.#actors.renew(request.role);
		this.#count(request, told.status);
		if (faults.length > 0 && this.#findings.length < FINDINGS_MAX)
			this.#findings.push({ number, request: describe(request), faults });
	}

	#slowest({ operation }: FuzzRequest, ms: number): void {
		const known = this.#slow.get(operation.key) ?? 0;
		if (ms > known) this.#slow.set(operation.key, Math.round(ms));
	}

	#count({ isInvalid }: FuzzRequest, status: number): void {
		this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
		this.#invalid += isInvalid ? 1 : 0;
		this.#done++;
		this.#options.onProgress?.(this.#done);
	}

	async #next(number: number): Promise<FuzzRequest> {
		const doors = number % HEAVY_EVERY === 0 ? this.#heavy : this.#light;
		const operation = doors[this.#random.below(doors.length)];
		if (operation === undefined) throw new Error("the document has no operations");
		return number % SAMPLE_EVERY === 0 ? this.#spoilt(operation) : this.#invented(operation);
	}

	/** Requests are invented many at a time, from the seed and the door; what they ask about depends on what exists. */
	#invented(operation: Operation): FuzzRequest {
		const ready = this.#ready.get(operation) ?? { arbitrary: requestsTo(operation, this.#pool), requests: [] };
		this.#ready.set(operation, ready);
		if (ready.requests.length === 0) {
			const seed = this.#random.below(SEED_MAX);
			ready.requests.push(...fc.sample(ready.arbitrary, { seed, numRuns: INVENTED_AT_ONCE }));
		}
		const request = ready.requests.shift();
		if (request === undefined) throw new Error(`no request to ${operation.key}`);
		return request;
	}

	/** A request that is right in everything, with its body spoilt. */
	async #spoilt(operation: Operation): Promise<FuzzRequest> {
		const right = await this.#sampling.of(operation);
		if (right === null) return this.#invented(operation);
		if (right.body === null) return right;
		const seed = this.#random.below(SEED_MAX);
		return fc.sample(spoiltSample(right), { seed, numRuns: 1 })[0] ?? right;
	}

	#send(request: FuzzRequest): Promise<Told> {
		const { method, path, body, idempotencyKey } = request;
		return this.#wire.tell(method, path, { body, token: this.#tokenOf(request), key: idempotencyKey });
	}

	#tokenOf({ token, role }: FuzzRequest): string | null {
		return token ?? this.#actors.token(role);
	}

	async #succeeded(request: FuzzRequest, told: Told, faults: string[]): Promise<void> {
		this.#opened.add(request.operation.key);
		if (/json/.test(String(told.headers["content-type"]))) this.#pool.learn(JSON.parse(told.text));
		const { location } = told.headers;
		if (told.status !== 201 || typeof location !== "string") return;
		const read = await this.#wire.tell("GET", location, { token: this.#tokenOf(request) });
		// Somebody else may have ended the session or the account meanwhile: then nobody can ask for it.
		if (read.status === 401) return;
		this.#readBack++;
		faults.push(...readBackFaults(request, told, read));
	}
}

function describe({ role, kind, method, path, body }: FuzzRequest): string {
	return `${kind}, ${role}: ${method} ${path.slice(0, 300)}${body === null ? "" : ` ${body.slice(0, 500)}`}`;
}
