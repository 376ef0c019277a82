import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { GatewayRejected } from "../errors/rejected.ts";

/** What a claim may be found and opened with; only the key's owner can make it again. */
export interface ClaimKey {
	/** Id of the claim's record. */
	readonly id: string;
	/** Digest of the request; keyed, because bodies may hold guessable secrets. */
	fingerprint(content: string): string;
	/** The stored answer may hold personal data: it rests encrypted under a key that comes from the client's own. */
	seal(text: string, iv: Uint8Array): string;
	open(sealed: string): string;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes of randomness that `seal` needs. */
export const SEAL_IV_BYTES = IV_BYTES;

/** The header's value, or null without one; refuses with INVALID_IDEMPOTENCY_KEY. */
export function readIdempotencyKey(header: string | string[] | undefined): string | null {
	if (header === undefined) return null;
	if (typeof header !== "string" || !VISIBLE_ASCII.test(header)) throw new GatewayRejected("INVALID_IDEMPOTENCY_KEY");
	return header;
}

/** Derives everything a claim needs from user, route, key and the platform's own secret. */
export function claimKey(pepper: string, user: string, route: string, key: string): ClaimKey {
	const secret = createHmac("sha256", pepper).update(`${user}\n${route}\n${key}`).digest();
	const derived = (use: string) => createHmac("sha256", secret).update(use);
	return {
		id: derived("id").digest("base64url"),
		fingerprint: (content) => derived("fingerprint\n").update(content).digest("base64url"),
		seal(text, iv) {
			const cipher = createCipheriv(CIPHER, derived("answer").digest(), iv, { authTagLength: TAG_BYTES });
			const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
			return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64");
		},
		open(sealed) {
			const bytes = Buffer.from(sealed, "base64");
			const iv = bytes.subarray(0, IV_BYTES);
			const decipher = createDecipheriv(CIPHER, derived("answer").digest(), iv, { authTagLength: TAG_BYTES });
			decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
			return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString();
		},
	};
}
