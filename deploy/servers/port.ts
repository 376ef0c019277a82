/** The servers of the cluster profile. */
export type ServerName = "nats" | "kafka" | "mongo" | "redis";

/** Who may connect. */
export interface Credentials {
	readonly user: string;
	readonly password: string;
}

/** Paths of PEM files: a server's certificate, its private key (PKCS #8), and the authority that signed the certificate. */
export interface TlsFiles {
	readonly certificate: string;
	readonly key: string;
	readonly authority: string;
}

/** How to start a server. */
export interface ServerOptions {
	/** Default: a new folder under the system's temporary folder. */
	readonly dataDir?: string;
	/** Default: a free one. */
	readonly port?: number;
	/** Default: anybody on this machine may connect. */
	readonly credentials?: Credentials;
	/** Default: plain text. With it the server speaks TLS alone. */
	readonly tls?: TlsFiles;
	/** Further lines of the server's configuration file, as the server writes them (NATS, Kafka). */
	readonly settings?: readonly string[];
	/** `ours`: never one from the environment, for tests that pause and kill it. */
	readonly source?: "any" | "ours";
}

/** A server that answers. */
export interface Server {
	readonly name: ServerName;
	/** What it says it is, e.g. "nats-server 2.11.4". */
	readonly product: string;
	/** Where it came from, e.g. "environment (NATS_URL)". */
	readonly origin: string;
	/**
	 * With the credentials, if there are any; `kafka://`, `nats://`, `mongodb://` or `redis://`, with TLS `kafkas://`, `tls://`,
	 * `mongodb://…?tls=true` or `rediss://`.
	 */
	readonly url: string;
	readonly host: string;
	readonly port: number;
	readonly credentials: Credentials | null;
	/** False for a server from the environment: it cannot be paused, killed or restarted, and `stop` leaves it running. */
	readonly isOurs: boolean;
	/** What it has printed so far. */
	output(): string;
	/** SIGSTOP: connections stay open and nobody answers. */
	pause(): void;
	/** SIGCONT. */
	resume(): void;
	/** SIGKILL; resolves when it is gone. Its data stays. */
	kill(): Promise<void>;
	/** SIGTERM; resolves when it is gone. Its data stays. */
	stop(): Promise<void>;
	/** Stops it if it runs, and starts it on the same port and data; resolves when it answers. */
	restart(): Promise<void>;
}

/** A server that cannot be had; the message says what was tried and what would help. */
export class ServerMissing extends Error {
	constructor(name: ServerName, reason: string) {
		super(`No ${name} server: ${reason}`);
		this.name = "ServerMissing";
	}
}

/** One way to run a server. */
export interface Program {
	readonly command: string;
	readonly args: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly origin: string;
	/** Its name and version where its own account of itself imitates another product. */
	readonly product?: string;
}

/** Where a server listens and keeps its data. */
export interface Place {
	readonly dataDir: string;
	readonly port: number;
	readonly credentials: Credentials | null;
	readonly settings: readonly string[];
	readonly tls: TlsFiles | null;
}

/** What is particular about one product. */
export interface Recipe {
	readonly name: ServerName;
	/** Variable of the environment that names a running server. */
	readonly variable: string;
	/** Finds or gets the program, and writes what it needs into the place. */
	prepare(place: Place): Promise<Program>;
	/** Says what the server is, or null while it does not answer. */
	probe(url: string, tls: TlsFiles | null): Promise<string | null>;
	url(place: Place): string;
	readonly startMaxMs: number;
}
