import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { RandomBytes } from "../../../mixins/runtime.ts";

const ALGORITHM = "aes-256-gcm";
const VERSION = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/** A key with the name under which ciphertexts refer to it. */
export interface NamedKey {
	readonly keyId: string;
	readonly bytes: Buffer;
}

/** A ciphertext that was changed, moved to another place, or made with a key that is not here. */
export class SealBroken extends Error {
	constructor() {
		super("The sealed value is not what was sealed here.");
		this.name = "SealBroken";
	}
}

/** Names a key by a digest of it, so that the same key has the same name everywhere. */
export function namedKey(bytes: Uint8Array): NamedKey {
	if (bytes.length !== KEY_BYTES) throw new Error(`a key has ${KEY_BYTES} bytes`);
	const keyId = createHash("sha256").update("payflow key id").update(bytes).digest("base64url").slice(0, 8);
	return { keyId, bytes: Buffer.from(bytes) };
}

/** AES-256-GCM; the text is `v1.<key id>.<IV>.<ciphertext>.<tag>`, and only opens again in the same place. */
export function seal(key: NamedKey, place: readonly string[], plain: Uint8Array, random: RandomBytes): string {
	const iv = random(IV_BYTES);
	const cipher = createCipheriv(ALGORITHM, key.bytes, iv, { authTagLength: TAG_BYTES });
	cipher.setAAD(placeBytes(place));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	return [VERSION, key.keyId, text(iv), text(body), text(cipher.getAuthTag())].join(".");
}

/** The bytes that were sealed; throws `SealBroken`. A shorter tag would be easier to forge and is refused. */
export function unseal(keys: readonly NamedKey[], place: readonly string[], sealed: string): Buffer {
	const [version, keyId, iv, body, tag, ...rest] = sealed.split(".");
	const key = keys.find((candidate) => candidate.keyId === keyId);
	if (version !== VERSION || key === undefined || rest.length > 0) throw new SealBroken();
	const parts = { iv: bytesOf(iv), body: bytesOf(body), tag: bytesOf(tag) };
	if (parts.iv.length !== IV_BYTES || parts.tag.length !== TAG_BYTES) throw new SealBroken();
	try {
		const decipher = createDecipheriv(ALGORITHM, key.bytes, parts.iv, { authTagLength: TAG_BYTES });
		decipher.setAAD(placeBytes(place));
		decipher.setAuthTag(parts.tag);
		return Buffer.concat([decipher.update(parts.body), decipher.final()]);
	} catch {
		throw new SealBroken();
	}
}

/** Name of the key a sealed text needs. */
export function keyIdOf(sealed: string): string {
	return sealed.split(".")[1] ?? "";
}

/** Unambiguous, whatever the parts contain. */
function placeBytes(place: readonly string[]): Buffer {
	return Buffer.from(JSON.stringify(place), "utf8");
}

function text(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("base64url");
}

function bytesOf(part: string | undefined): Buffer {
	return Buffer.from(part ?? "", "base64url");
}
