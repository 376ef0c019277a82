import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from "node:crypto";
import { join } from "node:path";
import type { Settings } from "../../../mixins/config/settings.ts";
import type { RandomBytes } from "../../../mixins/runtime.ts";
import type { Store } from "../../../mixins/store/port.ts";
import type { Digests } from "../domain/batch.ts";
import { readOrMake } from "./key-file.ts";

/** What the key of the chain is read from. */
export interface KeySources {
	readonly settings: Pick<Settings, "auth" | "dataDir">;
	readonly random: RandomBytes;
	readonly store: Store;
}

interface StoredKey {
	/** AES-256-GCM: IV, tag and ciphertext in base64. */
	readonly wrapped: string;
}

const KIND = "ledger-key";
const ID = "chain";
const FILE = "ledger-master.key";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = "aes-256-gcm";
const PURPOSE = "payflow ledger chain";

/**
 * Hash and seal of the chain. The key is random for ever and stored wrapped under a key derived from MASTER_KEY, so
 * that a new master key (`new,old`) wraps it anew and older batches stay verifiable. Throws a plain sentence when
 * no master key opens it.
 */
export async function loadDigests({ settings, random, store }: KeySources): Promise<Digests> {
	store.define({ kind: KIND });
	const masters = masterKeys(settings, random);
	const stored = await store.load<StoredKey>(KIND, ID);
	const opened =
		stored === null ? { key: Buffer.from(random(KEY_BYTES)), by: null } : open(masters, stored.state.wrapped);
	if (opened.by === 0) return digestsWith(opened.key);
	const state: StoredKey = { wrapped: wrap(masters[0], opened.key, random(IV_BYTES)) };
	const expectedVersion = stored?.version ?? 0;
	await store.commit([{ kind: KIND, id: ID, expectedVersion, state, events: [], commands: [] }]);
	// Of two processes that made a key at once, both take the one that was stored.
	const winner = await store.load<StoredKey>(KIND, ID);
	if (winner === null) throw new Error("The key of the ledger could not be stored.");
	return digestsWith(open(masters, winner.state.wrapped).key);
}

/** Hash and seal under a key of 32 bytes. */
export function digestsWith(key: Uint8Array): Digests {
	return {
		hash: (text) => createHash("sha256").update(text).digest("hex"),
		seal: (text) => createHmac("sha256", key).update(text).digest("hex"),
	};
}

function masterKeys({ auth, dataDir }: KeySources["settings"], random: RandomBytes): readonly [Buffer, ...Buffer[]] {
	const make = () => Buffer.from(random(KEY_BYTES)).toString("base64");
	const kept = () =>
		dataDir === ":memory:" ? make() : readOrMake(join(dataDir, FILE), Buffer.from(random(6)).toString("hex"), make);
	const [first, ...others] = (auth.masterKey ?? kept())
		.split(",")
		.map((part) => Buffer.from(part.trim(), "base64"))
		.filter((bytes) => bytes.length > 0)
		.map(derived);
	if (first === undefined) throw new Error(`MASTER_KEY must be ${KEY_BYTES} bytes in base64.`);
	return [first, ...others];
}

function derived(master: Buffer): Buffer {
	if (master.length !== KEY_BYTES) throw new Error(`MASTER_KEY must be ${KEY_BYTES} bytes in base64.`);
	return Buffer.from(hkdfSync("sha256", master, "", PURPOSE, KEY_BYTES));
}

function wrap(key: Buffer, plain: Buffer, iv: Uint8Array): string {
	const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
	cipher.setAAD(Buffer.from(PURPOSE));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64");
}

function open(masters: readonly Buffer[], wrapped: string): { key: Buffer; by: number } {
	for (const [by, master] of masters.entries()) {
		const key = unwrap(master, Buffer.from(wrapped, "base64"));
		if (key !== null) return { key, by };
	}
	throw new Error("MASTER_KEY does not open the ledger of this store: set the key it was made with.");
}

function unwrap(key: Buffer, bytes: Buffer): Buffer | null {
	if (bytes.length !== IV_BYTES + TAG_BYTES + KEY_BYTES) return null;
	try {
		const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
		decipher.setAAD(Buffer.from(PURPOSE));
		decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
		return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
	} catch {
		return null;
	}
}
