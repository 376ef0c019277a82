import { headers, type JetStreamClient, type JetStreamManager, type NatsConnection } from "nats";
import { kindOf } from "../../../services/shared/events.ts";
import type { Clock } from "../../clock/port.ts";
import type { Store } from "../../store/port.ts";
import { laneOf } from "../embedded/parking.ts";
import { Stopping, type OnTrouble } from "../embedded/persist.ts";
import { aliasOf } from "../outside/aliases.ts";
import type { Driver, Membership, PartitionLag, TopicPlan } from "../outside/driver.ts";
import { headersOf } from "../outside/message.ts";
import { inLanes, lanesOf, partitionOf } from "../outside/partitions.ts";
import type { WrittenEvent } from "../port.ts";
import { connectTo } from "./connection.ts";
import { SeatedGroup } from "./group.ts";
import { SeatTable } from "./seats.ts";
import { ensureStreams, headOf, streamNames, type StreamNames } from "./streams.ts";

/** What the JetStream driver stands on. */
export interface JetStreamOptions {
	/** `nats://user:password@host:port`, `tls://` for TLS. */
	readonly url: string;
	/** Name of this process, unique among all. */
	readonly node: string;
	readonly plan: TopicPlan;
	/** Holds who delivers which partition and how far it is. */
	readonly store: Store;
	readonly clock: Clock;
	readonly onTrouble: OnTrouble;
	/** A process that is silent for longer has its partitions taken over, ms. */
	readonly leaseMs?: number;
}

const LEASE_MS = 10_000;
/** Messages on their way to the server and not acknowledged, per publication. */
const IN_FLIGHT_MAX = 512;

interface Connected {
	readonly connection: NatsConnection;
	readonly client: JetStreamClient;
	readonly manager: JetStreamManager;
}

/**
 * Events in JetStream: one stream per kind, one of its subjects per partition. The server hands a partition to its reader in order
 * and keeps no position of ours: that stands in the store, together with who the reader is.
 */
export class JetStreamDriver implements Driver {
	readonly #options: JetStreamOptions;
	readonly #names: StreamNames;
	readonly #groups: SeatedGroup[] = [];
	#connected: Promise<Connected> | null = null;
	#isClosed = false;

	constructor(options: JetStreamOptions) {
		this.#options = options;
		this.#names = streamNames(options.plan);
	}

	/** A subject's next event goes out only after the one before is stored: a lost one can never come after it. */
	async publish(events: readonly WrittenEvent[]): Promise<void> {
		const { client } = await this.#connect();
		await inLanes(lanesOf(events), IN_FLIGHT_MAX, (event) => this.#send(client, event));
	}

	async join(membership: Membership): Promise<void> {
		const { manager } = await this.#connect();
		const { store, node, clock, onTrouble } = this.#options;
		const { partitions } = this.#options.plan;
		const leaseMs = this.#options.leaseMs ?? LEASE_MS;
		const table = new SeatTable(store, membership.group, node, leaseMs);
		for (const kind of membership.kinds)
			for (let partition = 0; partition < partitions; partition++)
				await table.found({ kind, partition }, async () =>
					membership.from === "now" ? headOf(manager, this.#names, { kind, partition }) : 0,
				);
		const client = async () => (await this.#connect()).client;
		const group = new SeatedGroup({
			membership,
			table,
			node,
			partitions,
			names: this.#names,
			leaseMs,
			clock,
			onTrouble,
			client,
		});
		await group.start();
		this.#groups.push(group);
	}

	async lag(group: string, kinds: readonly string[]): Promise<readonly PartitionLag[]> {
		const { manager } = await this.#connect();
		const { store, node, plan } = this.#options;
		const table = new SeatTable(store, group, node, LEASE_MS);
		const all = kinds.flatMap((kind) =>
			Array.from({ length: plan.partitions }, (_, partition) => ({ kind, partition })),
		);
		return Promise.all(
			all.map(async (each) => ({
				...each,
				position: await table.positionOf(each),
				head: await headOf(manager, this.#names, each),
			})),
		);
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await Promise.all(this.#groups.map((group) => group.close()));
		await this.#connected?.then(({ connection }) => connection.close()).catch(() => undefined);
	}

	async #send(client: JetStreamClient, { event, text }: WrittenEvent): Promise<void> {
		const own = headers();
		for (const [name, value] of Object.entries(headersOf(event, "ce-"))) own.set(name, value);
		const subject = this.#names.subjectOf(kindOf(event), partitionOf(laneOf(event), this.#options.plan.partitions));
		await client.publish(subject, text, { msgID: event.id, headers: own });
		const alias = this.#options.plan.hasAliases ? aliasOf(event.type) : null;
		if (alias !== null) await client.publish(alias, text, { msgID: event.id, headers: own });
	}

	/** One connection for everything; streams are made before anybody gets it. */
	#connect(): Promise<Connected> {
		if (this.#isClosed) return Promise.reject(new Stopping());
		this.#connected ??= this.#open().catch((error: unknown) => {
			this.#connected = null;
			throw error;
		});
		return this.#connected;
	}

	async #open(): Promise<Connected> {
		const connection = await connectTo(this.#options.url);
		const manager = await connection.jetstreamManager();
		await ensureStreams(manager, this.#options.plan);
		return { connection, client: connection.jetstream(), manager };
	}
}
