import type { Connection, Mongoose, mongo } from "mongoose";
import type { Clock } from "../../clock/port.ts";
import { StoreUnavailable } from "../port.ts";

/** Every write waits for a majority and its journal, whatever the server's default is. */
export const DURABLE = { writeConcern: { w: "majority", j: true, wtimeoutMS: 10_000 } } as const;
/** What decides money is read from the primary, and only what a majority has. */
export const CERTAIN = { readConcern: { level: "majority" }, readPreference: "primary" } as const;

const DATABASE = "payflow";
const OPTIONS = {
	appName: "payflow",
	autoIndex: false,
	autoCreate: false,
	bufferCommands: false,
	retryWrites: true,
	retryReads: true,
	maxPoolSize: 20,
	minPoolSize: 1,
	connectTimeoutMS: 5_000,
	serverSelectionTimeoutMS: 5_000,
	// A server that was stopped answers nothing: what was sent is unknown then.
	socketTimeoutMS: 10_000,
	heartbeatFrequencyMS: 2_000,
} as const;
const START_TRIES_MAX = 6;
const NO_SUCH_COMMAND = 59;

/** A connection of our own: no other user of the library can close it. */
export interface Database {
	readonly mongoose: Mongoose;
	readonly connection: Connection;
	readonly db: mongo.Db;
}

/** Connects within about half a minute; throws `StoreUnavailable`. The library is loaded here and nowhere else. */
export async function openDatabase(uri: string, clock: Clock): Promise<Database> {
	const { default: mongoose } = await import("mongoose");
	const options = optionsFor(uri);
	for (let tries = 1; ; tries++) {
		const connection = mongoose.createConnection(uri, options);
		try {
			await connection.asPromise();
			return { mongoose, connection, db: databaseOf(connection) };
		} catch (error) {
			await connection.close(true).catch(() => undefined);
			if (tries === START_TRIES_MAX) throw new StoreUnavailable(noAnswer(error), error);
			await clock.sleep(100 * tries);
		}
	}
}

/** With the reason: whoever starts the process has to know whether it is the network, a certificate or a password. */
function noAnswer(error: unknown): string {
	return `The database does not answer. ${error instanceof Error ? error.message : ""}`.trimEnd();
}

/** Ours, less what the address says itself. */
function optionsFor(uri: string): Partial<typeof OPTIONS> & { dbName?: string } {
	const said = new Set([...uri.matchAll(/[?&]([A-Za-z]+)=/g)].map(([, name]) => name?.toLowerCase()));
	const own = Object.entries(OPTIONS).filter(([name]) => !said.has(name.toLowerCase()));
	const hasDatabase = /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(uri);
	return { ...Object.fromEntries(own), ...(hasDatabase ? {} : { dbName: DATABASE }) };
}

function databaseOf({ db }: Connection): mongo.Db {
	if (db === undefined) throw new StoreUnavailable("The database does not answer.");
	return db;
}

/** Whether a server that takes writes is in sight. */
export function isConnected({ connection, mongoose }: Database): boolean {
	return connection.readyState === mongoose.ConnectionStates.connected;
}

/** Product and version by the server's own account. */
export async function serverVersion({ db }: Database): Promise<string> {
	const info = await db.admin().command({ buildInfo: 1 });
	return String(info["version"]);
}

/** The server's time less ours, in milliseconds, to within half a round trip. */
export async function timeOffsetMs({ db }: Database, now: () => number): Promise<number> {
	const before = now();
	const answer = await hello(db);
	const after = now();
	const time: unknown = answer["localTime"];
	return time instanceof Date ? time.getTime() - (before + after) / 2 : 0;
}

async function hello(db: mongo.Db): Promise<mongo.Document> {
	try {
		return await db.admin().command({ hello: 1 });
	} catch (error) {
		if ((error as { code?: unknown }).code !== NO_SUCH_COMMAND) throw error;
		return db.admin().command({ isMaster: 1 });
	}
}

/** Turns trouble on the way to the server into `StoreUnavailable`; other errors pass. */
export async function reading<Result>(read: () => Promise<Result>): Promise<Result> {
	try {
		return await read();
	} catch (error) {
		if (!isOutage(error)) throw error;
		throw new StoreUnavailable("The database does not answer.", error);
	}
}

const OUTAGES =
	/^(Mongo(Network|NetworkTimeout|ServerSelection|ConnectionPool|PoolCleared|PoolClosed|NotConnected|TopologyClosed|WaitQueueTimeout)|MongooseServerSelection|MongoClientClosed|MongoExpiredSession|Mongoose)\w*Error$/;

/**
 * Codes with which a server says that it is stepping down, shutting down, or not the primary (any more): those of the drivers'
 * specification of retryable reads. The driver itself repeats a read once.
 */
const OUTAGE_CODES = new Set<unknown>([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

function isOutage(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	return (
		OUTAGES.test(error.name) || (error.name === "MongoServerError" && "code" in error && OUTAGE_CODES.has(error.code))
	);
}
