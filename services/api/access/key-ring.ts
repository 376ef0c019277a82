import { importJWK, type CryptoKey, type JWK } from "jose";
import { GatewayRejected } from "../errors/rejected.ts";

/** Public keys as the auth service lists them. */
export interface KeySet {
	readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** Asks the auth service for its keys. */
export type FetchKeys = () => Promise<KeySet>;

/** A public key, ready for verification. */
export type PublicKey = CryptoKey | Uint8Array;

/** Our own keys by id. */
export interface KeyRing {
	/** The key of that id; asks again for an id it never saw, but not more often than every few seconds. Refuses with UNAUTHENTICATED. */
	find(kid: string, fetchKeys: FetchKeys): Promise<PublicKey>;
}

/** Algorithm of every access token; no other is ever accepted. */
export const ALGORITHM = "EdDSA";
const REFETCH_MS = 5_000;

/** A ring that fills itself; made-up ids cannot turn into a stream of calls. */
export function createKeyRing(now: () => number): KeyRing {
	let keys: ReadonlyMap<string, PublicKey> = new Map();
	let fetchedAt = Number.NEGATIVE_INFINITY;
	let fetching: Promise<void> | null = null;

	async function fetchInto(fetchKeys: FetchKeys): Promise<void> {
		const set = await fetchKeys();
		const entries = set.keys.filter(isSigningKey).map(async (key) => [key.kid, await importKey(key)] as const);
		keys = new Map(await Promise.all(entries));
		fetchedAt = now();
	}

	return {
		async find(kid, fetchKeys) {
			if (!keys.has(kid) && fetching === null && now() - fetchedAt >= REFETCH_MS)
				fetching = fetchInto(fetchKeys).finally(() => (fetching = null));
			if (!keys.has(kid)) await fetching;
			const key = keys.get(kid);
			if (key === undefined) throw new GatewayRejected("UNAUTHENTICATED");
			return key;
		},
	};
}

interface SigningKey extends JWK {
	readonly kty: "OKP";
	readonly kid: string;
	readonly x: string;
}

function isSigningKey(key: Readonly<Record<string, unknown>>): key is Readonly<Record<string, unknown>> & SigningKey {
	const { kty, crv, kid, x } = key;
	return kty === "OKP" && crv === "Ed25519" && typeof kid === "string" && typeof x === "string";
}

function importKey({ kty, x, kid }: SigningKey): Promise<PublicKey> {
	return importJWK({ kty, crv: "Ed25519", x, kid }, ALGORITHM);
}
