import mongoose from "mongoose";
import type { Envelope } from "../../../services/shared/events.ts";
import { servers, type Server, type ServerOptions } from "../../../deploy/servers/index.ts";
import type { WrittenEvent } from "../../../mixins/bus/port.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { openMongoStore, type MongoStore, type Outlet } from "../../../mixins/store/mongo/index.ts";

/** Short patience, so that a stopped server shows soon. */
const IMPATIENT = { socketTimeoutMS: "1500", serverSelectionTimeoutMS: "1500" };

/** A server for one spec file, with a database per test. */
export interface MongoBed {
	readonly server: Server;
	/** An address with a new database. */
	database(patience?: "impatient"): string;
	/** Opens a store that `close` ends. */
	open(uri: string, node?: string): Promise<MongoStore>;
	/** The database without the store. */
	raw(uri: string): Promise<mongoose.mongo.Db>;
	/** Ends what the test has opened. */
	clear(): Promise<void>;
	close(): Promise<void>;
}

let databases = 0;

export async function mongoBed(options: ServerOptions = {}): Promise<MongoBed> {
	const server = await servers.start("mongo", options);
	console.log(`${server.product}, ${server.origin}`);
	const ends: (() => Promise<unknown>)[] = [];
	const clear = async () => {
		for (const end of ends.splice(0).reverse()) await end();
	};
	return {
		server,
		database(patience) {
			const url = new URL(server.url);
			url.pathname = `/spec${process.pid}x${++databases}`;
			if (patience !== undefined)
				for (const [name, value] of Object.entries(IMPATIENT)) url.searchParams.set(name, value);
			return url.href;
		},
		async open(uri, node = "one") {
			const store = await openMongoStore({ uri, clock: systemClock(), node, onTrouble: () => undefined });
			ends.push(() => store.close());
			return store;
		},
		async raw(uri) {
			const connection = await mongoose.createConnection(uri).asPromise();
			ends.push(() => connection.close());
			if (connection.db === undefined) throw new Error("no database");
			return connection.db;
		},
		clear,
		async close() {
			await clear();
			await server.stop();
		},
	};
}

/** An outlet that remembers, and fails when told to. */
export function recorder(): Outlet & { readonly events: Envelope[]; failures: number; gate: Promise<unknown> | null } {
	const outlet = {
		events: [] as Envelope[],
		failures: 0,
		gate: null as Promise<unknown> | null,
		async publish(events: readonly WrittenEvent[]) {
			await outlet.gate;
			if (outlet.failures > 0) {
				outlet.failures--;
				throw new Error("the log does not answer");
			}
			outlet.events.push(...events.map(({ event }) => event));
		},
	};
	return outlet;
}

/** Sequences by subject, in the order of publication. */
export function sequencesOf(events: readonly Envelope[]): Map<string, number[]> {
	const sequences = new Map<string, number[]>();
	for (const { subject, sequence } of events) sequences.set(subject, [...(sequences.get(subject) ?? []), sequence]);
	return sequences;
}

/** 1, 2, 3 … up to `count`. */
export function upTo(count: number): number[] {
	return Array.from({ length: count }, (_, index) => index + 1);
}
