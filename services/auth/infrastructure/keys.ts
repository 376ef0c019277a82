import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { join } from "node:path";
import type { Settings } from "../../../mixins/config/settings.ts";
import type { RandomBytes } from "../../../mixins/runtime.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { KEY_BYTES, SealBroken, keyIdOf, namedKey, seal, unseal, type NamedKey } from "./cipher.ts";
import { readOrCreate } from "./key-files.ts";

/** A key pair of access tokens; `kid` is the RFC 7638 thumbprint of the public key. */
export interface SigningKey {
	readonly kid: string;
	readonly privateKey: KeyObject;
	/** As the JWKS shows it. */
	readonly publicJwk: Readonly<Record<string, unknown>>;
}

/** Every secret of the auth service. The first of a list is used for new work, all of them for what is already there. */
export interface Keys {
	readonly signing: readonly [SigningKey, ...SigningKey[]];
	readonly master: readonly [NamedKey, ...NamedKey[]];
	/** Makes blind indexes. It is random, wrapped by the master key and stored, so that a new master key changes no index. */
	readonly lookup: Buffer;
	/** Makes refresh tokens; kept like `lookup`. */
	readonly refresh: Buffer;
}

/** What the keys are read from. */
export interface KeySources {
	readonly settings: Pick<Settings, "auth" | "dataDir">;
	readonly random: RandomBytes;
	readonly store: Store;
}

const SIGNING_FILE = "auth-signing-key.pem";
const MASTER_FILE = "auth-master.key";
const KEY_KIND = "auth-key";
const STORED_KEYS_ID = "stored-keys";
const STORED_PLACE = [KEY_KIND, STORED_KEYS_ID];
const PEM_BLOCK = /-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g;

/**
 * Reads all keys, from the settings or, where those are silent, from files of the data folder that are made once.
 * `MASTER_KEY` may list several keys (new, old) and `JWT_PRIVATE_KEY` hold several PEM blocks: that is how they are rotated.
 * Throws a plain sentence, without the value, when a key cannot work.
 */
export async function loadKeys({ settings, random, store }: KeySources): Promise<Keys> {
	const { auth, dataDir } = settings;
	const signing = signingKeys(auth.signingKeyPem ?? kept(dataDir, SIGNING_FILE, random, newSigningPem));
	const newMaster = () => Buffer.from(random(KEY_BYTES)).toString("base64");
	const master = masterKeys(auth.masterKey ?? kept(dataDir, MASTER_FILE, random, newMaster));
	const stored = await storedKeys(store, master, random);
	return { signing, master, lookup: stored.subarray(0, KEY_BYTES), refresh: stored.subarray(KEY_BYTES) };
}

function kept(dataDir: string, name: string, random: RandomBytes, create: () => string): string {
	if (dataDir === ":memory:") return create();
	return readOrCreate(join(dataDir, name), Buffer.from(random(6)).toString("hex"), create);
}

function newSigningPem(): string {
	return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function signingKeys(pem: string): Keys["signing"] {
	const [first, ...others] = pem.replaceAll("\\n", "\n").match(PEM_BLOCK) ?? [];
	if (first === undefined) throw new Error("JWT_PRIVATE_KEY holds no key in PEM.");
	return [signingKey(first), ...others.map(signingKey)];
}

function signingKey(pem: string): SigningKey {
	const privateKey = privateKeyOf(pem);
	const { kty, crv, x } = createPublicKey(privateKey).export({ format: "jwk" });
	const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
	return { kid, privateKey, publicJwk: { kty, crv, x, kid, alg: "EdDSA", use: "sig" } };
}

function privateKeyOf(pem: string): KeyObject {
	try {
		const key = createPrivateKey(pem);
		if (key.asymmetricKeyType === "ed25519") return key;
	} catch {
		// The reason may quote the key: the sentence below says enough.
	}
	throw new Error("JWT_PRIVATE_KEY must be an Ed25519 private key in PEM.");
}

function masterKeys(text: string): Keys["master"] {
	const [first, ...others] = text
		.split(",")
		.map((part) => Buffer.from(part.trim(), "base64"))
		.filter((bytes) => bytes.length > 0);
	const isGood = [first, ...others].every((bytes) => bytes?.length === KEY_BYTES);
	if (first === undefined || !isGood) throw new Error(`MASTER_KEY must be ${KEY_BYTES} bytes in base64.`);
	return [namedKey(first), ...others.map(namedKey)];
}

interface StoredKeys {
	readonly wrapped: string;
}

/** The keys that are random for ever: made by the first process, wrapped anew when the master key is a new one. */
async function storedKeys(store: Store, master: Keys["master"], random: RandomBytes): Promise<Buffer> {
	store.define({ kind: KEY_KIND });
	const existing = await store.load<StoredKeys>(KEY_KIND, STORED_KEYS_ID);
	const bytes = existing === null ? Buffer.from(random(2 * KEY_BYTES)) : unwrapStored(master, existing.state);
	if (existing !== null && keyIdOf(existing.state.wrapped) === master[0].keyId) return bytes;
	const state: StoredKeys = { wrapped: seal(master[0], STORED_PLACE, bytes, random) };
	const expectedVersion = existing?.version ?? 0;
	await store.commit([{ kind: KEY_KIND, id: STORED_KEYS_ID, expectedVersion, state, events: [], commands: [] }]);
	const winner = await store.load<StoredKeys>(KEY_KIND, STORED_KEYS_ID);
	if (winner === null) throw new Error("The keys of the auth service could not be stored.");
	return unwrapStored(master, winner.state);
}

function unwrapStored(master: Keys["master"], { wrapped }: StoredKeys): Buffer {
	try {
		return unseal(master, STORED_PLACE, wrapped);
	} catch (error) {
		if (!(error instanceof SealBroken)) throw error;
		throw new Error("MASTER_KEY does not open the data of this store: set the key it was made with.", { cause: error });
	}
}
