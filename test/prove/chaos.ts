import type { SeededRandom } from "../support/hostile/random.ts";
import type { Link, Node, Topology } from "./topology.ts";
import { pause } from "./wire.ts";

/** What was done to the system. */
export interface Damage {
	kills: number;
	/** Of these, while the process was starting. */
	killsAtStart: number;
	pauses: number;
	/** Connections that were reset or half closed. */
	cuts: number;
	blackholes: number;
	slowdowns: number;
	refusals: number;
	/** From a process's start to its first answer, in ms. */
	readonly starts: number[];
}

const DOWN_MAX_MS = 150;
const AT_START_MAX_MS = 700;
const BETWEEN_MIN_MS = 100;
const BETWEEN_MAX_MS = 500;
const WEATHER_EVERY_MS = 700;
const BLACKHOLE_MAX_MS = 1_500;
const SLOW_MAX_MS = 400;
const SLOW_FOR_MS = 1_000;
const REFUSE_MAX_MS = 500;
const PAUSE_MAX_MS = 1_200;
/** The shares of what happens to processes; the rest is one of them, killed in the middle of its work. */
const AT_START = 0.15;
const ALL_AT_ONCE = 0.1;
const FIRST_NODE = 0.7;

/** Spoils a running system until it is stopped; the order of its deeds comes from the seed. */
export class Chaos {
	readonly damage: Damage = {
		kills: 0,
		killsAtStart: 0,
		pauses: 0,
		cuts: 0,
		blackholes: 0,
		slowdowns: 0,
		refusals: 0,
		starts: [],
	};
	readonly #topology: Topology;
	readonly #random: SeededRandom;
	readonly #target: number;
	#isOver = false;
	#work: Promise<unknown> = Promise.resolve();

	constructor(topology: Topology, random: SeededRandom, target: number) {
		this.#topology = topology;
		this.#random = random;
		this.#target = target;
	}

	/** Whether as many kills have happened as the share of the work that is done asks for. */
	keepsUpWith(share: number): boolean {
		return this.#isOver || this.damage.kills >= Math.floor(share * this.#target) - 1;
	}

	/** Begins; `share` tells how much of the buyers' work is done, 0 to 1. */
	start(share: () => number): void {
		this.#work = Promise.all([this.#killing(share), this.#weather()]);
		// Told by `stop`; until then nobody is held back any more.
		this.#work.catch(() => (this.#isOver = true));
	}

	/** Resolves when everything is up again and every link is sound; throws if a process did not come back. */
	async stop(): Promise<void> {
		this.#isOver = true;
		await this.#work;
		for (const node of this.#topology.nodes) node.resume();
		for (const link of this.#topology.links) link.heal();
		await Promise.all(this.#topology.nodes.map((node) => node.ready()));
	}

	async #killing(share: () => number): Promise<void> {
		while (!this.#isOver) {
			await pause(BETWEEN_MIN_MS + this.#random.below(BETWEEN_MAX_MS));
			if (this.damage.kills < this.#target && this.damage.kills <= share() * this.#target) await this.#killSomething();
		}
	}

	async #killSomething(): Promise<void> {
		const { nodes, nextVictim } = this.#topology;
		if (nextVictim === undefined && this.#random.chance(ALL_AT_ONCE)) {
			await Promise.all(nodes.map((node) => this.#kill(node)));
			await Promise.all(nodes.map((node) => this.#revive(node)));
			return;
		}
		const drawn = this.#random.chance(FIRST_NODE) ? nodes[0] : nodes[this.#random.below(nodes.length)];
		const node = nextVictim === undefined ? drawn : nextVictim();
		if (node === undefined) return;
		await this.#kill(node);
		if (this.#random.chance(AT_START)) {
			await node.launch();
			await pause(this.#random.below(AT_START_MAX_MS));
			await this.#kill(node);
			this.damage.killsAtStart++;
		}
		await this.#revive(node);
	}

	async #kill(node: Node): Promise<void> {
		await node.kill();
		this.damage.kills++;
	}

	async #revive(node: Node): Promise<void> {
		await pause(this.#random.below(DOWN_MAX_MS));
		const startedAt = Date.now();
		await node.launch();
		await node.ready();
		this.damage.starts.push(Date.now() - startedAt);
	}

	async #weather(): Promise<void> {
		while (!this.#isOver) {
			await pause(this.#random.below(WEATHER_EVERY_MS));
			const link = this.#topology.links[this.#random.below(this.#topology.links.length)];
			if (link !== undefined) await this.#spoil(link);
		}
	}

	async #spoil(link: Link): Promise<void> {
		const dice = this.#random.below(100);
		if (dice < 40) this.damage.cuts += link.cut();
		else if (dice < 50) this.damage.cuts += link.halfClose();
		else if (dice < 62) {
			this.damage.blackholes++;
			link.blackhole();
			await this.#healAfter(link, BLACKHOLE_MAX_MS);
		} else if (dice < 78) {
			this.damage.slowdowns++;
			link.delay(1 + this.#random.below(SLOW_MAX_MS));
			await this.#healAfter(link, SLOW_FOR_MS);
		} else if (dice < 88) {
			this.damage.refusals++;
			link.refuse();
			await this.#healAfter(link, REFUSE_MAX_MS);
		} else await this.#hang();
	}

	async #healAfter(link: Link, maxMs: number): Promise<void> {
		await pause(this.#random.below(maxMs));
		link.heal();
	}

	/** A process that hangs and goes on as if nothing had been. */
	async #hang(): Promise<void> {
		const node = this.#topology.nodes[this.#random.below(this.#topology.nodes.length)];
		if (node === undefined) return;
		this.damage.pauses++;
		node.pause();
		await pause(this.#random.below(PAUSE_MAX_MS));
		node.resume();
	}
}
